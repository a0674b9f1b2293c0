/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Certificates and records as messages. A certificate goes out once, before the first record that shows it; a record
 * names certificates by their SHA-256.
 */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/memory.h"
#include "facts/cert.h"
#include "programs/probe/process.h"

/* With more than that all are forgotten: sending one twice does no harm. */
#define TOLD_MAX 200000

struct teller {
	struct channel *channel;
	uint64_t scan;
	struct arena *keys, *work;
	struct map *told;
};

struct teller *teller_new(struct channel *channel, uint64_t scan)
{
	struct teller *teller = NEW(struct teller);

	*teller = (struct teller){channel, scan, arena_new(), arena_new(), map_new()};
	return teller;
}

void teller_free(struct teller *teller)
{
	if (!teller)
		return;
	map_free(teller->told);
	arena_free(teller->keys);
	arena_free(teller->work);
	memory_done(&teller);
}

static bool first_time(struct teller *teller, const uint8_t sha256[32])
{
	struct bytes key = bytes_of(sha256, 32);

	if (map_get(teller->told, key))
		return false;
	if (map_count(teller->told) >= TOLD_MAX) {
		map_free(teller->told);
		teller->told = map_new();
		arena_reset(teller->keys);
	}
	map_set(teller->told, arena_bytes(teller->keys, key), teller);
	return true;
}

/* Facts that are too long for a message are left out: the certificate itself is kept. */
static void tell_certificate(struct teller *teller, const struct scan_cert *cert)
{
	CLEANUP(buf_done) struct buf facts = buf_capped(LIMIT_MESSAGE_BYTES - LIMIT_CERT_BYTES - 65536);
	struct json_out json = json_out_start(&facts);
	struct message message = {.kind = MESSAGE_CERTIFICATE, .numbers = {teller->scan}};

	message.texts[0] = cert->der;
	message.texts[2] = bytes_from(str_head(cert->problem, 4096));
	if (cert->facts)
		cert_write(&json, cert->facts);
	if (cert->facts && buf_ok(&facts))
		message.texts[1] = buf_bytes(&facts);
	else if (cert->facts)
		message.texts[2] = bytes_from(STR("its facts are too long to be kept"));
	if (message.texts[2].data && !str_is_utf8(str_from(message.texts[2])))
		message.texts[2] = bytes_from(STR("it cannot be read"));
	if (!channel_send(teller->channel, &message))
		log_warn("certificate not told", F("bytes", cert->der.len));
}

/* Stand-ins whose facts are their hash, so that the record names them. */
static struct scan_cert *const *by_hash(struct teller *teller, struct scan_cert *const *certs, size_t count)
{
	struct scan_cert **out = ARENA_ARRAY(teller->work, struct scan_cert *, count + 1);

	for (size_t i = 0; i < count; i++) {
		struct scan_cert *stand_in = ARENA_NEW(teller->work, struct scan_cert);
		struct str hex = hex_str(teller->work, bytes_of(certs[i]->sha256, 32));

		if (first_time(teller, certs[i]->sha256))
			tell_certificate(teller, certs[i]);
		memcpy(stand_in->sha256, certs[i]->sha256, 32);
		stand_in->facts_json = arena_format(teller->work, "\"%.*s\"", STR_ARG(hex));
		out[i] = stand_in;
	}
	return out;
}

void teller_record(struct teller *teller, uint64_t number, struct scan_record *record)
{
	CLEANUP(buf_done) struct buf text = buf_capped(LIMIT_MESSAGE_BYTES - 64);
	struct json_out json = json_out_start(&text);
	struct message message = {.kind = MESSAGE_RECORD, .numbers = {teller->scan, number}};
	struct scan_record named = *record;

	arena_reset(teller->work);
	named.chain = by_hash(teller, record->chain, record->chain_count);
	named.other_leaves = by_hash(teller, record->other_leaves, record->other_leaf_count);
	scan_record_write(&json, &named);
	message.texts[0] = buf_bytes(&text);
	if (!buf_ok(&text) || !channel_send(teller->channel, &message))
		log_error("record not told", F("number", (int64_t)number));
}

void teller_idle(struct teller *teller, uint64_t targets)
{
	struct message message = {.kind = MESSAGE_IDLE, .numbers = {teller->scan, targets}};

	(void)!channel_send(teller->channel, &message);
}
