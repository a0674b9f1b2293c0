/* SPDX-License-Identifier: Apache-2.0 */

/*
 * keepvalid import KIND PATH... - what people and other programs know of certificates, into the server's inventory.
 *
 * A table goes to the server as it is, some hundred rows at a time, each time with its titles. Files and the stores of ACME clients
 * are read here (discovery/host): keys are never sent, only certificates and what looks after them.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/pem.h"
#include "discovery/host.h"
#include "facts/cert.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/import_targets.h"
#include "programs/cli/show.h"
#include "programs/cli/table.h"

#define PART_BYTES  600000 /* of one request, so that it stays below LIMIT_REQUEST_BODY_BYTES when it is spelt as JSON */
#define PART_ROWS   1000
#define PLACE_BYTES 4096

struct importing {
	const struct command_call *call;
	struct client *client;
	struct arena *arena;
	struct str name;
	bool dry_run, jsonl, quiet;
	uint32_t line; /* what the lines of a part begin after */
	int64_t counts[4];
	int64_t certificates, lineages, targets;
	size_t parts;
};

static const char *const outcomes[] = {"added", "changed", "same", "refused"};

static void tell_row(struct importing *to, const struct json_value *row)
{
	CLEANUP(buf_done) struct buf text = buf_capped(65536);
	struct str outcome = json_in_str(json_in_get(row, "outcome"), STR(""));
	struct str detail = json_in_str(json_in_get(row, "detail"), STR(""));
	int64_t line = json_in_int(json_in_get(row, "line"), 0) + to->line;

	if (to->jsonl) {
		show_json(row);
		return;
	}
	if (!detail.len && !to->dry_run)
		return;
	buf_addf(&text, "%lld\t%.*s\t", (long long)line, STR_ARG(outcome));
	text_add(&text, json_in_str(json_in_get(row, "name"), STR("")), 0);
	buf_add_char(&text, '\t');
	text_add(&text, detail, 0);
	puts(text.data);
}

static void take_report(struct importing *to, const struct json_value *report)
{
	const struct json_value *counts = json_in_get(report, "counts"), *rows = json_in_get(report, "rows");

	for (size_t i = 0; i < COUNT_OF(outcomes); i++)
		to->counts[i] += json_in_int(json_in_get(counts, outcomes[i]), 0);
	to->certificates += json_in_int(json_in_get(report, "certificates_added"), 0);
	to->lineages += json_in_int(json_in_get(report, "lineages_made"), 0);
	to->targets += (int64_t)json_in_count(json_in_get(report, "targets"));
	for (size_t i = 0; i < json_in_count(rows); i++)
		tell_row(to, json_in_at(rows, i));
	for (size_t i = 0; to->parts == 0 && i < json_in_count(json_in_get(report, "ignored_columns")); i++) {
		struct str title = json_in_str(json_in_at(json_in_get(report, "ignored_columns"), i), STR(""));

		if (title.len && !to->quiet)
			fprintf(stderr, "keepvalid import: the column \"%.*s\" is not looked at (--map '%.*s=FIELD' does)\n",
				STR_ARG(str_head(title, 60)), STR_ARG(str_head(title, 60)));
	}
	to->parts++;
}

static bool send(struct importing *to, struct bytes body, struct err *err)
{
	const char *path = to->dry_run ? "/api/v1/imports?dry_run=true" : "/api/v1/imports";
	const struct json_value *report;

	if (!client_post(to->client, to->arena, path, body, &report, err))
		return false;
	take_report(to, report);
	if (to->dry_run || json_in_count(json_in_get(report, "targets")) == 0)
		return true;
	return import_targets_source(to->client, to->arena, arena_format(to->arena, "import %.*s", STR_ARG(to->name)),
				     json_in_get(report, "targets"), err);
}

/* ---- tables ---- */

static bool write_maps(struct importing *to, struct json_out *json, struct err *err)
{
	const char *map;

	json_out_key(json, "mapping");
	json_out_array(json);
	for (size_t i = 0; (map = command_value_at(to->call, "map", i)); i++) {
		struct str text = str_of(map);
		size_t at = str_find_char(text, '=');

		if (at == SIZE_MAX) {
			err_set(err, ERR_INPUT, "--map %s: there is no =", map);
			return err_fix(err, "import-map", "write --map 'Title=field'");
		}
		json_out_object(json);
		json_out_key_str(json, "title", str_head(text, at));
		json_out_key_str(json, "field", str_skip(text, at + 1));
		json_out_end_object(json);
	}
	json_out_end_array(json);
	return true;
}

