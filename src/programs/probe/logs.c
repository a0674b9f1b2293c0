/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Logs of certificates that are read for the engine: each with its own walk (discovery/ct) and its own way out. After each
 * batch it waits until the engine has kept it.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "discovery/ct.h"
#include "facts/cert.h"
#include "programs/probe/process.h"
#include "wire/egress.h"

enum { LOGS_MAX = 64, LINE_LOGS = 4096, NETWORKS_MAX = 256, RATE_MAX = 100 };

struct log_run {
	struct log_run *next;
	struct probe_logs *logs;
	uint64_t id;
	struct arena *arena;
	struct ct_log log;
	struct ct_domains *domains;
	struct egress *egress;
	struct ct_reader *reader;
	uint8_t issuer[HASH_SHA256]; /* the last that was told */
};

struct probe_logs {
	struct probe_logs_env env;
	struct log_run *runs;
	size_t count;
};

struct probe_logs *probe_logs_new(const struct probe_logs_env *env)
{
	struct probe_logs *logs = NEW(struct probe_logs);

	logs->env = *env;
	return logs;
}

static void run_free(struct log_run *run)
{
	ct_reader_free(run->reader);
	egress_free(run->egress);
	ct_domains_free(run->domains);
	arena_free(run->arena);
	free(run);
}

static void run_end(struct log_run *run)
{
	for (struct log_run **at = &run->logs->runs; *at; at = &(*at)->next)
		if (*at == run) {
			*at = run->next;
			run->logs->count--;
			break;
		}
	run_free(run);
}

void probe_logs_free(struct probe_logs *logs)
{
	if (!logs)
		return;
	while (logs->runs)
		run_end(logs->runs);
	free(logs);
}

static void tell(struct probe_logs *logs, const struct message *message)
{
	if (!channel_send(logs->env.channel, message))
		log_error("not told: too long", F("message", message_name(message->kind)));
}

static void tell_end(struct probe_logs *logs, uint64_t id, const struct err *why)
{
	struct message message = {.kind = MESSAGE_LOG_END, .numbers = {id, why ? why->retry_s : 0}};

	if (why) {
		message.texts[0] = bytes_from(str_of(err_kind_name(why->kind)));
		message.texts[1] = bytes_from(str_of(why->code));
		message.texts[2] = bytes_from(str_of(why->text));
		message.texts[3] = bytes_from(str_of(why->fix));
	}
	tell(logs, &message);
}

static void tell_cert(struct log_run *run, const struct cert *cert, uint64_t index, int64_t at_ms, struct str word)
{
	CLEANUP(buf_done) struct buf facts = buf_capped(LIMIT_MESSAGE_BYTES - LIMIT_CERT_BYTES - 65536);
	struct json_out json = json_out_start(&facts);
	struct message message = {.kind = MESSAGE_LOG_ENTRY, .numbers = {run->id, index, (uint64_t)at_ms}};

	cert_write(&json, cert);
	message.texts[0] = cert->der;
	if (buf_ok(&facts))
		message.texts[1] = buf_bytes(&facts);
	message.texts[2] = bytes_from(word);
	tell(run->logs, &message);
}

static void on_batch(void *data, const struct ct_batch *batch)
{
	struct log_run *run = data;
	CLEANUP(buf_done) struct buf text = buf_capped(65536);
	struct json_out json = json_out_start(&text);
	struct message message = {.kind = MESSAGE_LOG_BATCH, .numbers = {run->id, batch->seen, batch->left, batch->unreadable}};

	for (size_t i = 0; i < batch->count; i++) {
		const struct ct_entry *entry = &batch->entries[i];

		if (entry->issuer && memcmp(run->issuer, entry->issuer->sha256, HASH_SHA256) != 0) {
			memcpy(run->issuer, entry->issuer->sha256, HASH_SHA256);
			tell_cert(run, entry->issuer, entry->index, entry->at_ms, STR("issuer"));
		}
		tell_cert(run, entry->cert, entry->index, entry->at_ms, entry->precert ? STR("precertificate") : STR("final"));
	}
	ct_position_write(&json, batch->position);
	message.texts[0] = buf_bytes(&text);
	tell(run->logs, &message);
}

static void on_ended(void *data, const struct err *why)
{
	struct log_run *run = data;

	tell_end(run->logs, run->id, why);
	run_end(run);
}

/* ---- what is asked ---- */

