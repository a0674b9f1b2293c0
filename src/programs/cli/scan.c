/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid scan - what certificates are served where. Options here, the run in scan_run.c. */

#include "programs/cli/scan.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "discovery/target.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/command.h"
#include "programs/cli/probe_options.h"
#include "programs/cli/terminal.h"

enum { CONCURRENCY_MAX = 100000, RATE_MAX = 10000000, PATHS_MAX = 64 };

static const struct command_option options[] = {
	{"ports", 'p', "LIST", "443,8443 or 1-1024 or 2525/smtp or names, common, all-tls; for targets without one", false},
	{"starttls", 0, "PROTO", "auto (by port and greeting), none, or a protocol", false},
	{"sni", 0, "NAME", "server name to ask for, instead of the target's; '' sends none", false},
	{"all-ips", 0, NULL, "every address of a name, a record each", false},
	{"look", 0, "HOW", "whole, light, polite; auto: whole up to 1,000 targets, light beyond", false},
	{"rate", 0, "N", "new connections a second at most", false},
	{"timeout", 't', "S", "seconds for one connection (5); 0.5 and 500ms are fine too", false},
	{"concurrency", 'c', "N", "connections open at once (256)", false},
	{"resolver", 0, "SERVERS", "name servers to ask instead of the system's: 127.0.0.1:5353,…", false},
	{"paths", 0, "PATH", "with local: look at this file or folder, not at the usual ones", true},
	{"json", 0, NULL, "one JSON document", false},
	{"jsonl", 0, NULL, "a JSON record a line", false},
	{"csv", 0, NULL, "comma-separated values with a heading", false},
	{"save", 0, NULL, "let the running server scan and keep what it finds; its records are shown", false},
	{"fail-on", 0, "EXPR", "exit 3 when a record matches: expires<30d, untrusted, outcome:timeout, …", false},
	CLIENT_OPTIONS,
	{0},
};

static bool read_look(struct command_call *call, struct scan_settings *out, struct err *err)
{
	static const struct {
		const char *name;
		enum probe_look look;
	} looks[] = {{"whole", PROBE_WHOLE}, {"light", PROBE_LIGHT}, {"polite", PROBE_POLITE}};
	const char *value = command_value(call, "look");

	if (!value || strcmp(value, "auto") == 0)
		return true;
	for (size_t i = 0; i < COUNT_OF(looks); i++)
		if (strcmp(value, looks[i].name) == 0) {
			out->options.look = looks[i].look;
			out->look_is_chosen = true;
			return true;
		}
	err_set(err, ERR_INPUT, "--look %s: no such look", value);
	return err_fix(err, "option-look", "auto, whole, light or polite");
}

/* 500 and 500/s */
static bool read_rate(struct command_call *call, struct probe_options *out, struct err *err)
{
	const char *value = command_value(call, "rate");
	struct str text = str_of(value);
	uint64_t rate;

	if (!value)
		return true;
	if (str_ends(text, STR("/s")))
		text.len -= 2;
	if (!str_to_u64(text, RATE_MAX, &rate) || rate == 0) {
		err_set(err, ERR_INPUT, "--rate %s: not a number from 1 to %d", value, RATE_MAX);
		return err_fix(err, "option-number", "give connections a second: 500 or 500/s");
	}
	out->rate = (uint32_t)rate;
	return true;
}

static bool read_options(struct command_call *call, struct scan_settings *out, struct err *err)
{
	const char *fail_on = command_value(call, "fail-on");
	uint64_t concurrency;

	out->options = probe_defaults();
	out->options.all_addresses = command_has(call, "all-ips");
	if (command_has(call, "sni"))
		out->options.server_name = str_of(command_value(call, "sni"));
	out->resolver = command_value(call, "resolver");
	if (!command_number(call, "concurrency", 1, CONCURRENCY_MAX, out->options.concurrency, &concurrency, err))
		return false;
	out->options.concurrency = (uint32_t)concurrency;
	return option_timeout(call, &out->options.timeout_ms, err) && read_rate(call, &out->options, err) &&
	       option_starttls(call, &out->options.starttls, err) && read_look(call, out, err) &&
	       (!fail_on || fail_on_read(fail_on, &out->fail_on, err));
}

/* Several of --json, --jsonl, --csv are a mistake. */
static bool read_form(struct command_call *call, struct rows *out)
{
	struct terminal terminal = terminal_of(STDOUT_FILENO);
	int given = command_has(call, "json") + command_has(call, "jsonl") + command_has(call, "csv");

	out->form = command_has(call, "json")    ? ROWS_JSON
		    : command_has(call, "jsonl") ? ROWS_JSONL
		    : command_has(call, "csv")   ? ROWS_CSV
		    : terminal.is_terminal       ? ROWS_TABLE
						 : ROWS_TSV;
	out->colour = terminal.colour;
	out->width = terminal.width;
	/* Not a terminal to lay out for: rows as for a pipe. */
	if (out->form == ROWS_TABLE && !terminal.moves)
		out->form = ROWS_TSV;
	return given <= 1;
}

/* What is wrong with the words is usage, whatever its kind. */
static int usage_failed(struct command_call *call, const struct err *err)
{
	command_fail(call, err);
	return CLI_USAGE;
}