static bool send_table(struct importing *to, struct str titles, struct str rows, struct err *err)
{
	CLEANUP(buf_done) struct buf body = buf_capped(LIMIT_REQUEST_BODY_BYTES);
	struct json_out json = json_out_start(&body);

	json_out_object(&json);
	json_out_key_str(&json, "name", to->name);
	json_out_key(&json, "text");
	json_out_str(&json, arena_format(to->arena, "%.*s%.*s", STR_ARG(titles), STR_ARG(rows)));
	if (!write_maps(to, &json, err))
		return false;
	json_out_end_object(&json);
	if (!buf_ok(&body))
		return err_set(err, ERR_INPUT, "%.*s: rows that long cannot be sent", STR_ARG(to->name));
	return send(to, buf_bytes(&body), err);
}

/* A record of CSV from the front, with its line end: a line end within quotes does not end it. */
static struct str take_record(struct str *text, uint32_t *lines)
{
	bool quoted = false;
	size_t len = 0;
	struct str out;

	while (len < text->len) {
		char c = text->data[len++];

		quoted ^= c == '"';
		*lines += c == '\n';
		if (c == '\n' && !quoted)
			break;
	}
	out = str_head(*text, len);
	*text = str_skip(*text, len);
	return out;
}

static bool import_table(struct importing *to, const char *path, struct err *err)
{
	struct bytes content;
	struct str rest, titles;
	uint32_t lines = 0, title_lines;

	if (!file_read(to->arena, path, LIMIT_FILE_BYTES, &content, err))
		return false;
	rest = str_from(content);
	titles = take_record(&rest, &lines);
	title_lines = lines;
	while (rest.len || to->parts == 0) {
		struct str part = {rest.data, 0};
		uint32_t begin = lines;

		for (size_t rows = 0; rest.len && rows < PART_ROWS && part.len < PART_BYTES; rows++)
			part.len += take_record(&rest, &lines).len;
		to->line = begin - title_lines;
		if (!send_table(to, titles, part, err))
			return false;
		if (!rest.len)
			break;
	}
	return true;
}

/* ---- files, and the stores of ACME clients ---- */

/* Which clients' stores a kind is of; NULL: any file. */
static const struct kind {
	const char *name, *client;
} kinds[] = {
	{"pem", NULL},
	{"certbot", "certbot"},
	{"acme.sh", "acme.sh"},
	{"lego", "lego"},
};

static void write_certificates(struct json_out *json, struct arena *arena, const struct host_file *file)
{
	struct buf pem = buf_capped(LIMIT_REQUEST_BODY_BYTES);

	for (size_t i = 0; i < file->cert_count && i < 8; i++)
		pem_write(&pem, "CERTIFICATE", file->certs[i]->der);
	json_out_key_str(json, "pem", arena_str(arena, buf_str(&pem)));
	buf_done(&pem);
}

static void write_automation(struct json_out *json, struct arena *arena, const struct host_automation *automation)
{
	if (!automation)
		return;
	json_out_key_str(json, "tags", automation->client);
	json_out_key_str(json, "note",
			 arena_format(arena, "renewed by %.*s%s%.*s%s%.*s", STR_ARG(automation->client),
				      automation->authenticator.len ? ", proof by " : "", STR_ARG(automation->authenticator),
				      automation->config.len ? ", configured in " : "", STR_ARG(automation->config)));
}

static void write_entry(struct importing *to, struct json_out *json, const struct host_file *file)
{
	char host[256] = "";

	gethostname(host, sizeof host - 1);
	json_out_object(json);
	json_out_key_str(json, "place",
			 arena_format(to->arena, "%s:%.*s%s%.*s", host, STR_ARG(str_head(file->path, PLACE_BYTES)),
				      file->alias.len ? "#" : "", STR_ARG(file->alias)));
	write_certificates(json, to->arena, file);
	write_automation(json, to->arena, file->automation);
	json_out_end_object(json);
}

static bool is_wanted(const struct kind *kind, const struct host_file *file)
{
	return file->cert_count > 0 && file->kind != HOST_TRUST_STORE && (!kind->client || file->automation);
}

static bool send_entries(struct importing *to, const struct kind *kind, const struct host_found *found, size_t *next,
			 size_t *sent, struct err *err)
{
	CLEANUP(buf_done) struct buf body = buf_capped(LIMIT_REQUEST_BODY_BYTES);
	struct json_out json = json_out_start(&body);
	size_t count = 0;

	json_out_object(&json);
	json_out_key_str(&json, "name", to->name);
	json_out_key(&json, "entries");
	json_out_array(&json);
	for (; *next < found->file_count && count < PART_ROWS && body.len < PART_BYTES; ++*next)
		if (is_wanted(kind, &found->files[*next])) {
			write_entry(to, &json, &found->files[*next]);
			count++;
		}
	json_out_end_array(&json);
	json_out_end_object(&json);
	*sent += count;
	if (!buf_ok(&body))
		return err_set(err, ERR_INPUT, "a file has certificates that are too long to be sent");
	return count == 0 || send(to, buf_bytes(&body), err);
}

