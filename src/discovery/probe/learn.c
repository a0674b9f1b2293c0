/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What earlier endpoints teach about later ones, for light looks.
 *
 * A farm that speaks only TLS 1.3 refuses the cheap hello; the second endpoint of its subnet should not have to say
 * so again. And a second look for another type of certificate is only worth its connection where such pairs occur: after
 * SURE endpoints of one issuer (or subnet) without one, only a sample is looked at, the rarer the more were in vain; one
 * pair found, and all are.
 *
 * The memory is a table of hints that overwrite each other when they meet: wrong or lost hints cost a connection, never
 * a certificate.
 */

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "discovery/probe/room.h"

enum { HINTS = 1 << 12, SURE = 16, SAMPLE_WEAK = 8, SAMPLE_STRONG = 64, RELEARN = 64, RELEARN_MOST = 512 };

struct hint {
	uint64_t key; /* 0: empty */
	bool knows_first, all_first, again, single; /* again: the cheap hello is on its way once more */
	uint8_t singles, pairs, since;
	uint16_t begun, relearn; /* every how many-th begins with the cheap hello again; 0: RELEARN */
};

struct learn {
	struct hint hints[HINTS];
	struct hint leaves[HINTS]; /* there are so many that they would crowd out the others */
};

struct learn *learn_new(void)
{
	return NEW(struct learn);
}

void learn_free(struct learn *learn)
{
	free(learn);
}

/* Mixes without a secret: who makes hints meet makes us ask once more, no worse. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t z = (a ^ b * 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9;

	return z ^ z >> 32;
}

/* kind tells hints apart that share a table. */
static struct hint *hint_of(struct hint *table, uint64_t kind, uint64_t a, uint64_t b)
{
	uint64_t key = (mix(a, b) << 3) + kind;
	struct hint *hint = &table[key >> 3 & (HINTS - 1)];

	if (hint->key != key)
		*hint = (struct hint){.key = key};
	return hint;
}

static uint64_t word_of(const uint8_t *at, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, at, len);
	return word;
}

static struct hint *hint_of_subnet(struct learn *learn, const struct place *place)
{
	return hint_of(learn->hints, 1, word_of(place->address, place->len == 4 ? 3 : 8), place->port); /* /24 or /64 */
}

static struct hint *hint_of_port(struct learn *learn, const struct place *place)
{
	return hint_of(learn->hints, 2, place->port, 0);
}

static struct hint *hint_of_issuer(struct learn *learn, const struct place *place)
{
	return hint_of(learn->hints, 3, place->issuer, 0);
}

static struct hint *hint_of_leaf(struct learn *learn, const struct place *place)
{
	uint64_t address = word_of(place->address, 4);

	if (place->len == 16)
		address = mix(word_of(place->address, 8), word_of(place->address + 8, 8));
	return hint_of(learn->leaves, 4, place->leaf, address);
}

int learn_first(struct learn *learn, const struct place *place)
{
	struct hint *hint = hint_of_subnet(learn, place);

	if (!hint->knows_first)
		hint = hint_of_port(learn, place);
	if (!hint->knows_first || !hint->all_first)
		return TLS_HELLO_CHEAP;
	if (++hint->begun < (hint->relearn ? hint->relearn : RELEARN))
		return TLS_HELLO_ALL;
	hint->begun = 0;
	hint->again = true;
	return TLS_HELLO_CHEAP;
}

/* Every how many-th is looked at. */
static uint8_t sample_of(const struct hint *issuer, bool weak)
{
	uint8_t often = weak ? SAMPLE_WEAK : SAMPLE_STRONG;

	return issuer->singles / 2 > often ? issuer->singles / 2 : often;
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
	if (++issuer->since < sample_of(issuer, weak))
		return false;
	issuer->since = 0;
	return true;
}

static void teach_first(struct hint *hint, bool all_first)
{
	if (!all_first)
		hint->relearn = 0;
	else if (hint->again && hint->relearn < RELEARN_MOST) /* in vain: less often from now on */
		hint->relearn = hint->relearn ? hint->relearn * 2 : RELEARN * 2;
	hint->again = false;
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

void learn_saw_first(struct learn *learn, const struct place *place, const struct evidence *evidence)
{
	bool cheap = evidence->asked >> TLS_HELLO_CHEAP & 1;
	bool only_tls13 = evidence->best_kind == TLS_HELLO_ALL && evidence->best.version == TLS_13;

	if (!evidence->chain_count || (!cheap && evidence->best.version == TLS_13))
		return;
	teach_first(hint_of_subnet(learn, place), cheap && only_tls13);
	teach_first(hint_of_port(learn, place), cheap && only_tls13);
}

void learn_saw(struct learn *learn, const struct place *place, const struct evidence *evidence)
{
	bool looked = evidence->asked >> TLS_HELLO_ECDSA & 1 || evidence->asked >> TLS_HELLO_RSA & 1;

	if (!evidence->chain_count || !looked)
		return;
	teach_pair(hint_of_subnet(learn, place), evidence->other_count > 0);
	teach_pair(hint_of_issuer(learn, place), evidence->other_count > 0);
	hint_of_leaf(learn, place)->single = evidence->other_count == 0;
}
