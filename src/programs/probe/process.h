/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* process - what the files of programs/probe share. */

#include "base/loop.h"
#include "decisions/trust.h"
#include "facts/scan_record.h"
#include "programs/message.h"

struct dns;
struct arena;

/* ---- scan.c: the scan that runs ---- */

struct probe_scan;
struct probe_scan_env {
	struct loop *loop;
	struct dns *dns;
	struct trust_judge *judge;
	struct channel *channel;
};

/* options: the JSON of jobs/scan. err ERR_INPUT */
bool probe_scan_new(const struct probe_scan_env *env, uint64_t scan, struct str options, struct probe_scan **out,
		    struct err *err);
void probe_scan_free(struct probe_scan *scan); /* NULL is fine */
uint64_t probe_scan_id(const struct probe_scan *scan);
void probe_scan_target(struct probe_scan *scan, const struct message *target);

/* ---- logs.c: logs of certificates that are read ---- */

struct probe_logs;
struct probe_logs_env {
	struct loop *loop;
	struct dns *dns;
	struct channel *channel;
	struct bytes system_pem;
};
struct probe_logs *probe_logs_new(const struct probe_logs_env *env);
void probe_logs_free(struct probe_logs *logs); /* NULL is fine */
void probe_logs_begin(struct probe_logs *logs, const struct message *message);
void probe_logs_go(struct probe_logs *logs, uint64_t id);
void probe_logs_stop(struct probe_logs *logs, uint64_t id);

/* ---- tell.c: certificates and records as messages ---- */

struct teller;
struct teller *teller_new(struct channel *channel, uint64_t scan);
void teller_free(struct teller *teller);
void teller_record(struct teller *teller, uint64_t number, struct scan_record *record);
void teller_idle(struct teller *teller, uint64_t targets);
