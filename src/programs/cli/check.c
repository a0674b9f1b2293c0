/* SPDX-License-Identifier: Apache-2.0 */

/*
 * keepvalid check - one endpoint, after the convention of monitoring plugins: one line, 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, and
 * performance data after a bar. After the Monitoring Plugins Development Guidelines.
 */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/loop.h"
#include "decisions/trust.h"
#include "discovery/probe.h"
#include "discovery/target.h"
#include "facts/cert.h"
#include "facts/hostname.h"
#include "programs/cli/command.h"
#include "programs/cli/findings.h"
#include "programs/cli/probe_options.h"
#include "programs/cli/terminal.h"
#include "programs/pack.h"
#include "wire/dns.h"

enum state { STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN };
enum { DAY_S = 86400, LINE_BYTES = 4096 };

static const struct command_option options[] = {
	{"warning", 'w', "TIME", "warn when less is left: 30d (the default), 12h; a bare number is days", false},
	{"critical", 'c', "TIME", "critical when less is left: 7d", false},
	{"name", 'n', "NAME", "the name that the certificate must be for, instead of the host", false},
	{"sni", 0, "NAME", "server name to ask for; '' sends none", false},
	{"starttls", 0, "PROTO", "auto (by port and greeting), none, or a protocol", false},
	{"timeout", 't', "S", "seconds for one connection (5)", false},
	{"trust", 0, "WHOM", "who must trust it: any (the default), system, mozilla, chrome, or none", false},
	{"no-name", 0, NULL, "do not judge the name", false},
	{"look", 0, "HOW", "light: one connection (the default); whole: all certificates of the endpoint", false},
	{"resolver", 0, "SERVERS", "name servers to ask instead of the system's", false},
	{0},
};

struct check {
	const struct command_call *call;
	struct probe_options options;
	int64_t warning_s, critical_s;
	const char *name, *trust;
	bool no_name;
	struct loop *loop;
	struct trust_judge *judge;
	struct target_list *list;

	enum state state;
	struct buf text, perf;
	bool came;
};

static const char *const state_names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

static void find(struct check *check, enum state state, const char *format, ...) PRINTF(3, 4);
static void find(struct check *check, enum state state, const char *format, ...)
{
	char part[600];
	va_list args;

	va_start(args, format);
	vsnprintf(part, sizeof part, format, args);
	va_end(args);
	if (state > check->state)
		check->state = state;
	if (check->text.len > 0)
		buf_add_text(&check->text, "; ");
	text_add(&check->text, str_of(part), 0);
}

static int64_t days(int64_t seconds)
{
	return seconds >= 0 ? seconds / DAY_S : -((-seconds + DAY_S - 1) / DAY_S);
}

static void judge_time(struct check *check, const struct cert *cert, int64_t now)
{
	int64_t left = cert->not_after - now;
	enum state state = left < check->critical_s  ? STATE_CRITICAL
			   : left < check->warning_s ? STATE_WARNING
						     : STATE_OK;
	char until[CLOCK_TEXT];

	clock_write(cert->not_after, until);
	if (cert->not_before > now)
		find(check, STATE_CRITICAL, "not yet valid");
	if (left < 0)
		find(check, STATE_CRITICAL, "expired %lld days ago (%s)", (long long)-days(left), until);
	else if (left < 2 * DAY_S)
		find(check, state, "valid for %lld more hours, until %s", (long long)left / 3600, until);
	else
		find(check, state, "valid for %lld more days, until %s", (long long)days(left), until);
}

static void judge_name(struct check *check, const struct scan_record *record)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct str wanted = check->name ? str_of(check->name) : record->host;
	struct hostname name;
	struct err err;

	if (check->no_name)
		return;
	if (!hostname_read(arena, wanted, &name, &err))
		find(check, STATE_UNKNOWN, "%s", err.text);
	else if (!hostname_matches(&name, record->chain[0]->facts))
		find(check, STATE_CRITICAL, "not for the name %.*s", STR_ARG(wanted));
}