static bool import_files(struct importing *to, const struct kind *kind, const struct str *paths, size_t path_count,
			 size_t *sent, struct err *err)
{
	const struct host_options options = {.paths = paths, .path_count = path_count, .client = str_of(kind->client)};
	struct host_found *found;
	size_t next = 0;

	if (!host_look(to->arena, &options, &found, err))
		return false;
	for (size_t i = 0; i < found->problem_count && !to->quiet; i++)
		fprintf(stderr, "keepvalid import: %.*s: %.*s\n", STR_ARG(found->problems[i].path),
			STR_ARG(found->problems[i].text));
	while (next < found->file_count) {
		to->line = (uint32_t)*sent;
		if (!send_entries(to, kind, found, &next, sent, err))
			return false;
	}
	return true;
}

/* ---- the command ---- */

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static void tell_sum(const struct importing *to)
{
	fprintf(stderr, "%s%lld added, %lld changed, %lld the same, %lld refused; %lld new certificates, %lld new names",
		to->dry_run ? "would be: " : "", (long long)to->counts[0], (long long)to->counts[1], (long long)to->counts[2],
		(long long)to->counts[3], (long long)to->certificates, (long long)to->lineages);
	fprintf(stderr, to->targets ? ", %lld targets for a source that looks at them\n" : "\n", (long long)to->targets);
}

static bool import_all(struct importing *to, size_t *sent, struct err *err)
{
	const struct command_call *call = to->call;
	const struct kind *kind = kind_of(call->args[0]);
	struct str *paths = ARENA_ARRAY(to->arena, struct str, (size_t)call->arg_count + 1);
	size_t count = 0;

	if (!kind) {
		for (int i = 1; i < call->arg_count; i++) {
			to->parts = 0;
			to->name = str_of(command_value(call, "name") ? command_value(call, "name") : call->args[i]);
			if (!import_table(to, call->args[i], err))
				return false;
		}
		*sent = 1;
		return true;
	}
	for (int i = 1; i < call->arg_count; i++)
		paths[count++] = str_of(call->args[i]);
	return import_files(to, kind, paths, count, sent, err);
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct importing to = {.call = call, .arena = arena};
	struct err err = {0};
	size_t sent = 0;

	if (call->arg_count == 0 || (strcmp(call->args[0], "csv") != 0 && !kind_of(call->args[0])))
		return command_usage(call, "want a kind: csv, pem, certbot, acme.sh or lego");
	if (call->arg_count == 1 && (!kind_of(call->args[0]) || !kind_of(call->args[0])->client))
		return command_usage(call, "want a file or folder");
	to.dry_run = command_has(call, "dry-run");
	to.jsonl = command_has(call, "jsonl");
	to.name = str_of(command_value(call, "name") ? command_value(call, "name") : call->args[0]);
	if (!client_open(call, &client, &err))
		return client_fail(call, &err);
	to.client = client;
	if (!import_all(&to, &sent, &err)) {
		if (to.parts)
			tell_sum(&to);
		return client_fail(call, &err);
	}
	if (!sent) {
		fprintf(stderr, "keepvalid import: no certificate was found there\n");
		return CLI_NOTHING;
	}
	tell_sum(&to);
	return to.counts[3] ? CLI_SOME_FAILED : CLI_OK;
}

const struct command command_import = {
	.name = "import",
	.arguments = "csv|pem|certbot|acme.sh|lego [PATH...]",
	.summary = "what you know already: tables, files, stores of ACME clients",
	.details = "csv: a table with a line of titles. Columns are known by their titles (name, team, environment, notes …) or by\n"
		   "--map 'Title=field'; fields: name, names, pem, target, port, expires, owner, tags, environment, purpose,\n"
		   "criticality, service, note; - for none. Teams and services that it names are made.\n"
		   "What is a target becomes a source of names (`keepvalid source list`), looked at from then on.\n"
		   "pem: files and folders with certificates of any form (PEM, DER, PKCS#7, PKCS#12, JKS).\n"
		   "certbot, acme.sh, lego: the client's store; who renews is noted on the name.\n"
		   "Private keys are never sent. Some rows refused: exit code 5.",
	.examples = "$ keepvalid import csv certificates.csv --dry-run\n"
		    "$ keepvalid import csv list.csv --map 'Web site=name' --map 'Dept=owner'\n"
		    "$ keepvalid import certbot\n"
		    "$ keepvalid import pem /srv/certificates",
	.options = (const struct command_option[]){
		{"map", 0, "TITLE=FIELD", "what a column is; may be given again", true},
		{"name", 0, "NAME", "of the import (default: the file's name)", false},
		{"dry-run", 'n', NULL, "tell what would happen, change nothing", false},
		{"jsonl", 0, NULL, "a JSON record for each row", false},
		CLIENT_OPTIONS,
		{0}},
	.run = run,
};
