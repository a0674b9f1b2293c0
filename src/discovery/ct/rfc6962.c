/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Logs of RFC 6962: questions with numbers, answers in JSON. Proofs come ready made (get-sth-consistency), and so does the tree
 * that is passed over: the left side of the path of the entry before (get-entry-and-proof). A log answers with fewer entries than
 * asked as it likes. After RFC 6962 section 4.
 */

#include <string.h>

#include "base/hex.h"
#include "discovery/ct/inside.h"
#include "facts/cert.h"

enum { PROOF_BYTES = 65536, ENTRIES_BYTES = 16 << 20 };

static enum ct_did broken(struct ct_walk *walk, const char *what, struct err *err)
{
	err_set(err, ERR_PROTOCOL, "%.*s: %s", STR_ARG(walk->options.log->name), what);
	err_fix(err, "ct-answer", "nothing is taken from this log; report it to its operator if it stays so");
	return CT_DID_FAIL;
}

static bool proof_read(struct arena *arena, const struct json_value *array, struct merkle_proof *out)
{
	struct bytes hash;

	if (json_in_type(array) != JSON_IS_ARRAY || json_in_count(array) > MERKLE_PROOF)
		return false;
	out->count = 0;
	for (size_t i = 0; i < json_in_count(array); i++) {
		if (!base64_read(json_in_str(json_in_at(array, i), STR("")), arena, &hash) || hash.len != HASH_SHA256)
			return false;
		memcpy(out->hashes[out->count++], hash.data, HASH_SHA256);
	}
	return true;
}

/* The answer as JSON, or what stands in its place. */
static enum ct_did json_came(struct ct_walk *walk, unsigned status, struct bytes body, const char *what, struct json_doc **doc,
			     struct err *err)
{
	struct err why = {0};

	if (walk->too_long)
		return broken(walk, "an answer is longer than it may be", err);
	if (status != 200)
		return ct_walk_status(status, what, err);
	if (!json_doc_read(str_from(body), doc, &why))
		return broken(walk, "RFC 6962 4: an answer is not JSON", err);
	return CT_DID_DONE;
}

static enum ct_did prove(struct ct_walk *walk, uint64_t first, struct merkle_proof *proof, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct bytes body;
	enum ct_did did_it;
	unsigned status;

	if (!ct_walk_take(walk, &status, &body)) {
		buf_addf(&walk->url, "ct/v1/get-sth-consistency?first=%llu&second=%llu", (unsigned long long)first,
			 (unsigned long long)walk->after.head.size);
		return ct_walk_want(walk, PROOF_BYTES);
	}
	did_it = json_came(walk, status, body, "a proof", &doc, err);
	if (did_it != CT_DID_DONE)
		return did_it;
	if (!proof_read(walk->answer, json_in_get(json_doc_root(doc), "consistency"), proof))
		return broken(walk, "RFC 6962 4.4: its proof cannot be read", err);
	return CT_DID_DONE;
}

static enum ct_did start(struct ct_walk *walk, uint64_t count, struct merkle *out, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct ct_head *head = &walk->after.head;
	struct merkle_proof proof = {0};
	uint8_t leaf[HASH_SHA256];
	struct bytes body, input;
	enum ct_did did_it;
	unsigned status;

	if (!ct_walk_take(walk, &status, &body)) {
		buf_addf(&walk->url, "ct/v1/get-entry-and-proof?leaf_index=%llu&tree_size=%llu", (unsigned long long)count - 1,
			 (unsigned long long)head->size);
		return ct_walk_want(walk, ENTRIES_BYTES);
	}
	did_it = json_came(walk, status, body, "an entry and its proof", &doc, err);
	if (did_it != CT_DID_DONE)
		return did_it;
	if (!base64_read(json_in_str(json_in_get(json_doc_root(doc), "leaf_input"), STR("")), walk->answer, &input) ||
	    !proof_read(walk->answer, json_in_get(json_doc_root(doc), "audit_path"), &proof))
		return broken(walk, "RFC 6962 4.8: its proof cannot be read", err);
	merkle_leaf_hash(input, leaf);
	if (!merkle_includes(count - 1, leaf, head->size, head->root, &proof, out))
		return broken(walk, "RFC 6962 2.1.1: its proof does not lead to the root it signed", err);
	merkle_add(out, leaf);
	return CT_DID_DONE;
}

