/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of discovery/host share while one machine is looked at. */

#include <stdarg.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "discovery/host.h"
#include "facts/container.h"

struct server;

/* A growing list of pointers or structs in an arena. */
struct grow {
	void *at;
	size_t count, room;
};
void *grow_add(struct arena *arena, struct grow *grow, size_t size); /* zeroed */

struct look {
	struct arena *arena;
	const struct host_options *options;
	struct str root; /* "" or without its last slash */
	struct host_found *found;
	struct grow uses;        /* struct host_use * */
	struct grow automations; /* struct host_automation */
	struct grow files;       /* struct host_file */
	struct grow problems;    /* struct host_problem */
	struct grow passwords;   /* struct password */
	struct map *seen;        /* real path -> struct loaded, for whatever was opened for certificates */
	struct map *configs;     /* server and real path -> what was read as an entry */
	struct map *folders;     /* "device inode" of folders that were walked */
	struct map *keys;        /* SHA-256 of a public half -> struct host_key */
	struct ids *ids;         /* names of users and groups */
	uint64_t config_files, config_bytes, steps;
	struct grow walked; /* struct str: files that a folder has for us */
	char name[8192];    /* of path_open */
	bool full; /* HOST_FOUND is reached, and told */
};

/* Notes what went wrong; quietly drops after a thousand. */
void look_problem(struct look *look, struct str path, uint32_t line, const char *format, ...) PRINTF(4, 5);
/* One more step of following a configuration; false, and told once, when there were too many. */
bool look_step(struct look *look, struct str path);

/* ---- path.c: paths and safe reading ---- */

struct str path_join(struct arena *arena, struct str folder, struct str name); /* an absolute name stays */
struct str path_folder(struct str path);                                        /* "/" at least */
struct str path_base(struct str path);
/* The path to open: below the root, ended by NUL, until the next call. */
const char *path_open(struct look *look, struct str path);
/* Without links, below the root again; the path itself when that cannot be told. */
struct str path_real(struct look *look, struct str path);
/*
 * A regular file of at most max bytes, never one that could block. False: *why says so (static or in the arena), "absent" as
 * NULL.
 */
struct stat;
bool path_read(struct look *look, struct str path, size_t max, struct bytes *out, struct stat *info, const char **why);
bool path_is_folder(struct look *look, struct str path);
bool path_is_file(struct look *look, struct str path);
/* A configuration's text, within the limits of the run. False: a problem was noted, unless it is absent and that is fine. */
bool path_config(struct look *look, struct str path, bool may_be_absent, struct str *out);
/* Calls each for every path that matches a pattern (*, ?, [] in any part), sorted. */
typedef void (*path_fn)(void *data, struct str path);
void path_glob(struct look *look, struct str pattern, path_fn each, void *data);
/* The names in a folder, sorted; at most HOST_MATCHES. */
size_t path_names(struct look *look, struct str folder, struct str **out);
bool path_is_pattern(struct str path);

/* ---- lines.c: lines and words of configurations ---- */

struct line_form {
	char comment;          /* '#'; 0: none */
	bool backslash_joins;  /* one at the end of a line */
	bool blank_joins;      /* at the start of the next line */
	bool comment_anywhere; /* not only at the start of a line: after a blank, outside quotes */
};
struct lines_in {
	struct arena *arena;
	struct line_form form;
	struct str rest;
	uint32_t next; /* number of the line after */
};
/* A line that is neither empty nor a comment, trimmed. */
bool lines_take(struct lines_in *lines, struct str *line, uint32_t *number);

/* The next word: quotes " and ' taken off, a backslash keeps the next character. False at the end. */
bool word_take(struct arena *arena, struct str *rest, struct str *word);
#define WORDS_MAX 128
size_t words_take(struct arena *arena, struct str line, struct str words[WORDS_MAX]);
/* "key = value", "key: value", "key value"; by: the characters that may stand between, besides blanks. */
bool pair_take(struct str line, const char *by, struct str *key, struct str *value);
/* Takes one pair of quotes off. */
struct str unquoted(struct str value);

/* Texts with variables: each of name's values by a call; NULL data when it is not known. */
typedef struct str (*variable_fn)(void *data, struct str name);
/* $name, ${name}, $(name) by the form given: '{', '(' or 0 for bare names too. */
struct str expanded(struct arena *arena, struct str text, const char *forms, variable_fn value, void *data);

/* ---- uses ---- */

struct host_use *use_add(struct look *look, const struct server *server, struct str config, uint32_t line,
			 struct str certificate);
/* One of those that are one name each; copied, lower case; "*" and "_" mean every name. */
void use_names(struct look *look, struct host_use *use, const struct grow *names);
void use_binds(struct look *look, struct host_use *use, const struct grow *binds);
/* "443", "a:443", "[::1]:443", "*:443", ":443", ":::443". False for sockets of other kinds. */
bool bind_read(struct str text, uint16_t port, struct host_bind *out);

