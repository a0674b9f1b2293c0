/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid login - a session with a server elsewhere, kept in a file that only its owner can read. */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/secret.h"
#include "programs/cli.h"
#include "programs/cli/client.h"

static struct bytes login_body(struct arena *arena, const char *name, const struct secret *password)
{
	CLEANUP(buf_done) struct buf body = buf_capped(131072);
	struct json_out json = json_out_start(&body);
	struct bytes out;

	json_out_object(&json);
	json_out_key_text(&json, "name", name);
	json_out_key_str(&json, "password", str_from(secret_reveal(password)));
	json_out_end_object(&json);
	out = arena_bytes(arena, buf_bytes(&body));
	secret_wipe(body.data, body.len);
	return out;
}

/* "keepvalid_session=TOKEN; …" */
static struct str token_of(struct str cookie)
{
	struct str name = STR("keepvalid_session="), token;

	if (!str_starts(cookie, name))
		return (struct str){NULL, 0};
	cookie = str_skip(cookie, name.len);
	return str_split(&cookie, ';', &token) ? token : (struct str){NULL, 0};
}

static bool keep(struct arena *arena, const char *server, struct str token, struct err *err)
{
	struct str path, folder;

	if (!client_session_path(arena, server, &path, err))
		return false;
	folder = arena_str(arena, str_head(path, str_find_last_char(path, '/')));
	return file_make_folder(folder.data, 0700, err) && file_write(path.data, bytes_from(token), 0600, err);
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	CLEANUP(secret_done) struct secret password = {0};
	const char *server = command_value(call, "server"), *name = command_value(call, "name");
	const char *file = command_value(call, "password-file");
	struct str trimmed = str_of(server);
	struct client_answer answer;
	struct bytes body;
	struct err err = {0};

	if (!server || !name || !file)
		return command_usage(call, "--server, --name and --password-file are needed; on the server's own machine no login is");
	while (str_ends(trimmed, STR("/")))
		trimmed.len--;
	if (!secret_read_file(file, &password, &err) || !client_open(call, &client, &err))
		return client_fail(call, &err);
	body = login_body(arena, name, &password);
	if (!client_ask(client, arena, "POST", "/api/v1/sessions", body, &answer, &err))
		return client_fail(call, &err);
	secret_wipe((uint8_t *)(uintptr_t)body.data, body.len);
	if (answer.status != 201 || !token_of(answer.cookie).data) {
		err_set(&err, answer.status == 401 || answer.status == 429 ? ERR_DENIED : ERR_PROTOCOL,
			"the server did not let us in (status %u)", answer.status);
		err_fix(&err, "login-wrong", "check name, password and address");
		return client_fail(call, &err);
	}
	if (!keep(arena, arena_str(arena, trimmed).data, token_of(answer.cookie), &err))
		return client_fail(call, &err);
	fprintf(stderr, "logged in as %s\n", name);
	return CLI_OK;
}

const struct command command_login = {
	.name = "login",
	.summary = "open a session with a server elsewhere",
	.details = "The session is kept under $XDG_CONFIG_HOME/keepvalid/sessions, readable by its owner only.",
	.examples = "$ keepvalid login --server https://keepvalid.example --name anna --password-file -",
	.options = (const struct command_option[]){{"server", 0, "URL", "where", false},
						   {"name", 0, "NAME", "as whom", false},
						   {"password-file", 0, "FILE", "its first line; - for standard input", false},
						   {0}},
	.run = run,
};
