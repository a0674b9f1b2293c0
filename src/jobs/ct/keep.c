/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A batch into the store: its certificates, where they are known from, the names in them, and the position after it. One
 * transaction, which goes through only when reading stood where the batch began.
 */

#include "base/fault.h"
#include "base/log.h"
#include "jobs/ct/room.h"

static bool learn_names(struct ct_work *work, struct find *find, struct str facts, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct json_value *names;
	struct err ignored = {0};

	if (!facts.data || !json_doc_read(facts, &doc, &ignored))
		return true;
	names = json_in_get(json_in_get(json_doc_root(doc), "names"), "dns");
	for (size_t i = 0; i < json_in_count(names); i++) {
		struct str name = json_in_str(json_in_at(names, i), STR(""));

		if (str_find_char(name, '*') != SIZE_MAX || !ct_domains_cover(work->domains, name))
			continue;
		if (!find_name(find, name, MODEL_NAME_FROM_CT, (struct str){NULL, 0}, err))
			return false;
	}
	return true;
}

static bool entry_keep(struct ct_work *work, struct find *find, const struct ct_reading *log, const struct ct_certificate *cert,
		       int64_t id, struct err *err)
{
	struct store_ct_entry entry = {
		.log_id = log->id,
		.index = cert->index,
		.certificate_id = id,
		.logged_at_ms = cert->at_ms,
		.first_seen = work->now,
		.precertificate = str_is(cert->word, "precertificate"),
	};
	struct store_place_seen place = {
		.kind = MODEL_LOCATION_CT_LOG,
		.address = arena_format(log->arena, "%.*s, entry %lld", STR_ARG(log->log.name), (long long)cert->index),
		.certificates = &id,
		.count = 1,
		.leaf = true,
		.part = true,
		.at = work->now,
	};

	return store_ct_entry_add(find_txn(find), &entry, err) && find_place(find, &place, err) &&
	       learn_names(work, find, cert->facts, err);
}

static bool certificates_keep(struct ct_work *work, struct find *find, struct ct_reading *log, int64_t *ours, struct err *err)
{
	for (const struct ct_certificate *cert = log->first; cert; cert = cert->next) {
		int64_t id;

		if (!find_certificate(find, cert->der, cert->facts, (struct str){NULL, 0}, &id, NULL, err))
			return false;
		if (str_is(cert->word, "issuer"))
			continue;
		++*ours;
		if (!entry_keep(work, find, log, cert, id, err))
			return false;
	}
	return *ours == 0 || find_outcome(find, STR("certificate"), *ours, err);
}

static bool row_of(struct ct_reading *log, const struct ct_heard *batch, struct store_ct_log *row, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct json_value *root;

	if (!json_doc_read(batch->text, &doc, err))
		return false;
	root = json_doc_root(doc);
	*row = (struct store_ct_log){
		.log_id = log->id,
		.name = log->log.name,
		.url = log->log.url,
		.position = batch->text,
		.tree_size = json_in_int(json_in_get(root, "size"), 0),
		.next_index = json_in_int(json_in_get(root, "next"), 0),
		.entries_read = (int64_t)batch->number,
		.entries_unreadable = (int64_t)batch->unreadable,
	};
	return true;
}

bool ct_batch_keep(struct ct_work *work, struct ct_reading *log, const struct ct_heard *batch, struct err *err)
{
	CLEANUP(find_drop) struct find *find = NULL;
	struct store_ct_log row;

	if (!row_of(log, batch, &row, err) || !source_find(work->source, &find, err) ||
	    !certificates_keep(work, find, log, &row.entries_ours, err))
		return false;
	row.read_at = work->now;
	if (FAULT("ct.keep"))
		return err_set(err, ERR_INTERNAL, "fault injected");
	if (!store_ct_log_put(find_txn(find), work->source->source.id, &row, log->next, err) || !find_end(&find, err))
		return false;
	if (FAULT("ct.kept"))
		return err_set(err, ERR_INTERNAL, "fault injected");
	log->next = row.next_index;
	log->position = arena_str(work->source->job->arena, row.position);
	log->read += row.entries_read;
	log->ours += row.entries_ours;
	return true;
}

bool ct_end_keep(struct ct_work *work, struct ct_reading *log, const struct err *why, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct arena *arena = work->source->job->arena;
	struct store_ct_log row = {.log_id = log->id, .name = log->log.name, .url = log->log.url, .problem_at = work->now};
	bool is_news;

	if (why->kind != ERR_NONE) {
		row.problem_code = arena_str(arena, str_of(why->code[0] ? why->code : err_kind_name(why->kind)));
		row.problem = arena_str(arena, str_of(why->text));
		log_warn("log not read", F("log", log->log.name), F("error", why->text));
	} else {
		row.problem_code = row.problem = STR("");
	}
	if (!job_write(work->source->job, &txn, err) ||
	    !store_ct_log_problem(txn, work->source->source.id, &row, &is_news, err))
		return false;
	/* a log that lies is news for auditors, too */
	if (is_news && why->kind == ERR_PROTOCOL &&
	    !audit_add(txn, &(struct audit_actor){STR("engine"), STR("engine"), row.problem}, "ct.refused",
		       arena_format(arena, "source:%lld", (long long)work->source->source.id), work->now, err))
		return false;
	return store_commit(&txn, err);
}