static bool is_trusted(const struct check *check, const struct scan_record *record, struct str *why)
{
	const struct {
		const char *name;
		struct str said;
	} said[] = {{"system", record->trust.system}, {"mozilla", record->trust.mozilla}, {"chrome", record->trust.chrome}};
	bool any = strcmp(check->trust, "any") == 0;

	*why = STR("not judged");
	for (size_t i = 0; i < COUNT_OF(said); i++) {
		if (!any && strcmp(check->trust, said[i].name) != 0)
			continue;
		if (str_is(said[i].said, "trusted"))
			return true;
		if (said[i].said.data)
			*why = said[i].said;
	}
	return false;
}

static void judge_trust(struct check *check, const struct scan_record *record)
{
	struct str why;

	if (strcmp(check->trust, "none") == 0)
		return;
	if (!is_trusted(check, record, &why))
		find(check, STATE_CRITICAL, "not trusted: %.*s", STR_ARG(why));
	if (record->chain_complete == SCAN_NO)
		find(check, STATE_WARNING, "the server does not send the whole chain");
}

static void add_perf(struct check *check, const struct cert *cert, const struct scan_record *record, int64_t now)
{
	buf_addf(&check->perf, "days=%lld;%lld:;%lld:;; time=%u.%03us;;;0", (long long)days(cert->not_after - now),
		 (long long)(check->warning_s / DAY_S), (long long)(check->critical_s / DAY_S), record->elapsed_ms / 1000,
		 record->elapsed_ms % 1000);
}

static void judge_leaf(struct check *check, const struct scan_cert *leaf, int64_t now)
{
	if (!leaf->facts)
		find(check, STATE_CRITICAL, "the certificate cannot be read: %.*s", STR_ARG(leaf->problem));
	else
		judge_time(check, leaf->facts, now);
}

static void record_came(void *data, struct scan_record *record)
{
	struct check *check = data;
	int64_t now = clock_now_s();

	check->came = true;
	loop_stop(check->loop);
	if (record->chain_count == 0) {
		find(check, STATE_CRITICAL, "%s%s%.*s", scan_outcome_name(record->outcome), record->detail.data ? ": " : "",
		     STR_ARG(record->detail));
		return;
	}
	trust_judge_record(check->judge, record, now);
	judge_leaf(check, record->chain[0], now);
	for (size_t i = 0; i < record->other_leaf_count; i++)
		judge_leaf(check, record->other_leaves[i], now);
	if (!record->chain[0]->facts)
		return;
	judge_name(check, record);
	judge_trust(check, record);
	add_perf(check, record->chain[0]->facts, record, now);
}

/* "30d", or days as a bare number. */
static bool read_limit(const struct command_call *call, const char *name, int64_t or_s, int64_t *out, struct err *err)
{
	const char *value = command_value(call, name);
	uint64_t number;

	*out = or_s;
	if (!value)
		return true;
	if (str_to_u64(str_of(value), 36500, &number)) {
		*out = (int64_t)number * DAY_S;
		return true;
	}
	if (clock_read_duration(str_of(value), out) && *out >= 0)
		return true;
	err_set(err, ERR_INPUT, "--%s %s: not a length of time", name, value);
	return err_fix(err, "option-time", "write 30d, 12h or 2w; a bare number is days");
}

static bool is_one_of(const char *value, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(value, words[i]) == 0)
			return true;
	return false;
}

static bool read_choices(struct check *check, struct err *err)
{
	static const char *const whom[] = {"any", "system", "mozilla", "chrome", "none"}, *const looks[] = {"light", "whole"};
	const char *trust = command_value(check->call, "trust"), *look = command_value(check->call, "look");

	check->trust = trust ? trust : "any";
	if (!is_one_of(check->trust, whom, COUNT_OF(whom)))
		return err_set(err, ERR_INPUT, "--trust %s: must be any, system, mozilla, chrome or none", trust);
	if (look && !is_one_of(look, looks, COUNT_OF(looks)))
		return err_set(err, ERR_INPUT, "--look %s: must be light or whole", look);
	check->options.look = look && strcmp(look, "whole") == 0 ? PROBE_WHOLE : PROBE_LIGHT;
	return true;
}

