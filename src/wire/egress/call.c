/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One question on its way: its URL is read once (by the parser that will use it), its name resolved, each address
 * checked, then the transfer; a redirect that is followed starts over, with the same checks.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "wire/egress/inside.h"

enum {
	TIMEOUT_MS = 30000,
	HEADER_BYTES = 65536,
	LOCATION_BYTES = 4096,
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void set_up(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* Out of the hands of its egress, which may end before the DNS has answered. */
static void detach(struct egress_call *call)
{
	if (!call->egress)
		return;
	egress_multi_remove(call->egress, call);
	loop_timer_stop(call->egress->loop, &call->later);
	*call->here = call->next;
	if (call->next)
		call->next->here = call->here;
	call->egress = NULL;
}

static void call_free(struct egress_call *call)
{
	detach(call);
	egress_transfer_close(call);
	curl_slist_free_all(call->headers);
	curl_url_cleanup(call->url);
	curl_free(call->host);
	buf_done(&call->body);
	buf_done(&call->sent);
	buf_done(&call->header);
	buf_done(&call->location);
	free(call->method);
	free(call);
}

static void failed_due(struct loop_timer *timer)
{
	struct egress_call *call = container_of(timer, struct egress_call, later);
	struct err err = call->err;
	egress_done_fn done = call->done;
	void *data = call->data;

	call_free(call);
	done(data, NULL, &err);
}

/* From the loop, so that nobody is called back from within a call of his own. */
static void fail(struct egress_call *call, const struct err *err)
{
	call->err = *err;
	loop_timer_start(call->egress->loop, &call->later, 0, failed_due);
}

static bool check_address(struct egress_call *call, const struct dns_address *address, struct err *err)
{
	const char *why = egress_forbids(&call->egress->policy, address);
	char text[EGRESS_ADDRESS_TEXT];

	if (!why)
		return true;
	egress_address_write(address, text);
	err_set(err, ERR_DENIED, "%s is at %s, which is not to be dialled (%s)", call->host, text, why);
	return err_fix(err, "egress-denied",
		       "if it is meant to be reached, add the network to egress.allow of the configuration");
}

/* All of them are checked: a name with one forbidden address is refused whole. */
static bool take_addresses(struct egress_call *call, const struct dns_address *addresses, size_t count, struct err *err)
{
	call->address_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (!check_address(call, &addresses[i], err))
			return false;
		if (call->address_count < EGRESS_ADDRESSES)
			call->addresses[call->address_count++] = addresses[i];
	}
	return call->address_count > 0 || err_set(err, ERR_ABSENT, "%s: no address", call->host);
}

static void transfer(struct egress_call *call)
{
	int64_t left = call->until_ms - loop_now_ms(call->egress->loop);
	struct err err = {0};

	if (left <= 0)
		err_set(&err, ERR_TIMEOUT, "%s: no answer in time", call->host);
	if (left <= 0 || !egress_transfer_open(call, left, &err)) {
		fail(call, &err);
		return;
	}
	egress_multi_add(call->egress, call);
}

static void resolved(void *data, const struct dns_address *addresses, size_t count, const struct err *why)
{
	struct egress_call *call = data;
	struct err err = {0};

	call->resolving = false;
	if (call->cancelled) {
		call_free(call);
		return;
	}
	if (why)
		err = *why;
	if (why || !take_addresses(call, addresses, count, &err))
		fail(call, &err);
	else
		transfer(call);
}

/* An IPv6 address in a URL has brackets; "%" would be a zone. */
static bool literal(const char *host, struct dns_address *out)
{
	char bare[EGRESS_ADDRESS_TEXT];
	size_t len = strlen(host);

	if (host[0] != '[')
		return egress_address_read(host, out);
	if (len < 2 || len - 2 >= sizeof bare)
		return false;
	memcpy(bare, host + 1, len - 2);
	bare[len - 2] = 0;
	return egress_address_read(bare, out);
}

static bool wrong_url(struct egress_call *call, const char *why, struct err *err)
{
	return err_set(err, ERR_INPUT, "%s: %s", call->host ? call->host : "the URL", why);
}

static bool read_host(struct egress_call *call, struct err *err)
{
	char *scheme = NULL;
	bool known;

	curl_free(call->host);
	call->host = NULL;
	if (curl_url_get(call->url, CURLUPART_HOST, &call->host, 0) != CURLUE_OK || !call->host[0])
		return wrong_url(call, "it has no host", err);
	curl_url_get(call->url, CURLUPART_SCHEME, &scheme, 0);
	known = scheme && (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0);
	curl_free(scheme);
	if (!known)
		return wrong_url(call, "only http and https are asked", err);
	if (strlen(call->host) > 255 || strchr(call->host, '%'))
		return wrong_url(call, "it is not a host name", err);
	return true;
}

static void begin(struct egress_call *call)
{
	struct dns_address address;
	struct err err = {0};

	if (!read_host(call, &err)) {
		fail(call, &err);
	} else if (literal(call->host, &address)) {
		if (take_addresses(call, &address, 1, &err))
			transfer(call);
		else
			fail(call, &err);
	} else if (call->host[0] == '[') {
		wrong_url(call, "it is not an address", &err);
		fail(call, &err);
	} else {
		call->resolving = true;
		dns_ask(call->egress->dns, str_of(call->host), resolved, call);
	}
}

static void begin_due(struct loop_timer *timer)
{
	begin(container_of(timer, struct egress_call, later));
}

/* ---- redirects ---- */

static bool is_https(CURLU *url)
{
	char *scheme = NULL;
	bool yes;

	curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
	yes = scheme && strcmp(scheme, "https") == 0;
	curl_free(scheme);
	return yes;
}

static bool wants_redirect(const struct egress_call *call)
{
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	return call->redirects > 0 && call->location.len && strcmp(call->method, "GET") == 0 &&
	       (status == 301 || status == 302 || status == 303 || status == 307 || status == 308);
}

/* Where it points to, as the URL of the call. */
static bool redirect(struct egress_call *call, struct err *err)
{
	bool was_https = is_https(call->url);

	if (!buf_ok(&call->location) ||
	    curl_url_set(call->url, CURLUPART_URL, call->location.data, CURLU_DISALLOW_USER) != CURLUE_OK)
		return err_set(err, ERR_PROTOCOL, "%s: its redirect is no URL", call->host);
	if (was_https && !is_https(call->url)) {
		err_set(err, ERR_DENIED, "%s: it redirects from https to http", call->host);
		return err_fix(err, "egress-denied", "name the address that it should be asked at");
	}
	call->redirects--;
	buf_clear(&call->body);
	buf_clear(&call->header);
	buf_clear(&call->location);
	egress_transfer_close(call);
	return true;
}

void egress_call_over(struct egress_call *call, CURLcode code)
{
	CLEANUP(buf_done) struct buf type = buf_capped(256);
	struct egress_answer answer;
	egress_done_fn done = call->done;
	struct err err = {0};

	if (code != CURLE_OK) {
		egress_transfer_error(call, code, &err);
		fail(call, &err);
		return;
	}
	if (wants_redirect(call)) {
		if (redirect(call, &err))
			begin(call);
		else
			fail(call, &err);
		return;
	}
	egress_transfer_answer(call, &answer, &type);
	call->done = NULL;
	done(call->data, &answer, NULL);
	call_free(call);
}

/* ---- the door ---- */

struct egress *egress_new(const struct egress_options *options)
{
	struct egress *egress = NEW(struct egress);

