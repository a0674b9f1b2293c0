/* SPDX-License-Identifier: Apache-2.0 */

/*
 * From a target to visits: an address as it stands, a name by the DNS. Of a name's addresses the first that
 * answers is taken, or each gives a record of its own.
 */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/addresses.h"
#include "base/arena.h"
#include "base/memory.h"
#include "discovery/probe/room.h"
#include "discovery/target.h"
#include "facts/hostname.h"

enum { ADDRESSES_MAX = 64, NAME_MAX_BYTES = 253 };

/* A name that is being asked for. */
struct question {
	struct question *next, **here;
	struct probe *probe;
	struct probe_target target; /* its strings are in text */
	char *text;
};

/* ---- making a visit ---- */

static struct str put(char **to, struct str s)
{
	struct str copy = {*to, s.len};

	if (s.len)
		memcpy(*to, s.data, s.len);
	(*to)[s.len] = 0;
	*to += s.len + 1;
	return s.data ? copy : (struct str){0};
}

/* What is sent as server name: the option, or the target's, or the host when it is a name. */
static struct str server_name_of(const struct probe *probe, const struct probe_target *target,
				 const struct hostname *host)
{
	if (probe->options.server_name.data)
		return probe->options.server_name;
	if (target->server_name.data)
		return target->server_name;
	return host->address_len ? (struct str){0} : host->text;
}

/* Most targets have the port of the one before. */
static const struct starttls *dialect_of_port(struct probe *probe, uint16_t port)
{
	const char *usual;

	if (probe->dialect_port == port)
		return probe->port_dialect;
	usual = target_protocol_of_port(port);
	probe->dialect_port = port;
	return probe->port_dialect = usual ? starttls_named(str_of(usual)) : starttls_of_port(port);
}

static void set_dialect(struct visit *visit, struct str given)
{
	struct str wanted = given;

	if (!wanted.data || str_is(wanted, "auto"))
		wanted = visit->probe->options.starttls;
	if (!wanted.data || str_is(wanted, "auto")) {
		visit->auto_dialect = true;
		visit->dialect = dialect_of_port(visit->probe, visit->port);
		return;
	}
	visit->dialect = starttls_named(wanted); /* "none" and "tls" have no dialect */
}

static void set_address(struct visit *visit, const struct dns_address *address)
{
	memset(&visit->address, 0, sizeof visit->address);
	if (address->len == 4) {
		visit->address.v4.sin_family = AF_INET;
		visit->address.v4.sin_port = htons(visit->port);
		memcpy(&visit->address.v4.sin_addr, address->bytes, 4);
	} else {
		visit->address.v6.sin6_family = AF_INET6;
		visit->address.v6.sin6_port = htons(visit->port);
		memcpy(&visit->address.v6.sin6_addr, address->bytes, 16);
	}
}

static struct visit *visit_for(struct probe *probe, const struct probe_target *target,
			       const struct hostname *host, const struct dns_address *addresses,
			       size_t count)
{
	struct str name = server_name_of(probe, target, host);
	struct visit *visit = visit_new(probe);
	char *to = visit->text = memory_new(target->text.len + target->host.len + name.len + 3);

	visit->port = target->port;
	visit->target = put(&to, target->text);
	visit->name_of_host = put(&to, target->host);
	visit->server_name = put(&to, str_head(name, NAME_MAX_BYTES));
	visit->evidence.has_name = visit->server_name.len > 0;
	visit->out = buf_capped(65536);
	set_dialect(visit, target->protocol);
	set_address(visit, &addresses[0]);
	if (count > 1) {
		visit->more = memory_new((count - 1) * sizeof *addresses);
		memcpy(visit->more, addresses + 1, (count - 1) * sizeof *addresses);
		visit->more_count = count - 1;
	}
	return visit;
}

void resolve_next_address(struct visit *visit)
{
	size_t done = visit->more_count;

	set_address(visit, &visit->more[0]);
	memmove(visit->more, visit->more + 1, (done - 1) * sizeof *visit->more);
	visit->more_count--;
	visit->outcome_known = false;
	visit->detail[0] = 0;
	queue_add_again(visit);
}

/* ---- asking ---- */

static bool host_is_named(const struct probe *probe, struct str host)
{
	for (size_t i = 0; i < probe->options.within_host_count; i++)
		if (str_equal_nocase(probe->options.within_hosts[i], host))
			return true;
	return false;
}