static bool read_options(struct check *check, struct err *err)
{
	const struct command_call *call = check->call;

	check->options = probe_defaults();
	check->name = command_value(call, "name");
	check->no_name = command_has(call, "no-name");
	if (command_has(call, "sni"))
		check->options.server_name = str_of(command_value(call, "sni"));
	else if (check->name)
		check->options.server_name = str_of(check->name);
	if (!read_limit(call, "warning", 30 * DAY_S, &check->warning_s, err) ||
	    !read_limit(call, "critical", 7 * DAY_S, &check->critical_s, err) || !read_choices(check, err) ||
	    !option_timeout(call, &check->options.timeout_ms, err) ||
	    !option_starttls(call, &check->options.starttls, err))
		return false;
	if (check->warning_s < check->critical_s)
		return err_set(err, ERR_INPUT, "the warning comes after the critical state: give a longer time to -w than to -c");
	return true;
}

static bool look(struct check *check, struct err *err)
{
	struct trust_set *roots = NULL;
	struct dns *dns = NULL;
	struct probe_target target;
	struct probe *probe;
	bool done = false;

	check->loop = loop_new();
	if (target_list_total(check->list) != 1 || target_list_next(check->list, &target, err) != TARGET_HERE)
		err_set(err, ERR_INPUT, "one endpoint, please: HOST:PORT");
	else if (pack_trust_set(NULL, &roots, err) &&
		 dns_open(check->loop, command_value(check->call, "resolver"), &dns, err)) {
		check->judge = trust_judge_new(roots);
		probe = probe_new(check->loop, dns, &check->options, record_came, check);
		probe_add(probe, &target);
		if (!check->came)
			loop_run(check->loop);
		probe_free(probe);
		trust_judge_free(check->judge);
		done = true;
	}
	dns_close(dns);
	trust_set_free(roots);
	loop_free(check->loop);
	return done;
}

/* The line must not have a bar of its own: performance data begins there. */
static void print(struct check *check, const char *target)
{
	for (size_t i = 0; i < check->text.len; i++)
		if (check->text.data[i] == '|')
			check->text.data[i] = '/';
	printf("KEEPVALID %s - %s: %s%s%s\n", state_names[check->state], target, check->text.len ? check->text.data : "",
	       check->perf.len ? " | " : "", check->perf.len ? check->perf.data : "");
}

static int run(struct command_call *call)
{
	struct check check = {.call = call, .text = buf_capped(LINE_BYTES), .perf = buf_capped(LINE_BYTES)};
	struct err err = {0};

	if (call->arg_count != 1)
		return command_usage(call, "one endpoint, please: HOST:PORT");
	if (!read_options(&check, &err) || !target_list_open(call->args, 1, NULL, &check.list, &err) || !look(&check, &err))
		find(&check, STATE_UNKNOWN, "%s", err.text);
	print(&check, call->args[0]);
	target_list_close(check.list);
	buf_done(&check.text);
	buf_done(&check.perf);
	return check.state;
}

const struct command command_check = {
	.name = "check",
	.arguments = "HOST:PORT",
	.summary = "one endpoint, as a monitoring plugin (Nagios, Icinga, Checkmk, Zabbix)",
	.details = "Answers one line and exits 0 OK, 1 WARNING, 2 CRITICAL or 3 UNKNOWN (also for mistakes in usage). Judged are how\n"
		   "long the certificate is still valid, its name, its trust, and whether the server sends the whole chain (a\n"
		   "warning). No connection, no TLS and no certificate are critical. Performance data: days left, with the\n"
		   "limits, and seconds taken.\n"
		   "\n"
		   "For certificates of a CA of your own, put its root into the system's store, or say --trust none.",
	.examples = "$ keepvalid check www.example.org:443\n"
		    "$ keepvalid check smtp://mail.example.org -w 21d -c 3d\n"
		    "$ keepvalid check 10.0.0.5:8443 --name intern.example.org --trust system\n",
	.options = options,
	.run = run,
	.usage_exit = STATE_UNKNOWN,
};