/* The server has its own resolver, and opens as many connections at once as it sees fit. */
static const char *not_for_the_server(struct command_call *call)
{
	static const char *const names[] = {"resolver", "concurrency", "paths"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (command_has(call, names[i]))
			return names[i];
	return NULL;
}

/* Targets: the words, and with "local" among them the server names of this machine's configurations. */
static bool read_targets(struct command_call *call, struct arena *arena, struct scan_settings *out, struct err *err)
{
	struct str paths[PATHS_MAX];
	char **words = call->args;
	size_t count = (size_t)call->arg_count, path_count = 0;
	const char *path;

	if (command_has(call, "save")) /* the server looks at its own machine */
		return target_list_open(words, count, command_value(call, "ports"), &out->list, err);
	while (path_count < PATHS_MAX && (path = command_value_at(call, "paths", path_count)))
		paths[path_count++] = str_of(path);
	if (!scan_local_look(arena, paths, path_count, &words, &count, &out->host, err))
		return false;
	if (path_count && !out->host) {
		err_set(err, ERR_INPUT, "--paths goes with the target local");
		return err_fix(err, "option-paths", "keepvalid scan local --paths %s", command_value(call, "paths"));
	}
	return target_list_open(words, count, command_value(call, "ports"), &out->list, err);
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct scan_settings settings = {0};
	struct err err = {0};
	int code;

	if (call->arg_count == 0)
		return command_usage(call, "no target");
	if (!read_form(call, &settings.rows))
		return command_usage(call, "--json, --jsonl and --csv exclude each other");
	if (command_has(call, "save") && not_for_the_server(call))
		return command_usage(call, "--%s does not go with --save: that is the server's own matter", not_for_the_server(call));
	if (!read_options(call, &settings, &err) || !read_targets(call, arena, &settings, &err)) {
		fail_on_free(settings.fail_on);
		return usage_failed(call, &err);
	}
	code = command_has(call, "save") ? scan_save(call, &settings, &err) : scan_run(&settings, &err);
	if (!command_has(call, "save") && code == CLI_FAILED && err.kind != ERR_NONE)
		command_fail(call, &err);
	target_list_close(settings.list);
	fail_on_free(settings.fail_on);
	return code;
}

const struct command command_scan = {
	.name = "scan",
	.arguments = "TARGET...",
	.summary = "find the certificates that are served",
	.details =
		"Targets: host, host:port, [v6]:port, a URL (https://… smtp://… ldap://… postgres://…), 10.0.0.0/24,\n"
		"10.0.0.1-20, @FILE (a target a line: target port protocol server-name, # comments), - (standard\n"
		"input), local (this machine). name@host asks a host for another name.\n"
		"\n"
		"Every target gives exactly one record (with --all-ips: one for each address), whatever comes of it:\n"
		"ok, no-tls, refused, timeout, unreachable, dns, starttls-missing, sni-needed,\n"
		"client-certificate-needed, alert, garbage, limit. On a terminal a fitted table; elsewhere\n"
		"tab-separated columns, uncut: target host address port protocol server_name outcome detail tls days\n"
		"not_after name issuer sha256 findings.\n"
		"\n"
		"--look whole makes every connection it takes to know all certificates, versions and groups; light makes\n"
		"one where it can, cheapest for the server; polite makes whole handshakes, one at a time per address, so\n"
		"that servers log nothing unusual. From a pipe, auto first reads up to 1,001 targets to choose.\n"
		"\n"
		"local: what listens here, asked also for the server names of the configurations of nginx, Apache, HAProxy,\n"
		"Postfix, Dovecot, Tomcat, Caddy, Traefik and others; then a record for each place of a certificate in those\n"
		"configurations, in the stores of ACME clients, in kubeconfigs and in the usual folders (or those of --paths):\n"
		"whether its key belongs to it, who may read it, which ACME client renews it, and whether it is what is\n"
		"served. Nothing is changed, and of keys only the hash of the public half is shown.\n"
		"\n"
		"--fail-on: conditions are expires<30d (also <= > >=), outcome:timeout|refused, failed, untrusted,\n"
		"untrusted:mozilla|chrome|system, expired, expiring, not-yet-valid, name-mismatch, incomplete-chain,\n"
		"self-signed, weak-key, weak-signature, old-tls, unreadable; blanks mean and, \",\" or OR mean or, -\n"
		"negates.\n"
		"\n"
		"--save hands the targets to the server of the data folder (or --server): it scans, keeps what it finds, and its\n"
		"records are shown when it has ended. \"local\" is the server's machine then. Ctrl-C stops its scan.\n"
		"\n"
		"Exit codes: 0 every target showed a certificate, 1 none did or the scan failed, 2 usage, 3 --fail-on\n"
		"matched, 5 some targets showed none, 6 there was no target, 8 no server for --save, 130 interrupted (what was begun is\n"
		"written; a second Ctrl-C ends at once).",
	.examples = "$ keepvalid scan example.org mail.example.org:25\n"
		    "$ keepvalid scan 10.0.0.0/24 --ports common --jsonl >found.jsonl\n"
		    "$ keepvalid scan @hosts.txt --fail-on 'expires<14d OR untrusted'\n"
		    "$ keepvalid scan local\n"
		    "$ sudo keepvalid scan local --paths /srv/tls --jsonl",
	.options = options,
	.run = run,
};
