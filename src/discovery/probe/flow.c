/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is said and read on a connection, phase by phase, until it has an answer; then the ladder says what is next.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "base/memory.h"
#include "discovery/probe/room.h"
#include "facts/cert.h"

enum { FLIGHT_MS = 200, GREETING_MS = 300 };

/* The name to send on this connection; empty for none. */
static struct str name_now(const struct visit *visit)
{
	return visit->evidence.without_name ? (struct str){0} : visit->server_name;
}

/* ---- saying hello ---- */

static void begin_real(struct visit *visit, struct buf *to)
{
	struct bytes nothing = {0};

	tls_whole_free(visit->whole);
	visit->whole = tls_whole_new(visit->probe->machine, name_now(visit),
				     visit->evidence.kind == ASK_REAL_RSA ? TLS_WHOLE_RSA_FIRST : TLS_WHOLE_USUAL);
	(void)tls_whole_step(visit->whole, &nothing, to);
	visit->phase = PHASE_REAL;
}

static void begin_hello(struct visit *visit, struct buf *to)
{
	struct tls_hello hello = {.kind = (enum tls_hello_kind)visit->evidence.kind,
				  .server_name = name_now(visit),
				  .seed = visit->probe->seed += 0x9e3779b97f4a7c15};

	tls_reader_done(&visit->reader);
	tls_reader_start(&visit->reader, visit->probe->machine, &hello);
	tls_hello_write(&hello, to);
	visit->phase = PHASE_HELLO;
}

int visit_send_first(struct visit *visit)
{
	struct probe *probe = visit->probe;
	CLEANUP(buf_done) struct buf wrapped = buf_capped(LIMIT_DIALOGUE_BYTES);

	visit->evidence.kind = (uint8_t)visit->ask;
	visit->evidence.without_name |= (visit->ask & ASK_WITHOUT_NAME) != 0;
	buf_clear(&probe->hello);
	if (visit->evidence.kind == ASK_REAL || visit->evidence.kind == ASK_REAL_RSA)
		begin_real(visit, &probe->hello);
	else
		begin_hello(visit, &probe->hello);
	if (!visit->dialect || !visit->dialect->wrap)
		return visit_send(visit, buf_bytes(&probe->hello));
	visit->dialect->wrap(visit->talk, buf_bytes(&probe->hello), &wrapped);
	return visit_send(visit, buf_bytes(&wrapped));
}

void visit_unbegin(struct visit *visit)
{
	visit->phase = PHASE_DIALLING;
	buf_done(&visit->out);
	tls_whole_free(visit->whole);
	visit->whole = NULL;
}

/* Sends what TLS wants sent later: a second hello, or libssl's flights. */
static void send_tls(struct visit *visit, const struct buf *out)
{
	CLEANUP(buf_done) struct buf wrapped = buf_capped(LIMIT_DIALOGUE_BYTES);

	if (!out->len)
		return;
	if (visit->dialect && visit->dialect->wrap) {
		visit->dialect->wrap(visit->talk, buf_bytes(out), &wrapped);
		(void)visit_send(visit, buf_bytes(&wrapped));
	} else {
		(void)visit_send(visit, buf_bytes(out));
	}
}

static int socket_error(int fd)
{
	int error = 0;
	socklen_t len = sizeof error;

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 ? error : errno;
}

bool visit_writable(struct visit *visit)
{
	int error = 0;

	if (visit->phase != PHASE_DIALLING) {
		if (visit->out.len)
			(void)visit_send(visit, (struct bytes){0});
		return true;
	}
	if (visit->dialect) {
		error = socket_error(visit->watch.fd);
		visit->connected = !error;
		if (!error)
			return dialogue_start(visit);
	} else {
		error = visit_send_first(visit);
	}
	if (error) {
		visit_fail_to_connect(visit, error);
		return false;
	}
	return true;
}

/* ---- reading ---- */

static bool end(struct visit *visit, enum answer answer)
{
	visit_end(visit, answer);
	return false;
}

static bool knows(const struct evidence *evidence, const struct scan_cert *cert)
{
	for (size_t i = 0; i < evidence->other_count; i++)
		if (evidence->others[i] == cert)
			return true;
	return evidence->chain_count && evidence->chain[0] == cert;
}

