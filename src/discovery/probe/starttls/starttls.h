/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * starttls - what a protocol says before TLS begins; one file a protocol, one line in table.h.
 *
 * A dialect is a pure state machine over bytes: no socket, no clock, no memory of its own. The collector
 * connects, calls speak once with nothing in hand (talk->state is 0), and again whenever bytes came, until
 * it answers something other than STARTTLS_MORE. So a dialect is tested with a text file.
 *
 * What the server sent after its go-ahead, in the same breath, is not TLS but injected text
 * (CVE-2011-0411 and its kin): a dialect leaves it in `in`; the collector drops it and says so.
 */

#include "base/buf.h"

enum starttls_step {
	STARTTLS_MORE,    /* send `out`, then wait for more bytes */
	STARTTLS_TLS,     /* send `out`; the server said yes: the ClientHello is next */
	STARTTLS_MISSING, /* the server has no TLS here, or said no; talk->detail says how */
	STARTTLS_GARBAGE, /* this is not the protocol; talk->detail may say what it looks like */
};

/* One conversation. All zero but the names when it starts. */
struct starttls_talk {
	int state;              /* the dialect's own: where it is */
	uint32_t number;        /* the dialect's own: a counter, a capability mask, a packet number */
	struct str server_name; /* the name asked for; empty when there is none (an address was given) */
	uint8_t scratch[32];    /* the dialect's own: session ids and the like */
	char detail[160];       /* for people; what the server said is put in by starttls_say */
};

/* How sure a greeting is of one protocol. */
enum starttls_guess { STARTTLS_NO, STARTTLS_PERHAPS, STARTTLS_SURELY };

struct starttls {
	const char *name;   /* of the record's protocol and of --starttls */
	const char *source; /* "RFC 3207" */
	uint16_t ports[4];  /* where "auto" speaks it, 0 ends; the first is its default */
	bool server_speaks_first;
	bool few; /* the server counts connections that do not log in and locks out: one must do */

	/*
	 * Takes from the front of *in what it has understood, appends what is to be sent to out. Lines and packets that
	 * are not whole yet stay in *in; more than LIMIT_DIALOGUE_BYTES of talk ends it from outside.
	 */
	enum starttls_step (*speak)(struct starttls_talk *talk, struct bytes *in, struct buf *out);

	/* Whether these first bytes are a greeting of this protocol. May be NULL. */
	enum starttls_guess (*recognise)(struct bytes greeting);

	/*
	 * For protocols that carry TLS inside packets of their own (TDS, OpenVPN); NULL for all others. wrap
	 * appends the packets for some bytes of TLS (which may end within a record) to out. unwrap takes whole packets from
	 * *in and appends their TLS bytes to tls; answers to be sent at once (acknowledgements) go to out.
	 * STARTTLS_MORE when it has taken all it could, STARTTLS_GARBAGE when that is no packet.
	 */
	void (*wrap)(struct starttls_talk *talk, struct bytes tls, struct buf *out);
	enum starttls_step (*unwrap)(struct starttls_talk *talk, struct bytes *in, struct buf *tls,
				     struct buf *out);
};

/* Sets talk->detail; what is not printable becomes '?'. Returns MISSING or GARBAGE as given. */
enum starttls_step starttls_say(struct starttls_talk *talk, enum starttls_step step,
				const char *format, ...) PRINTF(3, 4);