static bool networks_read(struct arena *arena, const struct json_value *list, struct egress_policy *out, struct err *err)
{
	size_t count = json_in_count(list);
	struct egress_net *nets = ARENA_ARRAY(arena, struct egress_net, count + 1);

	if (count > NETWORKS_MAX)
		return err_set(err, ERR_INPUT, "more than %d networks are allowed", NETWORKS_MAX);
	for (size_t i = 0; i < count; i++)
		if (!egress_net_read(json_in_str(json_in_at(list, i), STR("")), &nets[i], err))
			return false;
	*out = (struct egress_policy){nets, count};
	return true;
}

static bool domains_read(struct arena *arena, const struct json_value *list, struct ct_domains **out, struct err *err)
{
	size_t count = json_in_count(list);
	struct str *domains = ARENA_ARRAY(arena, struct str, count + 1);

	for (size_t i = 0; i < count; i++)
		domains[i] = json_in_str(json_in_at(list, i), STR(""));
	return ct_domains_new(domains, count, out, err);
}

static enum ct_since since_read(struct str word)
{
	if (str_is(word, "all"))
		return CT_SINCE_ALL;
	return str_is(word, "date") ? CT_SINCE_DATE : CT_SINCE_NOW;
}

static struct bytes roots_of(struct log_run *run, struct str own_pem)
{
	struct bytes system = run->logs->env.system_pem, out;
	struct buf text = buf_capped(system.len + own_pem.len + 2);

	buf_add_bytes(&text, system);
	buf_add_char(&text, '\n');
	buf_add_str(&text, own_pem);
	out = arena_bytes(run->arena, buf_bytes(&text));
	buf_done(&text);
	return out;
}

static bool run_open(struct log_run *run, const struct json_value *asked, struct str own_pem, struct err *err)
{
	const struct probe_logs_env *env = &run->logs->env;
	const struct json_value *position = json_in_get(asked, "position");
	struct egress_options out = {.loop = env->loop, .dns = env->dns};
	struct ct_reader_options options = {.loop = env->loop, .batch = on_batch, .ended = on_ended, .data = run};
	int64_t rate = json_in_int(json_in_get(asked, "rate"), 0);
	struct ct_position from;

	if (!ct_log_read(run->arena, json_in_get(asked, "log"), &run->log, err) ||
	    !domains_read(run->arena, json_in_get(asked, "domains"), &run->domains, err) ||
	    !networks_read(run->arena, json_in_get(asked, "allow"), &out.policy, err))
		return false;
	if (json_in_type(position) == JSON_IS_OBJECT) {
		if (!ct_position_read(run->arena, position, &from, err))
			return false;
		options.walk.position = &from;
	}
	out.roots_pem = roots_of(run, own_pem);
	run->egress = egress_new(&out);
	options.egress = run->egress;
	options.rate = rate > 0 && rate <= RATE_MAX ? (uint32_t)rate : 0;
	options.walk.log = &run->log;
	options.walk.domains = run->domains;
	options.walk.since = since_read(json_in_str(json_in_get(asked, "since"), STR("now")));
	options.walk.since_at = json_in_int(json_in_get(asked, "since_at"), 0);
	options.walk.now = json_in_int(json_in_get(asked, "now"), 0);
	run->reader = ct_reader_new(&options);
	return true;
}

void probe_logs_begin(struct probe_logs *logs, const struct message *message)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct log_run *run;
	struct err err = {0};

	if (logs->count >= LOGS_MAX) {
		err_set(&err, ERR_LATER, "%d logs are being read already", LOGS_MAX);
		err.retry_s = 60;
		tell_end(logs, message->numbers[0], &err);
		return;
	}
	run = NEW(struct log_run);
	run->logs = logs;
	run->id = message->numbers[0];
	run->arena = arena_new();
	if (!json_doc_read(str_from(message->texts[0]), &doc, &err) ||
	    !run_open(run, json_doc_root(doc), str_from(message->texts[1]), &err)) {
		tell_end(logs, run->id, &err);
		run_free(run);
		return;
	}
	run->next = logs->runs;
	logs->runs = run;
	logs->count++;
}

void probe_logs_go(struct probe_logs *logs, uint64_t id)
{
	for (struct log_run *run = logs->runs; run; run = run->next)
		if (run->id == id)
			ct_reader_go(run->reader);
}

/* All of the same line: of one piece of work in the engine. */
void probe_logs_stop(struct probe_logs *logs, uint64_t id)
{
	for (struct log_run *run = logs->runs, *next; run; run = next) {
		next = run->next;
		if (run->id / LINE_LOGS == id / LINE_LOGS)
			run_end(run);
	}
}
