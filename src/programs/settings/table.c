/* SPDX-License-Identifier: Apache-2.0 */

/* The keys of the configuration file: one row each. See the door. */

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "programs/settings.h"
#include "records/store.h"
#include "wire/egress.h"

#define PASSWORD_FILE_BYTES 4096

static const char *const metrics_words[] = {"loopback", "session", "off", NULL};
static const char *const log_formats[] = {"text", "json", NULL};
static const char *const log_levels[] = {"error", "warn", "info", "debug", NULL};

#define AT(field) offsetof(struct settings, field)

/* clang-format off */
static const struct conf_field fields[] = {
	{"data",          CONF_TEXT,  AT(data),          "/var/lib/keepvalid", "folder of the database; made with mode 0700"},
	{"store.url",     CONF_TEXT,  AT(store),         "",                   "database: postgres://USER@HOST/DATABASE or a file; \"\": keepvalid.db in data"},
	{"store.password_file", CONF_TEXT, AT(store_password), "",             "file (mode 0600) whose first line is the database role's password"},
	{"listen",        CONF_TEXT,  AT(listen),        "127.0.0.1:8484",     "address and port of the console and the API; \"\" for none"},
	{"hosts",         CONF_TEXTS, AT(hosts),         "",                   "more host names that requests may be for"},
	{"behind_proxy",  CONF_FLAG,  AT(behind_proxy),  "false",              "allow listen to be more than loopback: something in front does TLS"},
	{"scan_at_start", CONF_FLAG,  AT(scan_at_start), "true",               "when the data folder is new: make a source that looks at this machine's own listeners"},
	{"roots",         CONF_TEXTS, AT(roots),         "",                   "PEM files with roots of our own, trusted as the system's are"},
	{"egress.allow",  CONF_TEXTS, AT(egress_allow),  "",                   "networks beyond the public internet that CT logs, CAs and webhooks may be at: 10.1.0.0/16"},
	{"metrics",       CONF_WORD,  AT(metrics),       "loopback",           "who may read /metrics: loopback (this machine, without login), session (who is logged in), off", metrics_words},
	{"log.level",     CONF_WORD,  AT(log_level),     "info",               "how much is logged", log_levels},
	{"log.format",    CONF_WORD,  AT(log_format),    "text",               "text (logfmt) or json", log_formats},
};
/* clang-format on */

void settings_usual(struct arena *arena, struct settings *out)
{
	*out = (struct settings){0};
	conf_usual(arena, fields, COUNT_OF(fields), out);
}

const char *settings_path(void)
{
	const char *path = getenv("KEEPVALID_CONFIG");

	if (path && *path)
		return path;
	return access(SETTINGS_PATH, F_OK) == 0 ? SETTINGS_PATH : NULL;
}

bool settings_read(struct arena *arena, const char *path, struct settings *out, struct err *err)
{
	struct bytes text;

	settings_usual(arena, out);
	if (!path)
		path = settings_path();
	if (!path)
		return true;
	return file_read(arena, path, CONF_BYTES, &text, err) &&
	       conf_read(arena, path, str_from(text), fields, COUNT_OF(fields), out, err);
}

bool settings_set(struct arena *arena, const char *key, struct str value, struct settings *settings,
		  struct err *err)
{
	return conf_set(arena, fields, COUNT_OF(fields), key, value, settings, err);
}

void settings_write(FILE *to, const struct settings *settings)
{
	conf_write(to, fields, COUNT_OF(fields), settings);
}

static bool is_loopback(const char *address)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, address, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool settings_listen(struct arena *arena, const struct settings *settings, const char **address, uint16_t *port,
		     struct err *err)
{
	struct str text = settings->listen, host;
	size_t colon = str_find_last_char(text, ':');
	uint64_t number = 0;
	char junk[16];

	*address = NULL;
	*port = 0;
	if (text.len == 0)
		return true;
	if (colon == SIZE_MAX || !str_to_u64(str_skip(text, colon + 1), 65535, &number)) {
		err_set(err, ERR_INPUT, "listen: \"%.*s\" has no port", STR_ARG(text));
		return err_fix(err, "conf-listen", "write it as 127.0.0.1:8484 or [::1]:8484");
	}
	host = str_head(text, colon);
	if (host.len > 2 && host.data[0] == '[' && host.data[host.len - 1] == ']')
		host = str_head(str_skip(host, 1), host.len - 2);
	*address = arena_str(arena, host).data;
	*port = (uint16_t)number;
	if (inet_pton(AF_INET, *address, junk) == 1 || inet_pton(AF_INET6, *address, junk) == 1)
		return true;
	err_set(err, ERR_INPUT, "listen: \"%.*s\" is not an address", STR_ARG(host));
	return err_fix(err, "conf-listen", "write it as 127.0.0.1:8484 or [::1]:8484");
}

const char *settings_store(struct arena *arena, const struct settings *settings)
{
	if (settings->store.len)
		return arena_str(arena, settings->store).data;
	return arena_format(arena, "%.*s/keepvalid.db", STR_ARG(settings->data)).data;
}

bool settings_store_password(struct arena *arena, const struct settings *settings, const char **out, struct err *err)
{
	const char *path = arena_str(arena, settings->store_password).data;
	struct bytes content;
	struct stat found;
	struct str text, line;

	*out = NULL;
	if (!settings->store_password.len)
		return true;
	if (stat(path, &found) == 0 && (found.st_mode & 077)) {
		err_set(err, ERR_DENIED, "store.password_file: others can read %s", path);
		return err_fix(err, "store-password-file", "chmod 0600 %s", path);
	}
	if (!file_read(arena, path, PASSWORD_FILE_BYTES, &content, err))
		return err_wrap(err, "store.password_file");
	text = str_from(content);
	if (!str_split(&text, '\n', &line))
		line = STR("");
	*out = arena_str(arena, str_trim(line)).data;
	return true;
}

static bool egress_check(const struct settings *settings, struct err *err)
{
	struct egress_net net;

	for (size_t i = 0; i < settings->egress_allow.count; i++)
		if (!egress_net_read(settings->egress_allow.at[i], &net, err))
			return err_wrap(err, "egress.allow");
	return true;
}

bool settings_check(const struct settings *settings, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const char *address;
	uint16_t port;

	if (settings->data.len == 0)
		return err_set(err, ERR_INPUT, "data: a folder is wanted");
	if (!store_url_check(settings_store(arena, settings), err))
		return err_wrap(err, "store.url");
	if (!settings_listen(arena, settings, &address, &port, err) || !egress_check(settings, err))
		return false;
	if (!address || settings->behind_proxy || is_loopback(address))
		return true;
	err_set(err, ERR_INPUT, "listen: %s can be reached by others, and what is sent there is not encrypted", address);
	return err_fix(err, "conf-plain",
		       "listen on 127.0.0.1 and put a TLS proxy in front; or say so with behind_proxy: true");
}