	pthread_once(&once, set_up);
	egress->loop = options->loop;
	egress->dns = options->dns;
	egress->policy = options->policy;
	egress->roots_pem = options->roots_pem;
	if (!egress_multi_open(egress))
		memory_exhausted(sizeof *egress);
	return egress;
}

void egress_cancel(struct egress_call *call)
{
	if (!call || !call->done) /* it is being answered */
		return;
	call->cancelled = true;
	if (!call->resolving) /* else the DNS has it */
		call_free(call);
}

void egress_free(struct egress *egress)
{
	if (!egress)
		return;
	while (egress->calls) {
		struct egress_call *call = egress->calls;

		call->cancelled = true;
		detach(call);
		if (!call->resolving) /* else it is freed when the DNS answers, before or after our end */
			call_free(call);
	}
	egress_multi_close(egress);
	free(egress);
}

struct egress_call *egress_ask(struct egress *egress, const struct egress_ask *ask, egress_done_fn done, void *data)
{
	struct egress_call *call = NEW(struct egress_call);
	uint32_t timeout = ask->timeout_ms ? ask->timeout_ms : TIMEOUT_MS;
	struct err err = {0};

	*call = (struct egress_call){
		.egress = egress,
		.done = done,
		.data = data,
		.url = curl_url(),
		.method = memory_text(ask->method ? ask->method : "GET"),
		.body = buf_capped(ask->most_bytes),
		.sent = buf_capped(ask->body.len + 1),
		.header = buf_capped(HEADER_BYTES),
		.location = buf_capped(LOCATION_BYTES),
		.until_ms = loop_now_ms(egress->loop) + timeout,
		.redirects = ask->redirects,
		.next = egress->calls,
		.here = &egress->calls,
	};
	if (call->next)
		call->next->here = &call->next;
	egress->calls = call;
	if (ask->body.data) {
		buf_add_bytes(&call->sent, ask->body);
		buf_add(&call->sent, "", 0);
	}
	call->headers = curl_slist_append(NULL, "Expect:");
	for (size_t i = 0; ask->headers && ask->headers[i]; i++)
		call->headers = curl_slist_append(call->headers, ask->headers[i]);
	if (curl_url_set(call->url, CURLUPART_URL, ask->url, CURLU_DISALLOW_USER) != CURLUE_OK) {
		err_set(&err, ERR_INPUT, "\"%.200s\" is not a URL that can be asked", ask->url);
		fail(call, &err);
	} else {
		loop_timer_start(egress->loop, &call->later, 0, begin_due);
	}
	return call;
}
