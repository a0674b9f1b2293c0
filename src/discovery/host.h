/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * host - what certificates this machine has: in files, in key stores, in server configurations, and who listens.
 *
 * Reads and never writes, opens no connection, judges nothing. Finders are a table: listening sockets, readers of
 * server configurations, stores of ACME clients, folders. What a configuration names is followed within limits
 * (depth, files, bytes, matches); what cannot be read is told and does not stop the rest. Of private keys only what
 * they are and the hash of their public half is kept.
 */

#include <sys/types.h>

#include "base/err.h"
#include "base/json.h"

struct arena;
struct cert;
struct cert_key;

/* ---- listening sockets ---- */

struct host_listener {
	struct str address; /* as it is dialled: loopback for an any-address */
	bool any;           /* bound to every address */
	uint16_t port;
	uint64_t inode;
	uint32_t uid;
	/* The process that has it; 0 and NULL data when that may not be seen. */
	pid_t pid;
	struct str program; /* its name: "nginx" */
	struct str path;    /* its executable */
	struct str command; /* its arguments, each ended by NUL */
	struct str folder;  /* where it was started */
	struct str configured; /* where its environment says that its configuration is; NULL data: nowhere */
	struct str server;  /* row of the table of servers it belongs to; NULL data when to none */
	int64_t started_at; /* of the process, seconds since 1970; 0 unknown */
};
struct host_listeners {
	const struct host_listener *at;
	size_t count;
};

/*
 * Those of this machine, each address and port once. To be asked before a process shuts itself in: owners cannot be seen
 * from inside a sandbox. err ERR_ABSENT when /proc is not there
 */
MUST_CHECK bool host_listeners_read(struct arena *arena, struct host_listeners *out, struct err *err);

/* ---- what was found ---- */

/* clang-format off */
#define HOST_KINDS_ALL(X) \
	X(FILE, "file") X(KEYSTORE, "keystore") X(TRUST_STORE, "trust-store") X(KUBECONFIG, "kubeconfig")
#define HOST_READERS_ALL(X) \
	X(UNKNOWN, "unknown") X(OWNER, "owner") X(GROUP, "group") X(EVERYONE, "everyone")
/* clang-format on */
enum host_kind {
#define X(name, text) HOST_##name,
	HOST_KINDS_ALL(X)
#undef X
};
enum host_readers {
#define X(name, text) HOST_READERS_##name,
	HOST_READERS_ALL(X)
#undef X
};
const char *host_kind_name(enum host_kind kind);
const char *host_readers_name(enum host_readers readers);

struct host_strs {
	const struct str *at;
	size_t count;
};

/* Where a configuration says that a certificate is served. */
struct host_bind {
	struct str address; /* NULL data: any */
	uint16_t port;
};

/* A place of a configuration that names a certificate. */
struct host_use {
	struct str server; /* "nginx" */
	struct str config;
	uint32_t line;
	struct str certificate; /* path */
	struct str key;         /* path; NULL data when none is named */
	struct str alias;       /* entry of a key store; NULL data when none is named */
	struct host_strs names; /* server names it is for; none: for every name */
	const struct host_bind *binds;
	size_t bind_count;
	bool listens; /* it is for serving, not for a client's side */
};

/* An ACME client that looks after a certificate. */
struct host_automation {
	struct str client;        /* "certbot" */
	struct str config;        /* its file; NULL data when it has none */
	struct str authenticator; /* how it proves the name; NULL data when unknown */
	struct str issuer;        /* address of the CA; NULL data when unknown */
	struct str folder;        /* its files */
	struct str certificate;   /* path of the certificate; NULL data: all in the folder */
	uint32_t renewals;        /* seen in its own history */
	int64_t last_at;          /* of the last one; 0 unknown */
};

/* A private key that stands with a certificate. */
struct host_key {
	struct str path;
	struct str format;
	bool encrypted;
	bool known;          /* its public half could be seen */
	uint8_t sha256[32];  /* of that */
	struct str algorithm;
	uint32_t bits;
	enum host_readers readers;
	struct str group; /* when readers is HOST_READERS_GROUP */
	bool acl;         /* an access list says more than the mode */
};

