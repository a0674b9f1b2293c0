/* SPDX-License-Identifier: Apache-2.0 */

/* Writing entries and verifying them: see the door. */

#include "records/audit.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "facts/merkle.h"
#include "records/store.h"

#define TEXT_BYTES  4096
#define ENTRY_BYTES 262144
#define VERIFY_PAGE 1000

/* The content of a leaf: one JSON object with fixed keys in a fixed order. */
void audit_leaf(const struct model_audit *entry, uint8_t leaf[HASH_SHA256])
{
	CLEANUP(buf_done) struct buf text = buf_capped(ENTRY_BYTES);
	struct json_out json = json_out_start(&text);

	json_out_object(&json);
	json_out_key_int(&json, "index", entry->index);
	json_out_key_int(&json, "at", entry->at);
	json_out_key_str(&json, "who", entry->who);
	json_out_key_str(&json, "what", entry->what);
	json_out_key_str(&json, "object", entry->object);
	json_out_key_str(&json, "why", entry->why);
	json_out_key_str(&json, "from", entry->from);
	json_out_end_object(&json);
	merkle_leaf_hash(buf_bytes(&text), leaf);
}

/* Cut to TEXT_BYTES at a letter's start; what is not UTF-8 or is NUL becomes "?", so that it is read as written. */
static struct str text_clean(struct arena *arena, struct str text)
{
	char *to;

	if (!text.data)
		return text;
	if (text.len > TEXT_BYTES)
		for (text.len = TEXT_BYTES; text.len && ((unsigned char)text.data[text.len] & 0xc0) == 0x80;)
			text.len--;
	to = arena_chars(arena, text.len + 1);
	memcpy(to, text.data, text.len);
	to[text.len] = 0;
	for (size_t i = 0; i < text.len; i++)
		if (to[i] == 0)
			to[i] = '?';
	if (!str_is_utf8((struct str){to, text.len}))
		for (size_t i = 0; i < text.len; i++)
			if ((unsigned char)to[i] >= 0x80)
				to[i] = '?';
	return (struct str){to, text.len};
}

static bool broken(struct err *err, long long index, const char *how)
{
	err_set(err, ERR_INTERNAL, "audit: entry %lld %s", index, how);
	return err_fix(err, "audit-broken",
		       "somebody or something changed the database by hand: compare with a backup");
}

bool audit_add(struct store_txn *txn, const struct audit_actor *actor, const char *what, struct str object,
	       int64_t now, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct store_audit_head head;
	struct model_audit entry;
	struct merkle tree;

	if (!store_audit_head(txn, arena, &head, err))
		return false;
	if (!merkle_read(&tree, head.count, head.frontier))
		return broken(err, head.count, "cannot be added: what is kept of the tree does not fit");
	entry = (struct model_audit){
		.index = head.count,
		.at = now,
		.who = text_clean(arena, actor->who.data ? actor->who : STR("engine")),
		.what = str_of(what),
		.object = text_clean(arena, object.data ? object : STR("")),
		.why = text_clean(arena, actor->why),
		.from = text_clean(arena, actor->from.data ? actor->from : STR("engine")),
	};
	audit_leaf(&entry, entry.hash);
	merkle_add(&tree, entry.hash);
	head.count++;
	head.frontier = merkle_frontier(&tree);
	merkle_root(&tree, head.root);
	return store_audit_append(txn, &entry, &head, err);
}

bool audit_state(struct store_txn *txn, struct audit_state *out, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct store_audit_head head;

	if (!store_audit_head(txn, arena, &head, err))
		return false;
	out->count = head.count;
	memcpy(out->root, head.root, HASH_SHA256);
	return true;
}

/* Adds a page of entries to the tree, each as its content says. */
static bool verify_page(const struct model_audit *rows, size_t count, struct merkle *tree, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t leaf[HASH_SHA256];

		if (rows[i].index != (int64_t)tree->count)
			return broken(err, (long long)tree->count, "is missing");
		audit_leaf(&rows[i], leaf);
		if (memcmp(leaf, rows[i].hash, HASH_SHA256) != 0)
			return broken(err, (long long)rows[i].index, "is not as it was written");
		merkle_add(tree, leaf);
	}
	return true;
}

static bool verify_head(const struct store_audit_head *head, const struct merkle *tree, struct err *err)
{
	uint8_t root[HASH_SHA256];

	if (head->count != (int64_t)tree->count)
		return broken(err, (long long)tree->count, "and those after it are missing, or were never added");
	merkle_root(tree, root);
	if (memcmp(root, head->root, HASH_SHA256) != 0 || !bytes_equal(head->frontier, merkle_frontier(tree)))
		return broken(err, (long long)tree->count, "ends a tree with another root: entries were replaced");
	return true;
}

bool audit_verify(struct store_txn *txn, struct audit_state *out, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new(), *kept = arena_new();
	struct store_page page = {.limit = VERIFY_PAGE};
	struct store_more more = {.next.set = true};
	struct store_audit_head head;
	struct merkle tree = {0};

	if (!store_audit_head(txn, kept, &head, err))
		return false;
	while (more.next.set) {
		const struct model_audit *rows;
		size_t count;

		arena_reset(arena);
		if (!store_audit(txn, arena, (struct str){NULL, 0}, &page, &rows, &count, &more, err) ||
		    !verify_page(rows, count, &tree, err))
			return false;
		page.after = more.next;
	}
	if (!verify_head(&head, &tree, err))
		return false;
	out->count = head.count;
	memcpy(out->root, head.root, HASH_SHA256);
	return true;
}
