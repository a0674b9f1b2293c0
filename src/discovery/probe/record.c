/* SPDX-License-Identifier: Apache-2.0 */

/* The record of a visit: what the evidence amounts to, in words where numbers do not do. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/memory.h"
#include "discovery/probe/room.h"

enum { ALERT_CERTIFICATE_REQUIRED = 116, ALERT_UNRECOGNIZED_NAME = 112, DETAIL_ROOM = 320,
       SPARE_VISITS = 256 };

/* clang-format off */
static const struct { enum scan_outcome outcome; const char *words; } answers[] = {
	[ANSWER_NONE]        = {SCAN_TIMEOUT, NULL},
	[ANSWER_CERTIFICATE] = {SCAN_OK, NULL},
	[ANSWER_ANONYMOUS]   = {SCAN_OK, "the server has no certificate: anonymous or pre-shared keys"},
	[ANSWER_RETRY]       = {SCAN_GARBAGE, "HelloRetryRequest for a group that was not offered"},
	[ANSWER_ALERT]       = {SCAN_ALERT, NULL},
	[ANSWER_CLOSED]      = {SCAN_NO_TLS, "closed the connection without an answer to any ClientHello"},
	[ANSWER_CUT]         = {SCAN_GARBAGE, "closed the connection in the middle of the handshake"},
	[ANSWER_PLAIN]       = {SCAN_NO_TLS, "answers without TLS"},
	[ANSWER_BROKEN]      = {SCAN_GARBAGE, NULL},
	[ANSWER_LIMIT]       = {SCAN_LIMIT, NULL},
	[ANSWER_TIMEOUT]     = {SCAN_TIMEOUT, "connected, but the handshake did not come in time"},
};
/* clang-format on */

static void say(char *detail, const char *words)
{
	size_t len = strlen(detail);

	if (words && words[0])
		snprintf(detail + len, DETAIL_ROOM - len, "%s%s", len ? "; " : "", words);
}

static enum scan_outcome outcome_of_alert(const struct visit *visit, char *detail)
{
	const struct evidence *evidence = &visit->evidence;
	struct tls_name room;
	struct str name = tls_alert_name(evidence->alert, &room);
	char words[80];

	snprintf(words, sizeof words, "alert %.*s%s", STR_ARG(name),
		 visit->server_name.len ? "" : "; no server name was sent");
	say(detail, words);
	if (evidence->alert == ALERT_UNRECOGNIZED_NAME || evidence->without_name)
		return SCAN_SNI_NEEDED;
	return evidence->alert == ALERT_CERTIFICATE_REQUIRED ? SCAN_CLIENT_CERTIFICATE_NEEDED : SCAN_ALERT;
}

static enum scan_outcome outcome_of(const struct visit *visit, char *detail)
{
	const struct evidence *evidence = &visit->evidence;
	enum answer failure = evidence->failure;

	if (visit->interrupted)
		say(detail, "interrupted");
	if (evidence->chain_count) {
		if (evidence->without_name)
			say(detail, "the server refused the name (unrecognized_name); shown without one");
		say(detail, evidence->best.why);
		return SCAN_OK;
	}
	if (visit->outcome_known) {
		say(detail, visit->detail);
		return visit->outcome;
	}
	if (failure == ANSWER_ALERT)
		return outcome_of_alert(visit, detail);
	say(detail, answers[failure].words);
	say(detail, evidence->why);
	return answers[failure].outcome;
}

static struct str address_of(const struct visit *visit, char to[ADDRESS_TEXT])
{
	if (visit->address.any.sa_family == AF_INET)
		return address_write((const uint8_t *)&visit->address.v4.sin_addr, 4, to);
	return address_write(visit->address.v6.sin6_addr.s6_addr, 16, to);
}

struct names {
	struct tls_name suite, group;
	char dh[24], address[ADDRESS_TEXT], detail[DETAIL_ROOM];
};

