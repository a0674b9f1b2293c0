/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What to ask next. Every step follows from something the server did; nothing is asked twice, so a ladder ends.
 *
 * As long as there is no certificate, the last failure picks a row of rungs and the first one not asked yet is next.
 * With one in hand, a look for the other type of certificate, for X25519MLKEM768 and for older versions follows,
 * as far as the kind of look wants to know.
 */

#include "discovery/probe/room.h"
#include "facts/cert.h"

enum {
	ALERT_NO_HANDSHAKE = 40, ALERT_ILLEGAL = 47, ALERT_DECODE = 50, ALERT_VERSION = 70,
	ALERT_INTERNAL = 80, ALERT_MISSING_EXTENSION = 109, ALERT_UNKNOWN_NAME = 112,
	ALERT_NEEDS_CERTIFICATE = 116,
	RUNGS = 7, LIGHT_TRIES = 3,
};

/* clang-format off */
static const uint8_t
	/* the version was wrong */
	after_version[RUNGS] = {TLS_HELLO_ALL, TLS_HELLO_CHEAP, TLS_HELLO_OLD, TLS_HELLO_SSL30, ASK_NOTHING},
	/* nothing in common: perhaps only what is weak */
	after_refusal[RUNGS] = {TLS_HELLO_ALL, TLS_HELLO_CHEAP, TLS_HELLO_LEGACY, TLS_HELLO_OLD, TLS_HELLO_SSL30, ASK_NOTHING},
	/* the form was wrong: perhaps the base points, perhaps the length, perhaps any extension */
	after_complaint[RUNGS] = {TLS_HELLO_ALL, TLS_HELLO_CHEAP, ASK_REAL, TLS_HELLO_SHORT, TLS_HELLO_OLD, TLS_HELLO_SSL30, ASK_NOTHING},
	/* hung up without a word */
	after_silence[RUNGS] = {TLS_HELLO_ALL, TLS_HELLO_SHORT, TLS_HELLO_OLD, TLS_HELLO_SSL30, TLS_HELLO_SSL20, ASK_NOTHING},
	/* libssl gave up */
	after_libssl[RUNGS] = {TLS_HELLO_ALL, ASK_NOTHING};
/* clang-format on */

static bool asked(const struct evidence *evidence, int kind)
{
	return evidence->asked >> kind & 1;
}

static int first_of(const struct evidence *evidence, const uint8_t *rungs)
{
	for (size_t i = 0; i < RUNGS && rungs[i] != ASK_NOTHING; i++)
		if (!asked(evidence, rungs[i]))
			return rungs[i];
	return ASK_NOTHING;
}

static int after_alert(const struct evidence *evidence)
{
	switch (evidence->seen.alert) {
	case ALERT_UNKNOWN_NAME:
		if (evidence->has_name && !evidence->without_name)
			return evidence->kind | ASK_WITHOUT_NAME;
		return ASK_NOTHING;
	case ALERT_NEEDS_CERTIFICATE:
		return ASK_NOTHING;
	case ALERT_VERSION:
		return first_of(evidence, after_version);
	case ALERT_ILLEGAL:
	case ALERT_DECODE:
	case ALERT_INTERNAL:
	case ALERT_MISSING_EXTENSION:
		return first_of(evidence, after_complaint);
	default:
		return first_of(evidence, after_refusal);
	}
}

static int next_try(const struct evidence *evidence, enum probe_look look)
{
	if (look == PROBE_LIGHT && __builtin_popcount(evidence->asked) >= LIGHT_TRIES)
		return ASK_NOTHING;
	switch (evidence->answer) {
	case ANSWER_ALERT:
		return after_alert(evidence);
	case ANSWER_CLOSED:
		return first_of(evidence, after_silence);
	case ANSWER_BROKEN:
	case ANSWER_CUT:
		return evidence->kind == ASK_REAL ? first_of(evidence, after_libssl) : ASK_NOTHING;
	default:
		return ASK_NOTHING;
	}
}

struct types {
	bool rsa, ecdsa, rare;
};

static void add_type(struct types *types, const struct scan_cert *cert)
{
	enum cert_key_algorithm algorithm = cert->facts ? cert->facts->key.algorithm : CERT_KEY_UNKNOWN;

	types->rsa |= algorithm == CERT_KEY_RSA;
	types->ecdsa |= algorithm == CERT_KEY_EC;
	types->rare |= algorithm != CERT_KEY_RSA && algorithm != CERT_KEY_EC;
}