/* Those of the addresses that may be dialled, to the front of `to`. */
static size_t permitted(const struct probe *probe, const struct probe_target *target, const struct dns_address *addresses,
			size_t count, struct dns_address *to)
{
	bool within = probe->options.within && !host_is_named(probe, target->host);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (addresses_has(probe->options.exclude, addresses[i].bytes, addresses[i].len) ||
		    (within && !addresses_has(probe->options.within, addresses[i].bytes, addresses[i].len)))
			continue;
		to[kept++] = addresses[i];
	}
	return kept;
}

static void add_visits(struct probe *probe, const struct probe_target *target,
		       const struct hostname *host, const struct dns_address *addresses, size_t count)
{
	struct dns_address kept[ADDRESSES_MAX];

	if (count > ADDRESSES_MAX)
		count = ADDRESSES_MAX;
	if (probe->options.exclude || probe->options.within) {
		count = permitted(probe, target, addresses, count, kept);
		addresses = kept;
	}
	if (count == 0) {
		record_without_visit(probe, target, SCAN_EXCLUDED, STR("its addresses are excluded, or outside the scopes"));
		return;
	}
	if (!probe->options.all_addresses) {
		queue_add(visit_for(probe, target, host, addresses, count));
		return;
	}
	probe->pending += count - 1;
	for (size_t i = 0; i < count; i++)
		queue_add(visit_for(probe, target, host, &addresses[i], 1));
}

static void question_free(struct question *question)
{
	if (question->here)
		*question->here = question->next;
	if (question->next)
		question->next->here = question->here;
	free(question->text);
	free(question);
}

static void answered(void *data, const struct dns_address *addresses, size_t count,
		     const struct err *err)
{
	struct question *question = data;
	struct probe *probe = question->probe;
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct hostname host = {0};
	struct err ignored;

	if (!probe || probe->stopping) { /* its record was given out by resolve_stop */
		question_free(question);
		return;
	}
	if (!count) {
		record_without_visit(probe, &question->target, SCAN_DNS,
				     err ? str_of(err->text) : STR("the name has no address"));
	} else if (hostname_read(arena, question->target.host, &host, &ignored)) {
		add_visits(probe, &question->target, &host, addresses, count);
	}
	question_free(question);
	queue_pump(probe);
}

static struct question *question_new(struct probe *probe, const struct probe_target *target)
{
	struct question *question = NEW(struct question);
	char *to = question->text =
		memory_new(target->text.len + target->host.len + target->protocol.len +
			   target->server_name.len + 4);

	question->probe = probe;
	question->target.text = put(&to, target->text);
	question->target.host = put(&to, target->host);
	question->target.protocol = put(&to, target->protocol);
	question->target.server_name = put(&to, target->server_name);
	question->target.port = target->port;
	question->next = probe->questions;
	question->here = &probe->questions;
	if (question->next)
		question->next->here = &question->next;
	probe->questions = question;
	return question;
}

void resolve_target(struct probe *probe, const struct probe_target *target)
{
	struct hostname host = {.text = target->host};
	struct dns_address address = {0};
	struct err err = {0};
	struct arena *arena;

	if (address_read(target->host, address.bytes, &address.len)) {
		host.address_len = address.len;
		add_visits(probe, target, &host, &address, 1);
		queue_pump(probe);
		return;
	}
	arena = arena_new();
	if (!hostname_read(arena, target->host, &host, &err)) {
		record_without_visit(probe, target, SCAN_DNS, str_of(err.text));
	} else if (!probe->dns) {
		record_without_visit(probe, target, SCAN_DNS, STR("names cannot be resolved here"));
	} else {
		dns_ask(probe->dns, host.text, answered, question_new(probe, target));
	}
	arena_free(arena);
}

/* The answers still come, to questions whose record is out. */
void resolve_stop(struct probe *probe)
{
	for (struct question *at = probe->questions; at; at = at->next)
		record_without_visit(probe, &at->target, SCAN_DNS, STR("interrupted"));
}

void resolve_forget(struct probe *probe)
{
	struct question *next;

	for (struct question *at = probe->questions; at; at = next) {
		next = at->next;
		at->probe = NULL;
		at->next = NULL;
		at->here = NULL;
	}
	probe->questions = NULL;
}
