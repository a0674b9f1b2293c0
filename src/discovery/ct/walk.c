/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One walk through a log: its phases.
 *
 *   head     the signed tree head; older or smaller than the one before, or of another root: refused
 *   prefix   the proof that the tree before begins this one
 *   seek     for a beginning by date: which entry was the first since then
 *   start    the tree of the entries that are passed over, proved to begin this one
 *   entries  leaves, hashed onto the tree of those read before; ours are kept aside
 *   proof    the tree of what has been read begins the signed one: only now is anything believed
 *   issuers  of the entries that are ours
 *   batch    handed over with the position after it
 *
 * Each phase is called again with each answer until it is done. What differs between the kinds of log is behind
 * struct ct_kind.
 */

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "discovery/ct/inside.h"
#include "facts/cert.h"

enum {
	URL_BYTES = 4096,
	BODY_BYTES = 16 << 20,
	AHEAD_MS = 3600000, /* clocks differ */
	BEHIND_S = 600,
};

/* ---- asking ---- */

enum ct_did ct_walk_want(struct ct_walk *walk, size_t most_bytes)
{
	walk->asked = true;
	walk->body.cap = most_bytes;
	return CT_DID_ASK;
}

bool ct_walk_take(struct ct_walk *walk, unsigned *status, struct bytes *body)
{
	if (!walk->answered)
		return false;
	walk->answered = false;
	*status = walk->status;
	*body = buf_bytes(&walk->body);
	return true;
}

enum ct_did ct_walk_status(unsigned status, const char *what, struct err *err)
{
	err_set(err, ERR_REFUSED, "asked for %s, it answered with status %u", what, status);
	return CT_DID_FAIL;
}

void ct_walk_answer(struct ct_walk *walk, unsigned status, struct bytes body)
{
	walk->asked = false;
	walk->answered = true;
	walk->too_long = false;
	walk->status = status;
	buf_clear(&walk->body);
	walk->body.full = false;
	buf_add_bytes(&walk->body, body);
	if (!buf_ok(&walk->body))
		ct_walk_too_long(walk);
}

void ct_walk_too_long(struct ct_walk *walk)
{
	walk->asked = false;
	walk->answered = true;
	walk->too_long = true;
	walk->status = 0;
	buf_clear(&walk->body);
}

static bool lied(const struct ct_walk *walk, const char *code, struct err *err, const char *what)
{
	err_set(err, ERR_PROTOCOL, "%.*s: %s", STR_ARG(walk->options.log->name), what);
	return err_fix(err, code, "nothing is taken from it; both tree heads are kept: show them to the log's operator");
}

/* ---- the phases; each answers like a kind's function ---- */

static enum ct_did did(bool ok)
{
	return ok ? CT_DID_DONE : CT_DID_FAIL;
}

/* What a new head must not say. */
static bool head_follows(struct ct_walk *walk, const struct ct_head *head, struct err *err)
{
	const struct ct_head *before = &walk->position.head;

	if (head->at_ms > walk->options.now * 1000 + AHEAD_MS)
		return lied(walk, "ct-time", err, "RFC 6962 3.5: its tree head is from the future");
	if (!walk->position.begun)
		return true;
	if (head->size == before->size && memcmp(head->root, before->root, HASH_SHA256) != 0)
		return lied(walk, "ct-fork", err, "RFC 6962 3: it signed two roots for one size: the log has forked");
	if (head->size >= before->size && head->at_ms >= before->at_ms)
		return true;
	if (head->at_ms > before->at_ms)
		return lied(walk, "ct-shrunk", err, "RFC 6962 3: its tree has become smaller");
	if (head->size > before->size)
		return lied(walk, "ct-time", err, "RFC 6962 3.5: a larger tree is signed with an earlier time");
	err_set(err, ERR_LATER, "%.*s: it answered with an older tree head than before", STR_ARG(walk->options.log->name));
	err->retry_s = BEHIND_S;
	return false;
}

static enum ct_did phase_head(struct ct_walk *walk, struct err *err)
{
	struct ct_head head;
	struct bytes body;
	unsigned status;

	if (!ct_walk_take(walk, &status, &body)) {
		buf_addf(&walk->url, "%s", walk->kind->head_path);
		return ct_walk_want(walk, CT_HEAD_BYTES);
	}
	if (status != 200)
		return ct_walk_status(status, "its tree head", err);
	if (!walk->kind->head(walk->answer, walk->options.log, str_from(body), &head, err) || !head_follows(walk, &head, err))
		return CT_DID_FAIL;
	walk->after.head = head;
	ct_tiles_size(walk->tiles, head.size);
	buf_clear(&walk->head_text);
	buf_add_bytes(&walk->head_text, body);
	walk->after.head_text = buf_str(&walk->head_text);
	return CT_DID_DONE;
}

static enum ct_did phase_prefix(struct ct_walk *walk, struct err *err)
{
	const struct ct_head *before = &walk->position.head, *now = &walk->after.head;
	struct merkle_proof proof = {0};
	enum ct_did did_it;

