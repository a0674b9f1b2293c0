/* SPDX-License-Identifier: Apache-2.0 */

/* Idempotency-Key: the same request again gets the same answer, and does nothing. For every route that takes one. */

#include "api/routes/route.h"

#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

static pthread_mutex_t keys_lock = PTHREAD_MUTEX_INITIALIZER; /* one request with a key at a time */

static bool key_check(struct str key, struct err *err)
{
	bool wrong = key.len == 0 || key.len > 128;

	for (size_t i = 0; !wrong && i < key.len; i++)
		wrong = (unsigned char)key.data[i] <= 0x20 || (unsigned char)key.data[i] >= 0x7f;
	if (!wrong)
		return true;
	err_set(err, ERR_INPUT, "Idempotency-Key is not 1 to 128 visible characters");
	return err_fix(err, "idempotency-key", "send a fresh UUID");
}

/* What the answer made, from its body: {"job":{"id":…}} is at /jobs/ID. */
static void write_location(struct call *call, struct str body)
{
	static const char *const nouns[][2] = {{"scan", "scans"}, {"job", "jobs"}};
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;

	if (!json_doc_read(body, &doc, NULL))
		return;
	for (size_t i = 0; i < COUNT_OF(nouns); i++) {
		const struct json_value *made = json_in_get(json_doc_root(doc), nouns[i][0]);
		struct str id = json_in_str(json_in_get(made, "id"), (struct str){NULL, 0});

		if (id.data) {
			http_response_header(call->response, "Location",
					     arena_format(call->arena, "/api/v1/%s/%.*s", nouns[i][1], STR_ARG(id)));
			return;
		}
	}
}

static bool replay(struct call *call, const uint8_t asked[HASH_SHA256], const uint8_t kept[HASH_SHA256],
		   int64_t status, struct str body, struct err *err)
{
	if (memcmp(asked, kept, HASH_SHA256) != 0) {
		err_set(err, ERR_CONFLICT, "this Idempotency-Key came with another request before");
		return err_fix(err, "idempotency-key", "send a fresh one for a new request");
	}
	buf_add_str(&call->response->body, body);
	call->response->status = (unsigned)status;
	http_response_header(call->response, "Idempotency-Replayed", STR("true"));
	write_location(call, body);
	return true;
}

bool once_keep(struct call *call, struct store_txn *txn, struct err *err)
{
	unsigned status = call->response->status ? call->response->status : call->route->status;

	if (!call->once.key.data)
		return true;
	call->once.kept = true;
	return (!FAULT("answer.kept") || err_set(err, ERR_INTERNAL, "fault")) &&
	       store_answer_put(txn, call->once.key, call->once.asked, status, buf_str(&call->response->body), call->now, err);
}

/* For handlers that did not do so with what they changed. */
static bool keep_answer(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;

	if (call->once.kept)
		return true;
	store_end(&call->txn);
	return store_write(call->api->options.store, &txn, err) && once_keep(call, txn, err) && store_commit(&txn, err);
}

static bool handle_keyed(struct call *call, struct str header, struct err *err)
{
	uint8_t kept[HASH_SHA256];
	struct err why = {0};
	struct str body;
	int64_t status;

	call->once.key = arena_format(call->arena, "%.*s %.*s %.*s", STR_ARG(call->actor.who),
				      STR_ARG(call->request->path), STR_ARG(header));
	hash_sha256(call->request->body, call->once.asked);
	if (!call_reread(call, err))
		return false;
	if (store_answer(call->txn, call->arena, call->once.key, kept, &status, &body, &why))
		return replay(call, call->once.asked, kept, status, body, err);
	if (why.kind != ERR_ABSENT) {
		*err = why;
		return false;
	}
	return call->route->handle(call, err) && keep_answer(call, err);
}

bool handle_once(struct call *call, struct err *err)
{
	struct str header = http_header(call->request, "Idempotency-Key");
	bool ok;

	if (!(call->route->takes & TAKES_KEY) || !header.data || call->dry_run)
		return call->route->handle(call, err);
	if (!key_check(header, err))
		return false;
	store_end(&call->txn); /* who waits holds nothing that others wait for */
	pthread_mutex_lock(&keys_lock);
	ok = handle_keyed(call, header, err);
	pthread_mutex_unlock(&keys_lock);
	return ok;
}