static enum ct_did want_entries(struct ct_walk *walk, uint64_t from, uint64_t count)
{
	buf_addf(&walk->url, "ct/v1/get-entries?start=%llu&end=%llu", (unsigned long long)from,
		 (unsigned long long)(from + count - 1));
	return ct_walk_want(walk, ENTRIES_BYTES);
}

static bool element_read(struct ct_walk *walk, const struct json_value *entry, uint64_t index, struct ct_leaf *out, struct err *err)
{
	struct bytes input, extra;

	if (!base64_read(json_in_str(json_in_get(entry, "leaf_input"), STR("")), walk->answer, &input) ||
	    !base64_read(json_in_str(json_in_get(entry, "extra_data"), STR("")), walk->answer, &extra))
		return broken(walk, "RFC 6962 4.6: an entry is not base64", err) == CT_DID_DONE;
	return ct_leaf_read(input, extra, index, out, err);
}

static enum ct_did time_of(struct ct_walk *walk, uint64_t index, int64_t *at_ms, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct json_value *list;
	struct ct_leaf leaf;
	struct bytes body;
	enum ct_did did_it;
	unsigned status;

	if (!ct_walk_take(walk, &status, &body))
		return want_entries(walk, index, 1);
	did_it = json_came(walk, status, body, "an entry", &doc, err);
	if (did_it != CT_DID_DONE)
		return did_it;
	list = json_in_get(json_doc_root(doc), "entries");
	if (json_in_count(list) != 1)
		return broken(walk, "RFC 6962 4.6: one entry was asked for", err);
	if (!element_read(walk, json_in_at(list, 0), index, &leaf, err))
		return CT_DID_FAIL;
	*at_ms = leaf.at_ms;
	return CT_DID_DONE;
}

/* So many as it likes to give are asked for; too long an answer halves it. */
static enum ct_did entries_came(struct ct_walk *walk, unsigned status, struct bytes body, uint64_t asked, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	enum ct_did did_it = json_came(walk, status, body, "entries", &doc, err);
	const struct json_value *list;
	struct ct_leaf leaf;
	size_t count;

	if (did_it != CT_DID_DONE)
		return did_it;
	list = json_in_get(json_doc_root(doc), "entries");
	count = json_in_count(list);
	if (count == 0 || count > asked)
		return broken(walk, "RFC 6962 4.6: none of the entries that were asked for, or more", err);
	for (size_t i = 0; i < count; i++)
		if (!element_read(walk, json_in_at(list, i), walk->reading.count, &leaf, err) || !ct_walk_leaf(walk, &leaf, err))
			return CT_DID_FAIL;
	return CT_DID_DONE;
}

static enum ct_did entries(struct ct_walk *walk, struct err *err)
{
	uint64_t left = walk->after.head.size - walk->reading.count;
	uint64_t asked = walk->chunk < left ? walk->chunk : left;
	struct bytes body;
	unsigned status;

	if (!ct_walk_take(walk, &status, &body))
		return want_entries(walk, walk->reading.count, asked);
	if (walk->too_long && walk->chunk > 1) {
		walk->chunk /= 2;
		return want_entries(walk, walk->reading.count, walk->chunk < left ? walk->chunk : left);
	}
	return entries_came(walk, status, body, asked, err);
}

/* The chain stands beside the entry; that it is its issuer is seen by the key. */
static enum ct_did issuer_of(struct ct_walk *walk, const struct ct_leaf *leaf, struct ct_entry *entry, struct err *err)
{
	const struct cert *issuer;
	struct bytes chain = leaf->chain, der;
	struct err ignored = {0};

	(void)err;
	if (bytes_take_vector24(&chain, &der) && cert_read(walk->keep, der, &issuer, &ignored) &&
	    ct_leaf_issued_by(leaf, entry->cert, issuer))
		entry->issuer = issuer;
	return CT_DID_DONE;
}

const struct ct_kind ct_kind_rfc6962 = {
	.head_path = "ct/v1/get-sth",
	.head = ct_head_read_sth,
	.prove = prove,
	.start = start,
	.time = time_of,
	.entries = entries,
	.issuer = issuer_of,
};