	if (!walk->position.begun || before->size == now->size || before->size == 0)
		return CT_DID_DONE;
	did_it = walk->kind->prove(walk, before->size, &proof, err);
	if (did_it != CT_DID_DONE)
		return did_it;
	return did(merkle_is_prefix(before->size, before->root, now->size, now->root, &proof) ||
		   lied(walk, "ct-fork", err, "RFC 6962 2.1.2: its tree does not go on from the one before: the log has forked"));
}

/* Halves the range that holds the first entry since the date; entries stand by time, nearly enough. */
static enum ct_did phase_seek(struct ct_walk *walk, struct err *err)
{
	int64_t at_ms = 0;

	if (walk->position.begun || walk->options.since != CT_SINCE_DATE)
		return CT_DID_DONE;
	if (walk->seek_high == 0)
		walk->seek_high = walk->after.head.size;
	while (walk->seek_low < walk->seek_high) {
		uint64_t middle = walk->seek_low + (walk->seek_high - walk->seek_low) / 2;
		enum ct_did did_it = walk->kind->time(walk, middle, &at_ms, err);

		if (did_it != CT_DID_DONE)
			return did_it;
		if (at_ms < walk->options.since_at * 1000)
			walk->seek_low = middle + 1;
		else
			walk->seek_high = middle;
	}
	return CT_DID_DONE;
}

static enum ct_did phase_start(struct ct_walk *walk, struct err *err)
{
	enum ct_did did_it = CT_DID_DONE;
	uint64_t from = 0;

	if (walk->position.begun) {
		walk->after.read = walk->position.read;
	} else {
		if (walk->options.since == CT_SINCE_NOW)
			from = walk->after.head.size;
		else if (walk->options.since == CT_SINCE_DATE)
			from = walk->seek_low;
		if (from == 0)
			memset(&walk->after.read, 0, sizeof walk->after.read);
		else
			did_it = walk->kind->start(walk, from, &walk->after.read, err);
	}
	if (did_it != CT_DID_DONE)
		return did_it;
	walk->reading = walk->after.read;
	walk->after.begun = true;
	return CT_DID_DONE;
}

static bool batch_is_full(const struct ct_walk *walk)
{
	return walk->reading.count - walk->after.read.count >= CT_BATCH_ENTRIES || walk->count >= CT_BATCH_OWN ||
	       walk->own_bytes >= CT_BATCH_BYTES || walk->reading.count == walk->after.head.size;
}

static enum ct_did phase_entries(struct ct_walk *walk, struct err *err)
{
	while (!batch_is_full(walk)) {
		enum ct_did did_it = walk->kind->entries(walk, err);

		if (did_it != CT_DID_DONE)
			return did_it;
	}
	return CT_DID_DONE;
}

static enum ct_did phase_proof(struct ct_walk *walk, struct err *err)
{
	const struct ct_head *head = &walk->after.head;
	struct merkle_proof proof = {0};
	uint8_t root[HASH_SHA256];
	enum ct_did did_it = CT_DID_DONE;

	if (walk->reading.count && walk->reading.count < head->size)
		did_it = walk->kind->prove(walk, walk->reading.count, &proof, err);
	if (did_it != CT_DID_DONE)
		return did_it;
	merkle_root(&walk->reading, root);
	return did(merkle_is_prefix(walk->reading.count, root, head->size, head->root, &proof) ||
		   lied(walk, "ct-entries", err, "RFC 6962 2.1: its entries are not those of the tree it signed"));
}

static enum ct_did phase_issuers(struct ct_walk *walk, struct err *err)
{
	for (; walk->issuers_done < walk->count; walk->issuers_done++) {
		enum ct_did did_it = walk->kind->issuer(walk, &walk->leaves[walk->issuers_done],
							&walk->entries[walk->issuers_done], err);

		if (did_it != CT_DID_DONE)
			return did_it;
	}
	return CT_DID_DONE;
}

static enum ct_did phase_batch(struct ct_walk *walk, struct err *err)
{
	(void)err;
	walk->batch = (struct ct_batch){
		.entries = walk->entries,
		.count = walk->count,
		.seen = walk->reading.count - walk->after.read.count,
		.unreadable = walk->unreadable,
		.left = walk->after.head.size - walk->reading.count,
		.position = &walk->after,
	};
	walk->after.read = walk->reading;
	return CT_DID_DONE;
}

static enum ct_did (*const phases[])(struct ct_walk *walk, struct err *err) = {
	[CT_PHASE_HEAD] = phase_head,   [CT_PHASE_PREFIX] = phase_prefix,   [CT_PHASE_SEEK] = phase_seek,
	[CT_PHASE_START] = phase_start, [CT_PHASE_ENTRIES] = phase_entries, [CT_PHASE_PROOF] = phase_proof,
	[CT_PHASE_ISSUERS] = phase_issuers, [CT_PHASE_BATCH] = phase_batch,
};

/* ---- what the kinds call ---- */

