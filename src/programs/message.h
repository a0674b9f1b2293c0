/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * message - what our processes say to each other, over socket pairs.
 *
 * One table names every message, who may send it, its numbers and its texts. A message on the wire is its length (4
 * bytes), its kind (1), its numbers (8 each, big-endian), its texts (a length of 4 and the bytes; length 0xffffffff:
 * absent). Longer than LIMIT_MESSAGE_BYTES, of a kind the peer may not send, text that is not UTF-8, or bytes left over:
 * the channel closes, and whoever holds it ends or starts the peer anew. The first message of both sides is hello.
 */

#include "base/buf.h"
#include "base/err.h"

struct loop;

#define MESSAGE_VERSION 1

enum message_role {
	MESSAGE_ENGINE = 1,
	MESSAGE_PROBE = 2,
	MESSAGE_FINDER = 4,
	MESSAGE_FINDERS = 6, /* both that meet strangers' bytes */
	MESSAGE_ALL = 7,
};

/* Name, number, text, who sends it, how many numbers, its texts: t is UTF-8, b is bytes. */
/* clang-format off */
#define MESSAGES_ALL(X) \
	X(HELLO,       1, "hello",       ALL,    2, "")     /* version; role */ \
	X(SCAN,        2, "scan",        ENGINE, 1, "t")    /* scan; options as JSON */ \
	X(TARGET,      3, "target",      ENGINE, 3, "tttt") /* scan, number, port; text, host, protocol, server name */ \
	X(STOP,        4, "stop",        ENGINE, 1, "")     /* scan */ \
	X(CERTIFICATE, 5, "certificate", FINDERS, 1, "btt") /* scan or run; DER, facts as JSON, problem */ \
	X(RECORD,      6, "record",      PROBE,  2, "t")    /* scan, number; record as JSON, certificates as SHA-256 */ \
	X(IDLE,        7, "idle",        PROBE,  2, "")     /* scan, targets: so many it was given, all have records */ \
	X(ROOTS,       8, "roots",       ENGINE, 0, "t")    /* PEM of our own roots, trusted as the system's; ends a scan */ \
	X(LOOK,        9, "look",        ENGINE, 1, "t")    /* run; options as JSON: this machine is looked at, once */ \
	X(PLACE,      10, "place",       FINDER, 1, "tt")   /* run; record as JSON, certificates as SHA-256; where it should be served, JSON */ \
	X(LOOKED,     11, "looked",      FINDER, 2, "tt")   /* run, places; what was not read, JSON; targets for a scan, JSON */ \
	X(LOG,        20, "log",         ENGINE, 1, "tt")   /* log of certificates: what to read of it as JSON, PEM of our own roots */ \
	X(LOG_GO,     21, "log-go",      ENGINE, 1, "")     /* log: its batch is kept */ \
	X(LOG_STOP,   22, "log-stop",    ENGINE, 1, "")     /* log: it and those of the same piece of work */ \
	X(LOG_ENTRY,  23, "log-entry",   PROBE,  3, "btt")  /* log, index, time in ms; DER, facts as JSON, final|precertificate|issuer */ \
	X(LOG_BATCH,  24, "log-batch",   PROBE,  4, "t")    /* log, entries read, left, unreadable; position as JSON */ \
	X(LOG_END,    25, "log-end",     PROBE,  2, "tttt") /* log, seconds to wait; why: kind, code, text, fix; absent: all was read */
/* clang-format on */

enum message_kind {
#define X(name, number, text, from, numbers, texts) MESSAGE_##name = (number),
	MESSAGES_ALL(X)
#undef X
};

#define MESSAGE_NUMBERS 4
#define MESSAGE_TEXTS   4

struct message {
	enum message_kind kind;
	uint64_t numbers[MESSAGE_NUMBERS];
	struct bytes texts[MESSAGE_TEXTS]; /* NULL data: absent */
};

const char *message_name(enum message_kind kind); /* "?" for none of ours */

/* Appends it. A message that does not fit LIMIT_MESSAGE_BYTES adds nothing and answers false. */
MUST_CHECK bool message_write(struct buf *to, const struct message *message);

enum message_take {
	MESSAGE_HERE,  /* *out is set, its texts are views into *from, which is shortened */
	MESSAGE_MORE,  /* not all of it has come */
	MESSAGE_WRONG, /* err says what is wrong; nothing that follows can be read */
};
/* sender: of what came. err: ERR_PROTOCOL */
enum message_take message_take(struct bytes *from, enum message_role sender, struct message *out,
			       struct err *err);

/*
 * A channel: one end of a socket pair on a loop. Not more than CHANNEL_BACKLOG_BYTES may wait to be sent.
 */
#define CHANNEL_BACKLOG_BYTES (64u << 20)

struct channel;

struct channel_calls {
	void (*ready)(void *data);                                   /* the peer said hello */
	void (*message)(void *data, const struct message *message);  /* views for the call only */
	void (*closed)(void *data, const struct err *why);           /* once; free the channel then or later */
};

/* Takes fd over (it is made non-blocking) and says hello as `own`. */
MUST_CHECK bool channel_open(struct loop *loop, int fd, enum message_role own, enum message_role peer,
			     const struct channel_calls *calls, void *data, struct channel **out,
			     struct err *err);
void channel_free(struct channel *channel); /* closes fd; NULL is fine; allowed within a call */

/* Queues it; false when it is too long (nothing else is harmed). After an error all is dropped quietly. */
MUST_CHECK bool channel_send(struct channel *channel, const struct message *message);
size_t channel_backlog(const struct channel *channel); /* bytes not yet taken by the kernel */
