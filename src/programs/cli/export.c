/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid export [QUERY] - the inventory for other programs. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "reporting/export.h"

static struct str path_of(struct arena *arena, const struct command_call *call)
{
	static const char *const passed[] = {"of", "columns"};
	const char *format = command_value(call, "format");
	struct str path = arena_format(arena, "/api/v1/exports/%s", format ? format : "csv");
	struct str words = client_words(arena, call);

	if (words.len)
		path = client_path(arena, path, "q", words);
	for (size_t i = 0; i < COUNT_OF(passed); i++)
		if (command_value(call, passed[i]))
			path = client_path(arena, path, passed[i], str_of(command_value(call, passed[i])));
	return command_has(call, "bom") ? client_path(arena, path, "bom", STR("true")) : path;
}

/* A file is there whole or not at all: written beside its name, then renamed. */
static bool to_file(struct client *client, struct arena *arena, const char *path, const char *name, struct err *err)
{
	const char *beside = arena_format(arena, "%s.%d.part", name, (int)getpid()).data;
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w");
	bool ok;

	if (!to) {
		err_set(err, ERR_INPUT, "%s: %s", beside, strerror(errno));
		return err_fix(err, "output", "name a file in a folder that you may write to");
	}
	ok = client_download(client, arena, path, to, err);
	if (ok && (fflush(to) != 0 || fsync(fd) != 0))
		ok = err_set(err, ERR_INTERNAL, "%s: %s", beside, strerror(errno));
	fclose(to);
	if (ok && rename(beside, name) != 0)
		ok = err_set(err, ERR_INTERNAL, "%s: %s", name, strerror(errno));
	if (!ok)
		unlink(beside);
	return ok;
}

static int run(struct command_call *call)
{
	const char *format = command_value(call, "format"), *output = command_value(call, "output");
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	struct err err = {0};
	const char *path;

	if (format && !export_form_find(str_of(format)))
		return command_usage(call, "--format is csv, json, jsonl, pem, ics, cyclonedx-1.6 or cyclonedx-1.7");
	path = path_of(arena, call).data;
	if (!client_open(call, &client, &err) ||
	    !(output ? to_file(client, arena, path, output, &err)
		     : client_download(client, arena, path, stdout, &err)))
		return client_fail(call, &err);
	return CLI_OK;
}

const struct command command_export = {
	.name = "export",
	.arguments = "[QUERY]",
	.summary = "the inventory as CSV, JSON, PEM, calendar or CycloneDX",
	.details = "All rows that fit QUERY (as for `keepvalid list`), to standard output or a file. The table has the columns\n"
		   "that --columns names: members of the rows as `keepvalid list --json` shows them, \"key.bits\" for those\n"
		   "within, \"facts.names.dns\" for the facts of certificates. Cells that a spreadsheet would take for a\n"
		   "formula have an apostrophe before them. An export is written down in the audit.",
	.examples = "$ keepvalid export 'expires<30d' --columns name,not_after,owner.name > due.csv\n"
		    "$ keepvalid export --format cyclonedx-1.7 --output crypto.cdx.json\n"
		    "$ keepvalid export --format ics --output expiries.ics",
	.options = (const struct command_option[]){
		{"format", 0, "FORM", "csv (default), json, jsonl, pem, ics, cyclonedx-1.6, cyclonedx-1.7", false},
		{"of", 0, "NOUN", "certificates (default), endpoints or lineages", false},
		{"columns", 0, "LIST", "columns of a table, with commas between", false},
		{"bom", 0, NULL, "a byte order mark before CSV, for spreadsheets that guess", false},
		{"output", 'o', "FILE", "write there, whole or not at all", false},
		CLIENT_OPTIONS,
		{0}},
	.run = run,
};
