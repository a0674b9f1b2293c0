/* SPDX-License-Identifier: Apache-2.0 */

/* The process: opens, gives up, serves. See the door. */

#include "programs/probe/process.h"

#include <signal.h>
#include <sys/prctl.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/memory.h"
#include "facts/hash.h"
#include "programs/cli.h"
#include "programs/pack.h"
#include "programs/probe.h"
#include "programs/sandbox.h"
#include "wire/dns.h"
#include "wire/egress.h"

struct process {
	struct loop *loop;
	struct dns *dns;
	struct arena *arena; /* of the lists */
	struct trust_packs packs;
	struct trust_set *roots;
	struct trust_judge *judge;
	struct channel *channel;
	struct probe_scan *scan;
	struct probe_logs *logs;
	int exit_code;
};

static void end(struct process *process, int exit_code)
{
	process->exit_code = exit_code;
	loop_stop(process->loop);
}

static void scan_begin(struct process *process, const struct message *message)
{
	struct probe_scan_env env = {process->loop, process->dns, process->judge, process->channel};
	struct err err = {0};

	probe_scan_free(process->scan);
	process->scan = NULL;
	if (probe_scan_new(&env, message->numbers[0], str_from(message->texts[0]), &process->scan, &err))
		return;
	log_error("scan refused", F("error", err.text));
	end(process, CLI_FAILED);
}

/* The lists, with roots of our own beside the system's. */
static bool roots_load(struct process *process, struct str own_pem, struct err *err)
{
	struct trust_packs packs = process->packs;
	struct buf text = buf_capped(packs.system_pem.len + own_pem.len + 2);
	struct trust_set *set;
	bool ok;

	buf_add_bytes(&text, packs.system_pem);
	buf_add_char(&text, '\n');
	buf_add_str(&text, own_pem);
	packs.system_pem = buf_bytes(&text);
	ok = trust_set_new(&packs, &set, err);
	if (ok) {
		trust_judge_free(process->judge);
		trust_set_free(process->roots);
		process->roots = set;
		process->judge = trust_judge_new(set);
	}
	buf_done(&text);
	return ok;
}

static void roots_come(struct process *process, struct str own_pem)
{
	struct err err = {0};

	probe_scan_free(process->scan); /* it has the judge of before */
	process->scan = NULL;
	if (!roots_load(process, own_pem, &err))
		log_error("own roots not read", F("error", err.text));
}

static void on_message(void *data, const struct message *message)
{
	struct process *process = data;
	bool ours = process->scan && message->numbers[0] == probe_scan_id(process->scan);

	switch (message->kind) {
	case MESSAGE_SCAN:
		scan_begin(process, message);
		return;
	case MESSAGE_TARGET:
		if (ours)
			probe_scan_target(process->scan, message);
		return;
	case MESSAGE_ROOTS:
		roots_come(process, str_from(message->texts[0]));
		return;
	case MESSAGE_STOP:
		if (ours) {
			probe_scan_free(process->scan);
			process->scan = NULL;
		}
		return;
	case MESSAGE_LOG:
		probe_logs_begin(process->logs, message);
		return;
	case MESSAGE_LOG_GO:
		probe_logs_go(process->logs, message->numbers[0]);
		return;
	case MESSAGE_LOG_STOP:
		probe_logs_stop(process->logs, message->numbers[0]);
		return;
	default: /* the channel lets nothing else through */
		return;
	}
}

static void on_ready(void *data)
{
	(void)data;
}

static void on_closed(void *data, const struct err *why)
{
	struct process *process = data;

	if (why->kind != ERR_UNREACHED)
		log_error("engine not understood", F("error", why->text));
	end(process, why->kind == ERR_UNREACHED ? CLI_OK : CLI_FAILED);
}

/* All that needs a file or makes a table on its first use, before there are no files. */
static bool prepare(struct process *process, int fd, struct err *err)
{
	static const struct channel_calls calls = {on_ready, on_message, on_closed};
	uint8_t hash[HASH_SHA256];

	hash_sha256(bytes_of("", 0), hash);
	return pack_trust(process->arena, NULL, &process->packs, err) &&
	       roots_load(process, (struct str){NULL, 0}, err) && dns_open(process->loop, NULL, &process->dns, err) &&
	       channel_open(process->loop, fd, MESSAGE_PROBE, MESSAGE_ENGINE, &calls, process, &process->channel, err);
}

static void prepare_logs(struct process *process)
{
	struct probe_logs_env env = {process->loop, process->dns, process->channel, process->packs.system_pem};
	struct egress_options first = {.loop = process->loop, .dns = process->dns};

	egress_free(egress_new(&first)); /* libcurl and OpenSSL read their files once, now */
	process->logs = probe_logs_new(&env);
}

static bool run(struct process *process, int fd, struct err *err)
{
	struct sandbox_report report;

	process->loop = loop_new();
	if (!prepare(process, fd, err))
		return false;
	prepare_logs(process);
	if (!sandbox_probe(&report, err))
		return err_wrap(err, "sandbox");
	log_info("probe ready", F("landlock", report.landlock), F("seccomp", report.seccomp));
	loop_run(process->loop);
	return true;
}

static void process_done(struct process *process)
{
	probe_scan_free(process->scan);
	probe_logs_free(process->logs);
	channel_free(process->channel);
	trust_judge_free(process->judge);
	trust_set_free(process->roots);
	dns_close(process->dns);
	loop_free(process->loop);
	arena_free(process->arena);
}

int probe_process(int fd)
{
	struct process process = {.exit_code = CLI_OK, .arena = arena_new()};
	struct err err = {0};

	sandbox_private();
	(void)prctl(PR_SET_NAME, "keepvalid-probe", 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	if (!run(&process, fd, &err)) {
		log_error("probe did not start", F("error", err.text));
		process.exit_code = CLI_FAILED;
	}
	process_done(&process);
	return process.exit_code;
}