/* The first chain is the chain; of later ones the leaf, when it is another. */
static void keep_chain(struct visit *visit, const struct bytes *chain, size_t count)
{
	struct evidence *evidence = &visit->evidence;
	struct keep *keep = visit->probe->keep;
	struct scan_cert *leaf;

	if (!evidence->chain_count) {
		evidence->chain = memory_new(count * sizeof(struct scan_cert *));
		for (size_t i = 0; i < count; i++)
			evidence->chain[i] = keep_take(keep, chain[i]);
		evidence->chain_count = count;
		return;
	}
	leaf = keep_take(keep, chain[0]);
	if (knows(evidence, leaf) || evidence->other_count == OTHER_LEAVES)
		keep_drop(keep, leaf);
	else
		evidence->others[evidence->other_count++] = leaf;
}

static bool answer_retry(struct visit *visit)
{
	struct probe *probe = visit->probe;

	buf_clear(&probe->hello);
	if (visit->evidence.kind == TLS_HELLO_PQ || !tls_reader_retry(&visit->reader, &probe->hello))
		return end(visit, ANSWER_RETRY);
	send_tls(visit, &probe->hello);
	return true;
}

/* One event of the reader; false when the connection is over. */
static bool take_event(struct visit *visit, enum tls_event event, struct bytes *in)
{
	const struct bytes *chain;
	size_t count;

	switch (event) {
	case TLS_MORE:
	case TLS_SERVER_HELLO:
		return true;
	case TLS_CERTIFICATE:
		chain = tls_reader_chain(&visit->reader, &count);
		keep_chain(visit, chain, count);
		visit->phase = PHASE_FLIGHT;
		return true;
	case TLS_RETRY:
		return answer_retry(visit);
	case TLS_FLIGHT_END:
		return end(visit, ANSWER_CERTIFICATE);
	case TLS_NO_CERTIFICATE:
		return end(visit, ANSWER_ANONYMOUS);
	case TLS_ALERT:
		return end(visit, visit->reader.seen.certificate ? ANSWER_CERTIFICATE : ANSWER_ALERT);
	case TLS_PLAIN:
		visit->phase = PHASE_GREETING;
		visit->held = buf_capped(LIMIT_DIALOGUE_BYTES);
		buf_add_bytes(&visit->held, buf_bytes(&visit->reader.record));
		loop_timer_start(visit->probe->loop, &visit->timer, GREETING_MS, visit->timer.due);
		return greeting_bytes(visit, *in);
	case TLS_LIMIT:
		return end(visit, visit->reader.seen.certificate ? ANSWER_CERTIFICATE : ANSWER_LIMIT);
	case TLS_BROKEN:
		break;
	}
	return end(visit, visit->phase == PHASE_FLIGHT ? ANSWER_CERTIFICATE : ANSWER_BROKEN);
}

static bool read_records(struct visit *visit, struct bytes in)
{
	enum tls_event event;
	bool had_certificate = visit->phase == PHASE_FLIGHT;

	do {
		event = tls_reader_read(&visit->reader, &in);
		if (!take_event(visit, event, &in))
			return false;
		if (visit->phase == PHASE_GREETING)
			return true;
	} while (event != TLS_MORE);
	if (visit->phase != PHASE_FLIGHT)
		return true;
	/* What follows the Certificate is wanted only when everything is, and only up to TLS 1.2. */
	if (visit->probe->options.look != PROBE_WHOLE || visit->reader.seen.version == TLS_13)
		return end(visit, ANSWER_CERTIFICATE);
	if (!had_certificate)
		loop_timer_start(visit->probe->loop, &visit->timer, FLIGHT_MS, visit->timer.due);
	return true;
}

static bool read_real(struct visit *visit, struct bytes in)
{
	CLEANUP(buf_done) struct buf out = buf_capped(LIMIT_HANDSHAKE_BYTES);
	const struct bytes *chain;
	size_t count;
	enum tls_event event = tls_whole_step(visit->whole, &in, &out);

	send_tls(visit, &out);
	if (event == TLS_MORE && visit->bytes_in < LIMIT_CONNECTION_BYTES)
		return true;
	visit->reader.seen = *tls_whole_seen(visit->whole);
	chain = tls_whole_chain(visit->whole, &count);
	if (count)
		keep_chain(visit, chain, count);
	if (count)
		return end(visit, ANSWER_CERTIFICATE);
	return end(visit, event == TLS_ALERT ? ANSWER_ALERT : event == TLS_MORE ? ANSWER_LIMIT : ANSWER_BROKEN);
}

