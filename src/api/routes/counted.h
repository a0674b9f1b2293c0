/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * counted - answers that count many rows: facets, groups, the timeline.
 *
 * What few rows answer is counted at once. What many would is answered from a small store of kept answers, each with the
 * time it was counted at; one thread counts them again, and never more of the time than one part in twenty. Before the first
 * count of a broad question only its first rows are counted, and the answer says so ("approximate").
 */

#include "api/routes/route.h"

struct counter;

/* A question. q in its canonical form. */
struct count_ask {
	enum { COUNT_FACETS, COUNT_GROUPS, COUNT_TIMELINE } kind;
	enum model_noun noun;
	struct str q;
	enum model_facet facets[MODEL_FACET_COUNT];
	size_t facet_count;
	int64_t from_day, days, what_if_days; /* of a timeline */
};

struct counter *counter_new(struct store *store);
void counter_free(struct counter *counter); /* NULL is fine */

/* Writes the answer to call->json. */
MUST_CHECK bool counter_answer(struct call *call, const struct count_ask *ask, struct err *err);

/* ---- count_write.c: counting itself ---- */

/*
 * Counts and writes one JSON object. txn: within it, at most rows_max rows, and *cut says whether there are more; NULL: all
 * rows, in steps of its own, unless *stop becomes true.
 */
MUST_CHECK bool count_write(struct store *store, struct store_txn *txn, const struct count_ask *ask, int64_t now,
			    int64_t rows_max, const volatile bool *stop, struct buf *to, bool *cut, struct err *err);

/* facet_words.c: the word of a value, how people see it, and the term that finds it. NULL data: there is none. */
struct facet_words {
	struct str value, label, term;
};
void facet_words(struct arena *arena, enum model_facet facet, const struct store_counted *counted,
		 struct facet_words *out);
void facet_words_none(enum model_facet facet, struct facet_words *out);
/* q and term together; NULL data when the term is. */
struct str facet_query(struct arena *arena, struct str q, struct str term);