struct password {
	struct str path; /* of the key store */
	struct secret *secret;
};
/* A password that a configuration gives for a key store. */
void look_password(struct look *look, struct str path, struct str password);

/* ---- servers.c ---- */

/* A reader of one server's configurations: a row of the table; its code is a file of its own. */
struct server {
	const char *name;
	const char *const *programs; /* names of its processes; ends with NULL */
	const char *const *configs;  /* usual places; patterns; ends with NULL */
	const char *const *names;    /* names of files that are such a configuration when met in a folder; ends with NULL */
	const char *config_options;  /* letters of options that name one; NULL: none */
	const char *folder_options;  /* letters of options that name the folder that relative ones count from */
	const char *long_option;     /* "configFile"; NULL: none */
	const char *variable;        /* of the environment, that names what config_options name; NULL: none */
	bool by_certificate;         /* picks by the names in the certificates, where the configuration gives none */
	const char *within;          /* a file's name in the folder that config_options name; NULL: they name the file */
	void (*read)(struct look *look, const struct server *server, struct str path);
};
extern const struct server *const server_table[];
extern const size_t server_count;
const struct server *server_find(struct str name);
const struct server *server_of_program(struct str program, struct str path);
/* A path that looks like a server's configuration, by its name; or NULL. */
const struct server *server_of_file(struct str path);
/* Reads a configuration once. */
void server_read(struct look *look, const struct server *server, struct str path);
/* All that can be found: usual places, running processes. */
void servers_look(struct look *look);
/* The executable's arguments say where its configuration is: called for each running server. */

#define SERVER_READERS_ALL(X) \
	X(nginx) X(apache) X(haproxy) X(postfix) X(dovecot) X(tomcat) X(caddy) X(traefik)
#define X(name) extern const struct server server_##name;
SERVER_READERS_ALL(X)
#undef X
/* Those that a line "key value" is enough for: keyvalue.c */
extern const struct server *const keyvalue_table[];
extern const size_t keyvalue_count;

/* ---- flat.c: YAML and TOML as a list of values with their ways ---- */

struct flat_value {
	struct str way; /* "tls.certificates[0].certFile", keys as spelt */
	struct str value;
	uint32_t line;
};
struct flat {
	const struct flat_value *at;
	size_t count;
	const char *problem; /* what ended it early; NULL: nothing */
	uint32_t problem_line;
};
struct flat flat_yaml(struct arena *arena, struct str text);
struct flat flat_toml(struct arena *arena, struct str text);
struct str flat_get(const struct flat *flat, struct str way); /* any case; NULL data: none */

/* ---- stores.c: ACME clients ---- */

void stores_look(struct look *look);
struct host_automation *automation_add(struct look *look, const char *client);
/* Traefik's acme.json. */
void acme_json_read(struct look *look, struct str path);

/* ---- load.c: one file for certificates ---- */

struct loaded {
	struct str real;
	const struct container *container; /* or NULL */
	struct host_file base;             /* what is the same for all locations in it */
	bool located;                      /* it has its place among the files: */
	size_t file_at, file_count;        /* here, one for each entry */
	const struct host_key *key;        /* the first private key in it */
};
/* NULL: it is absent. Reads it once. */
struct loaded *load_file(struct look *look, struct str path);
/* The same for bytes within a file: an entry of acme.json, data of a kubeconfig. */
struct loaded *load_bytes(struct look *look, struct str path, struct bytes content);
/* Makes it a location of its kind; path as people know it. NULL when it has no certificate. */
struct host_file *locate(struct look *look, struct loaded *loaded, struct str path, bool by_name);

/* ---- access.c ---- */

struct ids *ids_read(struct look *look);
struct str ids_user(struct look *look, uint32_t uid);
struct str ids_group(struct look *look, uint32_t gid);
/* Homes of users who may have things of their own; each once. */
size_t ids_homes(struct look *look, const struct str **out);
/* Who may read a file, by its mode and those of the folders above it. */
enum host_readers access_readers(struct look *look, struct str real, const struct stat *info);
bool access_has_list(struct look *look, struct str real);

/* ---- others ---- */

void kubeconfigs_look(struct look *look);
void kubeconfig_read(struct look *look, struct str path);
/* Folders: what may be looked into is gathered, configurations are read. */
void walk_look(struct look *look);
/* What configurations name, and what the folders had, is read for certificates. */
void uses_look(struct look *look);
void files_look(struct look *look);
/* The folder of the system's own authorities that a path is in, with its last slash; NULL data: none. */
struct str trust_place(struct str path);
/* Uses, keys and automations are put to the files. */
void join_all(struct look *look);