static bool read_tls(struct visit *visit, struct bytes in)
{
	return visit->phase == PHASE_REAL ? read_real(visit, in) : read_records(visit, in);
}

/* TLS inside packets of the dialect: taken out, and read as usual. */
static bool read_wrapped(struct visit *visit, struct bytes in)
{
	CLEANUP(buf_done) struct buf tls = buf_capped(LIMIT_CONNECTION_BYTES);
	CLEANUP(buf_done) struct buf out = buf_capped(LIMIT_DIALOGUE_BYTES);
	enum starttls_step step;
	struct bytes rest;

	buf_add_bytes(&visit->held, in);
	rest = buf_bytes(&visit->held);
	step = visit->dialect->unwrap(visit->talk, &rest, &tls, &out);
	buf_drop(&visit->held, visit->held.len - rest.len);
	if (out.len)
		(void)visit_send(visit, buf_bytes(&out));
	if (tls.len && !read_tls(visit, buf_bytes(&tls)))
		return false;
	if (step == STARTTLS_MORE && buf_ok(&visit->held))
		return true;
	visit->reader.seen.why = "the packets around TLS are not of their protocol";
	return end(visit, ANSWER_BROKEN);
}

bool visit_bytes(struct visit *visit, struct bytes in)
{
	visit->connected = true;
	switch ((enum phase)visit->phase) {
	case PHASE_DIALOGUE:
		return dialogue_bytes(visit, in);
	case PHASE_GREETING:
		return greeting_bytes(visit, in);
	case PHASE_HELLO:
	case PHASE_FLIGHT:
	case PHASE_REAL:
		if (visit->dialect && visit->dialect->unwrap)
			return read_wrapped(visit, in);
		return read_tls(visit, in);
	case PHASE_WAITING:
	case PHASE_DIALLING:
		break;
	}
	return true;
}

/* ---- ends ---- */

void visit_closed(struct visit *visit, int error)
{
	bool spoke = visit->reader.total_bytes || visit->reader.record.len;

	switch ((enum phase)visit->phase) {
	case PHASE_DIALLING:
		visit_fail_to_connect(visit, error ? error : ECONNRESET);
		return;
	case PHASE_GREETING:
		greeting_decide(visit);
		return;
	case PHASE_FLIGHT:
		visit_end(visit, ANSWER_CERTIFICATE);
		return;
	case PHASE_REAL:
		visit->reader.seen = *tls_whole_seen(visit->whole);
		visit_end(visit, visit->bytes_in ? ANSWER_CUT : ANSWER_CLOSED);
		return;
	case PHASE_DIALOGUE:
		dialogue_closed(visit);
		return;
	case PHASE_HELLO:
	case PHASE_WAITING:
		break;
	}
	visit_end(visit, spoke ? ANSWER_CUT : ANSWER_CLOSED);
}

void visit_timeout(struct visit *visit)
{
	switch ((enum phase)visit->phase) {
	case PHASE_DIALLING:
		visit_fail_to_connect(visit, ETIMEDOUT);
		return;
	case PHASE_GREETING:
		greeting_decide(visit);
		return;
	case PHASE_FLIGHT:
		visit_end(visit, ANSWER_CERTIFICATE);
		return;
	case PHASE_DIALOGUE:
		dialogue_timeout(visit);
		return;
	default:
		visit_end(visit, ANSWER_TIMEOUT);
	}
}

static uint64_t hash_of_issuer(const struct scan_cert *leaf)
{
	uint64_t hash;

	if (!leaf->facts)
		return 1;
	hash = map_hash(leaf->facts->issuer_der);
	return hash + leaf->facts->key.algorithm;
}

static struct place place_of(const struct visit *visit)
{
	const struct evidence *evidence = &visit->evidence;
	bool v4 = visit->address.any.sa_family == AF_INET;
	struct place place = {.len = v4 ? 4 : 16, .port = visit->port};

