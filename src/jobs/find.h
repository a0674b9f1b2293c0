/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * find - what finders found, put into the store: certificates, places, names, what is new.
 *
 * Whoever finds certificates (a scan, files of this host, logs, an import) says so here, some hundred at a time:
 *
 *     find_begin(...)                     a writing transaction, the job's lease checked
 *     find_certificate(... &id, &added)   each certificate, by its bytes and facts
 *     find_place(...)                     each place with the certificates there
 *     find_name, find_outcome             names that were learnt; what came of a target
 *     find_end(...)                       what is new gets its lineage, its rules, its line among the changes; commits;
 *                                         tells it as events
 *
 * Nothing is told that was not committed, and what was committed is told once.
 */

#include "base/err.h"
#include "facts/model.h"

struct events;
struct find;
struct job_work;
struct store;
struct store_place_seen;
struct store_seen;
struct store_txn;

struct find_options {
	struct store *store;
	struct events *events; /* may be NULL */
	int64_t source_id, run_id; /* 0: of no source */
	bool demo;
	int64_t now;
};

/* In a transaction of the job: ERR_CONFLICT when it was overtaken. */
MUST_CHECK bool find_begin(struct job_work *work, const struct find_options *options, struct find **out,
			   struct err *err);
/* In a transaction that is open and that find_end does not commit: call find_tell after the commit. */
struct find *find_in(struct store_txn *txn, const struct find_options *options);

struct store_txn *find_txn(struct find *find); /* for what is written besides */

/*
 * der         the certificate
 * facts_json  its facts as cert_write_json writes them (facts/cert); NULL data: it could not be read, problem says why
 * *added      it was not known; may be NULL
 */
MUST_CHECK bool find_certificate(struct find *find, struct bytes der, struct str facts_json, struct str problem,
				 int64_t *id, bool *added, struct err *err);
/*
 * A place and what is there now (records/store.h); source, run, demo and time are the find's. A certificate that is
 * somebody's own (seen->leaf) gets its lineage.
 */
MUST_CHECK bool find_place(struct find *find, const struct store_place_seen *seen, struct err *err);
/* An endpoint, as a scan saw it; *fresh as store_see. */
MUST_CHECK bool find_endpoint(struct find *find, const struct store_seen *seen, bool *fresh, struct err *err);
/* address: where it was seen; NULL data when none is known. */
MUST_CHECK bool find_name(struct find *find, struct str name, enum model_name_origin origin, struct str address,
			  struct err *err);
/* So many targets of the run came to that: "ok", "unreadable", … Nothing without a run. */
MUST_CHECK bool find_outcome(struct find *find, struct str outcome, int64_t count, struct err *err);

int64_t find_added(const struct find *find); /* certificates that were not known */

/* Sets *find to NULL; on an error nothing of it was written. */
MUST_CHECK bool find_end(struct find **find, struct err *err);
void find_drop(struct find **find); /* undoes what was not ended; for CLEANUP; NULL inside is fine */

/* Of find_in: before the commit, and after it. find_drop afterwards, or when nothing was committed. */
MUST_CHECK bool find_finish(struct find *find, struct err *err);
void find_tell(struct find *find);
