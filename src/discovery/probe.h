/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * probe - the collector: certificates from servers, many at once, on one loop.
 *
 * Takes targets, answers each with exactly one scan record. It speaks TLS by itself and needs no client
 * cryptography to see a certificate, so it reads what libraries refuse, and it keeps what a server sent even when the
 * handshake cannot finish. It judges nothing. docs/ARCHITECTURE.md tells the method.
 */

#include "base/err.h"
#include "discovery/target.h"

struct addresses;
struct loop;
struct dns;
struct probe;
struct scan_record;
struct scan_cert;

/* How much is asked of an endpoint, and how. */
enum probe_look {
	PROBE_WHOLE,  /* every connection it takes to know all certificates, versions and groups */
	PROBE_LIGHT,  /* one connection where evidence allows, cheapest for the server */
	PROBE_POLITE, /* whole handshakes ended properly, one at a time per address: quiet logs */
};

struct probe_options {
	enum probe_look look;
	uint32_t concurrency;   /* connections open at once */
	uint32_t rate;          /* new connections a second; 0: no limit */
	uint32_t timeout_ms;    /* for one connection, from dialling to its last byte */
	uint32_t per_address;   /* connections open at once to one address; 0: no limit */
	bool all_addresses;     /* every address of a name, a record each */
	bool facts_json;        /* records will be written as JSON: their certificates come with the text made once */
	struct str starttls;    /* "auto", "none" or a protocol; NULL data: auto */
	/*
	 * Addresses that are not dialled, and, unless NULL, those that alone are: checked after a name is resolved.
	 * within_hosts are hosts for which within does not count. All outlive the probe.
	 */
	struct addresses *exclude, *within;
	const struct str *within_hosts;
	size_t within_host_count;
	struct str server_name; /* sent instead of the target's; NULL data: the target's; empty: none */
};

/* Set to what the command line defaults to. */
struct probe_options probe_defaults(void);

/*
 * record is valid during the call only. Its certificates live as long as the probe unless
 * probe_forget_certificates is called.
 */
typedef void (*probe_record_fn)(void *data, struct scan_record *record);

struct probe *probe_new(struct loop *loop, struct dns *dns, const struct probe_options *options,
			probe_record_fn record, void *data);
void probe_free(struct probe *probe);

/* Whether another target is wanted now; when not, ask again after a record came. */
bool probe_wants_more(const struct probe *probe);

/* The strings are copied. Its record may come before this returns. */
void probe_add(struct probe *probe, const struct probe_target *target);

/* Targets that have no record yet. */
size_t probe_pending(const struct probe *probe);

/*
 * Ends now: every pending target gets its record, with what is known and the detail "interrupted".
 */
void probe_stop(struct probe *probe);

/* Drops certificates that no pending record shows, when more than that many are kept. */
void probe_forget_certificates(struct probe *probe, size_t keep);

struct probe_stats {
	uint64_t targets, records, connections, bytes_in;
	uint64_t certificates, certificates_parsed;
};
struct probe_stats probe_stats(const struct probe *probe);

/* A protocol that can be asked for by name: "tls" and every STARTTLS dialect. */
struct probe_protocol {
	const char *name, *source;
	uint16_t port; /* its usual one */
};

/* The index-th of them; false after the last. */
bool probe_protocol_at(size_t index, struct probe_protocol *out);

/* Whether it is "tls" or a dialect's name. */
bool probe_protocol_is(struct str name);