static void fill_tls(const struct evidence *evidence, struct names *names, struct scan_record *record)
{
	const struct tls_seen *best = &evidence->best;

	record->tls.x25519mlkem768 = evidence->pq;
	if (!best->hello)
		return;
	record->tls.known = true;
	record->tls.version = tls_version_name(best->version);
	if (best->version != TLS_SSL20)
		record->tls.cipher = tls_suite_name(best->suite, &names->suite);
	if (best->group) {
		record->tls.group = tls_group_name(best->group, &names->group);
	} else if (best->dh_bits) {
		snprintf(names->dh, sizeof names->dh, "dh%u", best->dh_bits);
		record->tls.group = str_of(names->dh);
	}
	record->tls.sslv2_framing = evidence->sslv2_framing;
	record->tls.client_certificate_asked = evidence->client_certificate_asked;
	for (int bit = 5; bit >= 0; bit--)
		if (evidence->versions >> bit & 1)
			record->tls.versions[record->tls.version_count++] =
				tls_version_name(bit ? (uint16_t)(TLS_SSL30 + bit - 1) : TLS_SSL20);
}

static void hand_out(struct probe *probe, struct scan_record *record)
{
	probe->stats.records++;
	probe->pending--;
	queue_record_over(probe);
	probe->record(probe->data, record);
}

struct visit *visit_new(struct probe *probe)
{
	struct visit *visit = probe->spare;

	if (visit) {
		probe->spare = visit->next;
		probe->spare_count--;
		memset(visit, 0, sizeof *visit);
	} else {
		visit = NEW(struct visit);
	}
	visit->probe = probe;
	visit->watch.fd = -1;
	return visit;
}

void visit_free(struct visit *visit)
{
	struct probe *probe = visit->probe;
	struct evidence *evidence = &visit->evidence;
	struct keep *keep = probe->keep;

	for (size_t i = 0; i < evidence->chain_count; i++)
		keep_drop(keep, evidence->chain[i]);
	for (size_t i = 0; i < evidence->other_count; i++)
		keep_drop(keep, evidence->others[i]);
	free(evidence->chain);
	free(visit->more);
	free(visit->text);
	if (probe->spare_count >= SPARE_VISITS) {
		free(visit);
		return;
	}
	visit->next = probe->spare;
	probe->spare = visit;
	probe->spare_count++;
}

void visit_report(struct visit *visit)
{
	struct probe *probe = visit->probe;
	struct evidence *evidence = &visit->evidence;
	struct names names;
	struct scan_record record = {.target = visit->target, .host = visit->name_of_host, .port = visit->port};

	names.detail[0] = 0;
	record.outcome = outcome_of(visit, names.detail);
	if (visit->injected) {
		char words[80];

		snprintf(words, sizeof words, "suspect: %u bytes after the STARTTLS answer", visit->injected);
		say(names.detail, words);
	}
	if (names.detail[0])
		record.detail = str_of(names.detail);
	if (visit->connections)
		record.address = address_of(visit, names.address);
	record.protocol = visit->dialect ? str_of(visit->dialect->name) : STR("tls");
	if (visit->server_name.len && !evidence->without_name)
		record.server_name = visit->server_name;
	fill_tls(evidence, &names, &record);
	record.chain = evidence->chain;
	record.chain_count = evidence->chain_count;
	record.other_leaves = evidence->others;
	record.other_leaf_count = evidence->other_count;
	record.at_ms = clock_now_ms();
	if (visit->connections)
		record.elapsed_ms = (uint32_t)(loop_now_ms(probe->loop) - visit->started_ms);
	record.connections = visit->connections;
	hand_out(probe, &record);
	visit_free(visit);
}

void record_without_visit(struct probe *probe, const struct probe_target *target,
			  enum scan_outcome outcome, struct str detail)
{
	struct scan_record record = {.target = target->text, .host = target->host, .port = target->port,
				     .protocol = STR("tls"), .outcome = outcome, .detail = detail,
				     .at_ms = clock_now_ms()};
	struct str wanted = target->protocol.data ? target->protocol : probe->options.starttls;

	if (wanted.data && starttls_named(wanted))
		record.protocol = wanted;
	hand_out(probe, &record);
}
