/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * scan - one scan: targets to the probe, its records into the store.
 *
 * The scan's row and its job are made in one audited transaction; the runner picks the job up, walks the targets,
 * keeps a window of them at the probe process, and writes what comes back in batches. A target has exactly
 * one record in the store, whatever dies in between.
 */

#include "base/err.h"
#include "records/audit.h"

struct ct_port;
struct events;
struct json_out;
struct loop;
struct store;
struct store_demo_gone;

/* A request, as the API and the command line have it. NULL data and 0: the default. */
struct scan_request {
	const struct str *targets;
	size_t target_count;
	struct str ports;       /* "443,8443" */
	struct str starttls;    /* "auto", "none", a protocol */
	struct str server_name;
	struct str look;        /* "whole", "light", "polite"; default polite */
	bool all_addresses;
	uint32_t rate;
	uint32_t timeout_s;
	bool demo;
	const struct str *exclude; /* addresses, blocks and names that are not looked at */
	size_t exclude_count;
	/* When there are some: names are only looked at where they resolve to one of these addresses and blocks. */
	const struct str *within;
	size_t within_count;
	int64_t source_id, run_id; /* 0: of no source; with a run the targets' words are not limited */
};

/* Whether it can be done; *targets_total is -1 when it is not known. ERR_INPUT, naming the word. */
MUST_CHECK bool scan_check(const struct scan_request *request, int64_t *targets_total, struct err *err);

/* Checks, and makes scan, job and audit entry. Wake the runner afterwards (jobs/runner). */
MUST_CHECK bool scan_create(struct store *store, const struct scan_request *request,
			    const struct audit_actor *actor, int64_t now, int64_t *scan_id, struct err *err);

/* The same within a transaction; checked before. */
MUST_CHECK bool scan_create_in(struct store_txn *txn, const struct scan_request *request,
			       const struct audit_actor *actor, int64_t now, int64_t *scan_id, struct err *err);

/*
 * The way to the probe process, as programs/engine provides it and tests pretend it. One scan at a time uses it.
 * The functions may be called when no probe is there: what is sent then is lost, and `here` is called when a (new)
 * probe process is ready, so that the scan sends again what has no record.
 */
struct scan_port_target {
	uint64_t number;
	struct str text, host, protocol, server_name; /* the last two: NULL data when none */
	uint16_t port;
};
struct scan_port {
	struct ct_port *logs; /* what else goes there: logs of certificates (jobs/ct.h); NULL: not */
	/* Set by the provider. */
	bool (*ready)(struct scan_port *port);
	void (*start)(struct scan_port *port, uint64_t scan, struct str options_json);
	void (*target)(struct scan_port *port, uint64_t scan, const struct scan_port_target *target);
	void (*stop)(struct scan_port *port, uint64_t scan);
	/* Set by the scan that runs; NULL when none does. user is theirs. */
	const struct scan_port_user {
		void (*here)(void *user);
		void (*gone)(void *user);
		void (*certificate)(void *user, uint64_t scan, struct bytes der, struct str facts_json,
				    struct str problem);
		void (*record)(void *user, uint64_t scan, uint64_t number, struct str json);
		/* every one of the so many targets it was given since it is here has its record */
		void (*idle)(void *user, uint64_t scan, uint64_t targets);
	} *calls;
	void *user;
};

/* Asks a scan to stop; what it has seen stays. ERR_CONFLICT when it has ended. */
MUST_CHECK bool scan_stop(struct store *store, int64_t scan_id, const struct audit_actor *actor, int64_t now,
			  struct err *err);

MUST_CHECK bool scan_stop_in(struct store_txn *txn, int64_t scan_id, const struct audit_actor *actor, int64_t now,
			     struct err *err);

/*
 * Deletes all of the demo from the store. ERR_LATER while a scan of it has not ended: it was asked to stop.
 */
MUST_CHECK bool scan_demo_end(struct store *store, const struct audit_actor *actor, int64_t now,
			      struct store_demo_gone *gone, struct err *err);

/* The scan as the API shows it: one object. */
void scan_write(struct json_out *json, const struct model_scan *scan);

/*
 * A scan that runs, for jobs/runner. The job was taken; its end is written together with the scan's. ended is called
 * once, not from within scan_run_start: free the run then.
 */
struct scan_run;
struct scan_env {
	struct loop *loop;
	struct store *store;
	struct events *events; /* may be NULL */
	struct scan_port *port;
	void (*ended)(void *data);
	void *data;
};
MUST_CHECK bool scan_run_start(const struct scan_env *env, const struct model_job *job, struct scan_run **out,
			       struct err *err);
/* Writes what has come and leaves the rest to be taken up again. NULL is fine. */
void scan_run_free(struct scan_run *run);