static bool keep(struct ct_walk *walk, const struct ct_leaf *leaf, struct err *err)
{
	const struct cert *cert;

	if (!ct_leaf_cert(walk->keep, leaf, &cert, err)) {
		walk->unreadable += err->kind == ERR_INPUT;
		return err->kind == ERR_INPUT;
	}
	if (walk->count == CT_BATCH_OWN + CT_TILE * 4)
		return lied(walk, "ct-entries", err, "it gives more entries than were asked for");
	walk->leaves[walk->count] = *leaf;
	walk->leaves[walk->count].chain = arena_bytes(walk->keep, leaf->chain);
	walk->leaves[walk->count].cert = walk->leaves[walk->count].pre = (struct bytes){NULL, 0};
	walk->entries[walk->count] = (struct ct_entry){leaf->index, leaf->at_ms, leaf->precert, cert, NULL};
	walk->own_bytes += cert->der.len + leaf->chain.len;
	walk->count++;
	return true;
}

bool ct_walk_leaf(struct ct_walk *walk, struct ct_leaf *leaf, struct err *err)
{
	enum ct_whose whose;

	if (leaf->at_ms > walk->after.head.at_ms)
		return lied(walk, "ct-time", err, "RFC 6962 3.5: an entry is later than the tree head that covers it");
	whose = ct_leaf_whose(walk->options.domains, leaf);
	walk->unreadable += whose == CT_UNREADABLE;
	if (whose == CT_OURS && !keep(walk, leaf, err))
		return false;
	merkle_add(&walk->reading, leaf->hash);
	return true;
}

/* ---- the door ---- */

static void batch_begin(struct ct_walk *walk)
{
	arena_reset(walk->keep);
	walk->entries = ARENA_ARRAY(walk->keep, struct ct_entry, CT_BATCH_OWN + CT_TILE * 4);
	walk->leaves = ARENA_ARRAY(walk->keep, struct ct_leaf, CT_BATCH_OWN + CT_TILE * 4);
	walk->count = walk->issuers_done = walk->own_bytes = 0;
	walk->unreadable = 0;
}

struct ct_walk *ct_walk_new(const struct ct_walk_options *options)
{
	struct ct_walk *walk = NEW(struct ct_walk);

	walk->options = *options;
	walk->options.position = NULL;
	walk->kind = options->log->api == CT_STATIC ? &ct_kind_static : &ct_kind_rfc6962;
	walk->arena = arena_new();
	walk->answer = arena_new();
	walk->keep = arena_new();
	walk->url = buf_capped(URL_BYTES);
	walk->body = buf_capped(BODY_BYTES);
	walk->head_text = buf_capped(CT_HEAD_BYTES);
	walk->tiles = ct_tiles_new();
	walk->chunk = CT_TILE;
	if (options->position) {
		walk->position = *options->position;
		walk->position.head_text = arena_str(walk->arena, options->position->head_text);
	}
	batch_begin(walk);
	return walk;
}

void ct_walk_free(struct ct_walk *walk)
{
	if (!walk)
		return;
	for (size_t i = 0; i < CT_ISSUERS; i++)
		arena_free(walk->issuers[i].arena);
	ct_tiles_free(walk->tiles);
	buf_done(&walk->url);
	buf_done(&walk->body);
	buf_done(&walk->head_text);
	arena_free(walk->arena);
	arena_free(walk->answer);
	arena_free(walk->keep);
	free(walk);
}

static enum ct_next refuse(struct ct_walk *walk, const struct err *why, struct err *err)
{
	walk->refused = true;
	walk->err = *why;
	*err = *why;
	return CT_REFUSED;
}

/* After a batch: the next one, or the end. */
static void advance(struct ct_walk *walk)
{
	batch_begin(walk);
	walk->phase = walk->reading.count < walk->after.head.size ? CT_PHASE_ENTRIES : CT_PHASE_END;
}

enum ct_next ct_walk_next(struct ct_walk *walk, struct ct_fetch *fetch, const struct ct_batch **batch, struct err *err)
{
	struct err why = {0};

	if (walk->refused)
		return refuse(walk, &walk->err, err);
	if (walk->batch.position) {
		walk->batch.position = NULL;
		advance(walk);
	}
	while (walk->phase < CT_PHASE_END) {
		enum ct_did did_it;

		if (!walk->asked) {
			buf_clear(&walk->url);
			buf_addf(&walk->url, "%.*s/", STR_ARG(walk->options.log->url));
		}
		did_it = walk->asked ? CT_DID_ASK : phases[walk->phase](walk, &why);
		arena_reset(walk->answer);
		if (did_it == CT_DID_FAIL)
			return refuse(walk, &why, err);
		if (did_it == CT_DID_ASK) {
			*fetch = (struct ct_fetch){walk->url.data, walk->body.cap};
			return CT_FETCH;
		}
		if (walk->phase++ == CT_PHASE_BATCH) {
			*batch = &walk->batch;
			return CT_BATCH;
		}
	}
	return CT_END;
}
