/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of discovery/target share. */

#include "base/err.h"
#include "base/limits.h"
#include "discovery/target.h"

/* One host, or a range of addresses, as one word or line gave it. */
struct span {
	struct str name;       /* NULL data when it is addresses */
	uint8_t first[16];     /* of the addresses */
	uint8_t address_len;   /* 4, 16; 0 for a name */
	uint64_t host_count;   /* 1 for a name */
	uint16_t port;         /* 0: from the port list */
	struct str protocol;   /* NULL data: not given; static text otherwise */
	struct str server_name; /* NULL data: not given */
};

/* Reads one target without columns. Views point into text. err ERR_INPUT */
MUST_CHECK bool span_read(struct str text, struct span *out, struct err *err);
/* Reads a line of a file: columns. False without err->kind set means: nothing but a comment. */
MUST_CHECK bool span_read_line(struct str line, struct str *text, struct span *out, struct err *err);
/* Writes the index-th address (or the name); returns its length. Room: SPAN_HOST. */
#define SPAN_HOST 256
size_t span_host(const struct span *span, uint64_t index, char to[SPAN_HOST]);

struct port {
	uint16_t port;
	const char *protocol; /* or NULL */
};
struct ports {
	struct port *at; /* freed by ports_done */
	size_t count;
};
MUST_CHECK bool ports_read(const char *text, struct ports *out, struct err *err);
void ports_done(struct ports *ports);
bool ports_has(const struct ports *ports, uint16_t port);

/* A permutation of 0 … count-1, by a key. */
struct shuffle {
	uint64_t count, key;
	uint32_t half_bits;
};
struct shuffle shuffle_of(uint64_t count, uint64_t key);
uint64_t shuffle_at(const struct shuffle *shuffle, uint64_t index);

/* Lines of a descriptor, without blocking on what is not a file. */
struct lines {
	int fd;
	const char *name;
	uint64_t number; /* of the line given last */
	size_t start, end;
	bool at_end, skipping;
	char data[65536];
};
enum lines_next { LINES_HERE, LINES_END, LINES_LATER, LINES_LONG, LINES_FAILED };
/* path "-": standard input. err ERR_ABSENT, ERR_DENIED, ERR_INPUT */
MUST_CHECK bool lines_open(const char *path, struct lines **out, struct err *err);
void lines_close(struct lines *lines); /* NULL is fine */
/* The line without its end; it lives until the next call. */
enum lines_next lines_next(struct lines *lines, struct str *line);
bool lines_is_file(const struct lines *lines);

/* Listening TCP sockets, each address and port once. */
struct listener {
	uint8_t address[16];
	uint8_t address_len;
	uint16_t port;
	bool any; /* it was bound to every address */
	uint32_t uid;
	uint64_t inode; /* of the socket */
};
struct listeners {
	struct listener *at; /* freed by the owner */
	size_t count;
};
/* Adds those of a file as /proc/net/tcp; any-addresses become loopback ones. */
void listeners_add(struct listeners *listeners, struct str table);
/* Those of this machine. err ERR_ABSENT */
MUST_CHECK bool listeners_read(struct listeners *out, struct err *err);