struct host_shown {
	struct str address, server_name; /* server_name: NULL data when none was sent */
	uint16_t port;
	uint8_t sha256[32];
	bool matches;
};

enum host_maybe { HOST_UNKNOWN, HOST_NO, HOST_YES };

struct host_file {
	enum host_kind kind;
	struct str path, real; /* real: NULL data when it is the same */
	struct str alias;      /* NULL data: the file has no entries */
	struct str format;     /* "PEM"; NULL data when it could not be read */
	struct str password;   /* "none", "needed", "well-known", "configured"; NULL data when it has no such thing */
	struct str problem;    /* why it was not read, or not all of it; NULL data: nothing wrong */
	struct str owner, group;
	uint32_t mode; /* permission bits */
	bool acl;
	uint64_t size;
	int64_t modified_at;
	uint64_t device, inode;
	const struct cert *const *certs; /* in the file's order; those of a trust store are only counted */
	size_t cert_count;
	size_t counted; /* certificates in it */
	const struct host_key *key; /* NULL: none was found */
	enum host_maybe key_matches;
	const struct host_use *const *uses;
	size_t use_count;
	const struct host_automation *automation; /* or NULL */
	struct host_shown *shown;
	size_t shown_count, shown_room;
};

struct host_problem {
	struct str path;
	uint32_t line; /* 0: of the whole file */
	struct str text;
};

struct host_found {
	struct arena *arena;
	struct host_listeners listeners;
	struct host_file *files;
	size_t file_count;
	const struct host_use *const *uses;
	size_t use_count;
	const struct host_problem *problems;
	size_t problem_count;
	uint64_t folders, looked; /* by the walk */
	bool limited;             /* a limit ended something early: it is among the problems */
};

struct host_options {
	const struct str *paths; /* files and folders, absolute or relative to the working folder */
	size_t path_count;       /* 0: the usual ones, and the configurations of known servers */
	struct str client;       /* paths are stores of that ACME client ("certbot"), or, without paths, its usual ones; NULL data: any */
	struct str root;         /* looks there as if it were "/": for tests; NULL data: "/" */
	struct host_listeners listeners;
};

/* All of it. *out lives in arena. err only when nothing at all could be looked at. */
MUST_CHECK bool host_look(struct arena *arena, const struct host_options *options, struct host_found **out,
			  struct err *err);

/* ---- what to ask of the listeners, and what they answered ---- */

struct host_target {
	struct str address;
	uint16_t port;
	struct str server_name; /* NULL data: none */
};

/*
 * Targets of a TLS scan for what the configurations serve, one for each listener and server name; those without a name are
 * left out, as every listener is asked without one anyway. Returns how many.
 */
size_t host_targets(const struct host_found *found, struct arena *arena, const struct host_target **out);

/* A leaf that a listener showed; hashes of all leaves of that endpoint (several when it has several keys). */
void host_served(struct host_found *found, const struct host_target *where, const uint8_t (*leaves)[32],
		 size_t leaf_count);

/* Whether what is served is what lies in the file, as far as it was asked. */
enum host_maybe host_matches_served(const struct host_file *file);

/*
 * Where a file should be served, as configurations say: an endpoint each, one without a name among them when it is for every
 * name. Returns how many.
 */
size_t host_file_serves(const struct host_found *found, const struct host_file *file, struct arena *arena,
			const struct host_target **out);

/* The record of the command line's contract. */
void host_file_write(struct json_out *json, const struct host_file *file);
/* The same with certificates as their SHA-256. */
void host_file_write_brief(struct json_out *json, const struct host_file *file);

/*
 * What stands in one text of a server's configuration, for tests and fuzzers: only the uses are set. server is a row of the
 * table: "nginx". Nothing else is opened when root is an empty folder.
 */
MUST_CHECK bool host_config_read(struct arena *arena, struct str server, struct str path, struct str root,
				 struct host_found **out, struct err *err);

/* The servers whose configurations are read. NULL after the last. */
const char *host_server_at(size_t index);
