/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * settings - the configuration file of the server.
 *
 * Every key is a row of the table in settings/table.c; base/conf reads, checks and prints after it.
 */

#include "base/conf.h"

struct arena;

enum settings_log { SETTINGS_LOG_TEXT, SETTINGS_LOG_JSON };
enum settings_metrics { SETTINGS_METRICS_LOOPBACK, SETTINGS_METRICS_SESSION, SETTINGS_METRICS_OFF };

struct settings {
	struct str data;           /* folder of the database and the socket */
	struct str store;          /* URL or file of the database; empty: keepvalid.db in data */
	struct str store_password; /* file with the password for it; empty: none */
	struct str listen;         /* "127.0.0.1:8484" or "[::1]:8484"; port 0: any free one; empty: no TCP */
	struct conf_texts hosts;   /* more names that requests may be for */
	bool behind_proxy;         /* listen on more than loopback: TLS is done in front of it */
	struct conf_texts roots;   /* PEM files of our own CAs, trusted as the system's are */
	struct conf_texts egress_allow; /* networks beyond the public internet that may be asked over HTTP */
	int log_format;            /* enum settings_log */
	int log_level;             /* enum log_level */
	int metrics;               /* enum settings_metrics */
	bool scan_at_start;        /* make a source of this machine's own listeners, once */
};

#define SETTINGS_PATH "/etc/keepvalid/keepvalid.yaml"

void settings_usual(struct arena *arena, struct settings *out);
/* path NULL: $KEEPVALID_CONFIG, else SETTINGS_PATH if it is there, else the usual values. */
MUST_CHECK bool settings_read(struct arena *arena, const char *path, struct settings *out, struct err *err);
/* What fits together: called after options of the command line were set, too. */
MUST_CHECK bool settings_check(const struct settings *settings, struct err *err);
MUST_CHECK bool settings_set(struct arena *arena, const char *key, struct str value, struct settings *settings,
			     struct err *err);
void settings_write(FILE *to, const struct settings *settings);
/* The file that settings_read(NULL) takes, or NULL. */
const char *settings_path(void);

/* The database: settings->store, or the file in the data folder. Lives in arena. */
const char *settings_store(struct arena *arena, const struct settings *settings);
/* The password of store.password_file, its first line; NULL when no file is named. */
MUST_CHECK bool settings_store_password(struct arena *arena, const struct settings *settings, const char **out,
					struct err *err);

/* Splits listen into an address and a port; address lives in arena. *address NULL when listen is empty. */
MUST_CHECK bool settings_listen(struct arena *arena, const struct settings *settings, const char **address,
				uint16_t *port, struct err *err);