static int next_other(const struct evidence *evidence)
{
	struct types types = {0};

	add_type(&types, evidence->chain[0]);
	for (size_t i = 0; i < evidence->other_count; i++)
		add_type(&types, evidence->others[i]);
	if (!types.ecdsa && !asked(evidence, TLS_HELLO_ECDSA))
		return TLS_HELLO_ECDSA;
	if (!types.rsa && !asked(evidence, TLS_HELLO_RSA))
		return TLS_HELLO_RSA;
	if (types.ecdsa + types.rsa + types.rare > 1 && !types.rare && !asked(evidence, TLS_HELLO_RARE))
		return TLS_HELLO_RARE;
	return ASK_NOTHING;
}

/*
 * The first handshake preferred ECDSA. A server that shows RSA all the same would have to be asked for what it may refuse, and
 * refusals stand in logs; one that shows something else may have RSA for those who prefer it.
 */
static int next_polite(const struct evidence *evidence)
{
	struct types types = {0};

	add_type(&types, evidence->chain[0]);
	return types.rsa || evidence->best_kind != ASK_REAL || asked(evidence, ASK_REAL_RSA) ? ASK_NOTHING : ASK_REAL_RSA;
}

/* One hello below the lowest version seen; it shows the next lower one, or that there is none. */
static int next_version(const struct evidence *evidence)
{
	static const uint8_t below[] = {ASK_NOTHING,     ASK_NOTHING,     TLS_HELLO_SSL30,
					TLS_HELLO_TLS10, TLS_HELLO_TLS11, TLS_HELLO_CHEAP};
	int kind = evidence->versions ? below[__builtin_ctz(evidence->versions)] : ASK_NOTHING;

	return kind != ASK_NOTHING && !asked(evidence, kind) ? kind : ASK_NOTHING;
}

static int next_look(const struct evidence *evidence, enum probe_look look)
{
	int kind = ASK_NOTHING;

	if (evidence->answer == ANSWER_TIMEOUT)
		return ASK_NOTHING;
	if (look == PROBE_POLITE)
		return next_polite(evidence);
	if (evidence->look_for_others)
		kind = next_other(evidence);
	if (kind != ASK_NOTHING || look == PROBE_LIGHT)
		return kind;
	if (evidence->versions & 1 << 5 && !asked(evidence, TLS_HELLO_PQ))
		return TLS_HELLO_PQ;
	return next_version(evidence);
}

int ladder_next(const struct evidence *evidence, enum probe_look look)
{
	if (evidence->few)
		return ASK_NOTHING;
	return evidence->chain_count ? next_look(evidence, look) : next_try(evidence, look);
}

bool ladder_is_conclusive(const struct evidence *evidence)
{
	return (evidence->best_kind == TLS_HELLO_CHEAP || evidence->best_kind == TLS_HELLO_ALL) &&
	       evidence->best.version < TLS_13 && tls_suite_kind(evidence->best.suite) == TLS_KIND_RSA;
}

static int version_bit(uint16_t version)
{
	return version == TLS_SSL20 ? 0 : version - TLS_SSL30 + 1;
}

/* Of several failures the record tells the first, but rather of an alert, and best that there is no certificate. */
static bool says_more(const struct evidence *evidence, enum answer answer)
{
	return evidence->failure == ANSWER_NONE || answer == ANSWER_ANONYMOUS ||
	       (answer == ANSWER_ALERT && evidence->failure != ANSWER_ALERT);
}

void ladder_take(struct evidence *evidence, enum answer answer)
{
	const struct tls_seen *seen = &evidence->seen;

	evidence->answer = answer;
	if (evidence->kind == TLS_HELLO_PQ) {
		if (answer == ANSWER_RETRY)
			evidence->pq = seen->retry_group == TLS_GROUP_X25519MLKEM768 ? SCAN_YES : SCAN_NO;
		else if (answer == ANSWER_ALERT || answer == ANSWER_CLOSED || answer == ANSWER_CUT)
			evidence->pq = SCAN_NO;
		return;
	}
	if (seen->hello)
		evidence->versions |= (uint16_t)(1 << version_bit(seen->version));
	evidence->client_certificate_asked |= seen->client_certificate_asked;
	evidence->sslv2_framing |= seen->sslv2_framing;
	if (answer != ANSWER_CERTIFICATE && !evidence->chain_count && says_more(evidence, answer)) {
		evidence->failure = answer;
		evidence->alert = seen->alert;
		evidence->why = seen->why;
	}
	if (seen->hello && (!evidence->best.hello || (answer == ANSWER_CERTIFICATE && !evidence->best.certificate))) {
		evidence->best = *seen;
		evidence->best_kind = evidence->kind;
	}
	if (evidence->kind == TLS_HELLO_ALL && seen->hello && seen->version < TLS_13)
		evidence->pq = SCAN_NO; /* the group exists only in TLS 1.3 */
}
