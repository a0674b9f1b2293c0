/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What earlier endpoints teach about later ones, for light looks.
 *
 * A farm that speaks only TLS 1.3 refuses the cheap hello; the second endpoint of its subnet should not have to say
 * so again. And a second look for another type of certificate is only worth its connection where such pairs occur: after
 * SURE endpoints of one issuer (or subnet) without one, only a sample is looked at; one pair found, and all are.
 *
 * The memory is a table of hints that overwrite each other when they meet: wrong or lost hints cost a connection, never
 * a certificate.
 */

#include <stdlib.h>

#include "base/memory.h"
#include "discovery/probe/room.h"

enum { HINTS = 1 << 14, SURE = 16, SAMPLE_WEAK = 8, SAMPLE_STRONG = 64, RELEARN = 64 };

struct hint {
	uint64_t key; /* 0: empty */
	bool knows_first, all_first, single;
	uint8_t singles, pairs, since, begun;
};

struct learn {
	struct hint hints[HINTS];
};

struct learn *learn_new(void)
{
	return NEW(struct learn);
}

void learn_free(struct learn *learn)
{
	free(learn);
}

/* kind tells tables apart that share the room. */
static struct hint *hint_of(struct learn *learn, uint64_t kind, const void *what, size_t len)
{
	uint64_t key = map_hash(bytes_of(what, len)) * 8 + kind;
	struct hint *hint = &learn->hints[key >> 3 & (HINTS - 1)];

	if (hint->key != key)
		*hint = (struct hint){.key = key};
	return hint;
}

static struct hint *hint_of_subnet(struct learn *learn, const struct place *place)
{
	uint8_t what[10] = {(uint8_t)(place->port >> 8), (uint8_t)place->port};
	size_t len = place->len == 4 ? 3 : 8; /* /24 or /64 */

	for (size_t i = 0; i < len; i++)
		what[2 + i] = place->address[i];
	return hint_of(learn, 1, what, 2 + len);
}

static struct hint *hint_of_port(struct learn *learn, const struct place *place)
{
	return hint_of(learn, 2, &place->port, sizeof place->port);
}

static struct hint *hint_of_issuer(struct learn *learn, const struct place *place)
{
	return hint_of(learn, 3, &place->issuer, sizeof place->issuer);
}

static struct hint *hint_of_leaf(struct learn *learn, const struct place *place)
{
	uint64_t what[3] = {place->leaf};

	for (size_t i = 0; i < place->len; i++)
		what[1 + i / 8] |= (uint64_t)place->address[i] << i % 8 * 8;
	return hint_of(learn, 4, what, sizeof what);
}

int learn_first(struct learn *learn, const struct place *place)
{
	struct hint *hint = hint_of_subnet(learn, place);

	if (!hint->knows_first)
		hint = hint_of_port(learn, place);
	if (!hint->knows_first || !hint->all_first)
		return TLS_HELLO_CHEAP;
	return ++hint->begun % RELEARN == 0 ? TLS_HELLO_CHEAP : TLS_HELLO_ALL;
}

bool learn_wants_other(struct learn *learn, const struct place *place, bool weak)
{
	struct hint *subnet = hint_of_subnet(learn, place), *issuer = hint_of_issuer(learn, place);

	if (hint_of_leaf(learn, place)->single)
		return false;
	if (subnet->pairs || issuer->pairs)
		return true;
	if (subnet->singles < SURE && issuer->singles < SURE)
		return true;
	return ++issuer->since % (weak ? SAMPLE_WEAK : SAMPLE_STRONG) == 0;
}

static void teach_first(struct hint *hint, bool all_first)
{
	hint->knows_first = true;
	hint->all_first = all_first;
}

static void teach_pair(struct hint *hint, bool pair)
{
	if (pair)
		hint->pairs = 64; /* lasts for that many endpoints without one */
	else if (hint->pairs)
		hint->pairs--;
	if (!pair && hint->singles < UINT8_MAX)
		hint->singles++;
}

void learn_saw(struct learn *learn, const struct place *place, const struct evidence *evidence)
{
	bool cheap = evidence->asked >> TLS_HELLO_CHEAP & 1;
	bool only_tls13 = evidence->best_kind == TLS_HELLO_ALL && evidence->best.version == TLS_13;
	bool looked = evidence->asked >> TLS_HELLO_ECDSA & 1 || evidence->asked >> TLS_HELLO_RSA & 1;

	if (!evidence->chain_count)
		return;
	if (cheap || evidence->best.version < TLS_13) {
		teach_first(hint_of_subnet(learn, place), cheap && only_tls13);
		teach_first(hint_of_port(learn, place), cheap && only_tls13);
	}
	if (!looked)
		return;
	teach_pair(hint_of_subnet(learn, place), evidence->other_count > 0);
	teach_pair(hint_of_issuer(learn, place), evidence->other_count > 0);
	hint_of_leaf(learn, place)->single = evidence->other_count == 0;
}