	place.address = v4 ? (const uint8_t *)&visit->address.v4.sin_addr
			   : (const uint8_t *)&visit->address.v6.sin6_addr;
	/* Who issued it is only asked where a second look is possible. */
	if (evidence->chain_count && !ladder_is_conclusive(evidence)) {
		place.issuer = hash_of_issuer(evidence->chain[0]);
		memcpy(&place.leaf, evidence->chain[0]->sha256, sizeof place.leaf);
	}
	return place;
}

uint16_t visit_first_ask(const struct visit *visit)
{
	struct place place;

	switch (visit->probe->options.look) {
	case PROBE_POLITE:
		return ASK_REAL;
	case PROBE_LIGHT:
		place = place_of(visit);
		if (visit->dialect && visit->dialect->few)
			break; /* one hello must fit all */
		return (uint16_t)learn_first(visit->probe->learn, &place);
	case PROBE_WHOLE:
		break;
	}
	return TLS_HELLO_ALL;
}

/* Whether a light look wants to know of another type of certificate: once, when the first chain is there. */
static bool wants_others(struct visit *visit)
{
	const struct evidence *evidence = &visit->evidence;
	enum tls_suite_kind kind = tls_suite_kind(evidence->best.suite);
	struct place place;
	bool weak;

	if (visit->probe->options.look != PROBE_LIGHT)
		return true;
	place = place_of(visit);
	learn_saw_first(visit->probe->learn, &place, evidence);
	if (ladder_is_conclusive(evidence))
		return false;
	weak = evidence->best.version == TLS_13
		       ? !evidence->chain[0]->facts || evidence->chain[0]->facts->key.algorithm != CERT_KEY_RSA
		       : kind == TLS_KIND_ECDSA;
	return learn_wants_other(visit->probe->learn, &place, weak);
}

/* A polite look where libssl gave up: the server is told, as far as it can understand that without keys. */
static void say_farewell(struct visit *visit)
{
	bool raw = visit->phase == PHASE_HELLO || visit->phase == PHASE_FLIGHT;

	if (raw && visit->probe->options.look == PROBE_POLITE && visit->connected && !visit->out.len &&
	    visit->reader.seen.version != TLS_13 && !(visit->dialect && visit->dialect->wrap))
		(void)visit_send(visit, tls_farewell());
}

static void drop_connection(struct visit *visit)
{
	if (visit->watch.fd >= 0) {
		say_farewell(visit);
		visit->seen_enough = visit->probe->options.look == PROBE_LIGHT && visit->phase == PHASE_FLIGHT;
		visit_hang_up(visit);
		queue_connection_over(visit);
	}
	tls_reader_done(&visit->reader);
	tls_whole_free(visit->whole);
	visit->whole = NULL;
	free(visit->talk);
	visit->talk = NULL;
	buf_done(&visit->out);
	buf_done(&visit->held);
}

void visit_end(struct visit *visit, enum answer answer)
{
	struct probe *probe = visit->probe;
	struct evidence *evidence = &visit->evidence;
	bool over = visit->outcome_known || visit->interrupted;
	int next = ASK_NOTHING;

	drop_connection(visit);
	if (answer != ANSWER_NONE) {
		evidence->seen = visit->reader.seen;
		evidence->asked |= 1u << evidence->kind;
		evidence->few = visit->dialect && visit->dialect->few;
		ladder_take(evidence, answer);
		if (evidence->chain_count && !evidence->has_chain) {
			evidence->has_chain = true;
			evidence->look_for_others = wants_others(visit);
		}
		if (!over)
			next = ladder_next(evidence, probe->options.look);
	}
	memset(&visit->reader.seen, 0, sizeof visit->reader.seen);
	if (next != ASK_NOTHING) {
		visit->ask = (uint16_t)next;
		visit->bytes_in = 0;
		queue_add_again(visit);
	} else if (!visit->interrupted && !evidence->chain_count && visit->more_count && !visit->connected) {
		resolve_next_address(visit);
	} else {
		if (probe->options.look == PROBE_LIGHT) {
			struct place place = place_of(visit);

			learn_saw(probe->learn, &place, evidence);
		}
		visit_report(visit);
	}
	queue_pump(probe);
}

void visit_retry(struct visit *visit)
{
	drop_connection(visit);
	visit->bytes_in = 0;
	queue_add_again(visit);
	queue_pump(visit->probe);
}
