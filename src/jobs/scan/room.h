/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of jobs/scan share. */

#include "base/arena.h"
#include "base/json.h"
#include "jobs/scan.h"
#include "records/store.h"

#define SCAN_JOB "scan"

/* ---- record.c: a record as JSON, as what was seen ---- */

struct scan_view {
	struct str target;         /* as it was asked for */
	struct store_seen seen;    /* without ids of certificates */
	const struct str *chain;   /* SHA-256 in hex */
	size_t chain_count;
	const struct str *other_leaves;
	size_t other_leaf_count;
};
/* Views into doc and arena. False: the record is not one. */
MUST_CHECK bool scan_record_view(struct arena *arena, struct str json, struct json_doc **doc,
				 struct scan_view *out, struct err *err);

/* A record of our own, for a target that the probe process cannot answer. */
struct str scan_record_own(struct arena *arena, const struct scan_port_target *target, const char *outcome,
			   struct str detail, int64_t now);

/* 127.83.0.0/16 is the demo's. */
bool scan_address_is_demo(struct str address);

/* ---- request.c: words and options to JSON and back ---- */

void scan_request_words(const struct scan_request *request, struct json_out *json);
void scan_request_options(const struct scan_request *request, struct json_out *json);

/* ---- batch.c: what came, until it is written ---- */

struct batch;
struct batch_env {
	struct store *store;
	struct events *events;
	int64_t scan_id;
	int64_t job_id, epoch;
	int64_t lease_s;
	bool whole, demo;
	int64_t source_id, run_id;
};
struct batch *batch_new(const struct batch_env *env);
void batch_free(struct batch *batch);
void batch_certificate(struct batch *batch, struct bytes der, struct str facts_json, struct str problem);
void batch_record(struct batch *batch, uint64_t number, struct str json);
size_t batch_count(const struct batch *batch); /* records and certificates waiting */
size_t batch_bytes(const struct batch *batch);
/*
 * Writes all of it in one transaction, the lease checked and extended with it; on an error it keeps all for another try.
 * ERR_CONFLICT: the job is no longer ours.
 */
MUST_CHECK bool batch_write(struct batch *batch, struct err *err);
