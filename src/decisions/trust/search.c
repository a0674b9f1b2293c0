/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Path building: from the leaf up to an anchor.
 *
 * First the names alone (reach.c): which issuers can lead to an anchor at all, and over how many
 * steps. Where none can, no signature is checked. Then depth first over those, best candidate first
 * (an anchor; a key identifier that matches; valid now and a CA; nearest to an anchor; newest),
 * every edge proven by its signature before it is gone further. A path that reaches an anchor is
 * validated whole; when it fails the search goes on, so that an expired cross-certificate or a
 * constrained twin hides no good path. No certificate, and no name with the same key, stands in a
 * path twice. Signatures, steps and name comparisons are counted over the whole search.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "decisions/trust/inherit.h"
#include "decisions/trust/link.h"
#include "decisions/trust/memo.h"
#include "decisions/trust/programs.h"
#include "decisions/trust/reach.h"
#include "decisions/trust/reason.h"
#include "decisions/trust/search.h"
#include "decisions/trust/validate.h"

struct candidate {
	const struct link *link;
	const struct trust_anchor_limits *anchor; /* NULL: not an anchor */
	uint32_t score;
	bool fit;
};

struct search {
	struct validation v;
	struct path path;
	struct reach *reach;
	struct trust_answer *answer;
	int64_t steps_left;
	bool leaf_is_at_fault; /* no other path can help */
	bool ended;            /* trusted, or a limit is reached */
	struct str problem;    /* of the first whole path */
	struct str note;       /* why the way up ended, when there is no whole path */
	struct path best;
};

static bool same_key(const struct cert *a, const struct cert *b)
{
	return memcmp(a->key.sha256, b->key.sha256, sizeof(a->key.sha256)) == 0;
}

/* Same name and key (so also the same certificate): it leads nowhere that the path has not been. */
static bool in_path(const struct path *path, const struct link *link)
{
	for (size_t i = 0; i < path->count; i++)
		if (same_key(path->at[i]->cert, link->cert) &&
		    bytes_equal(path->at[i]->subject, link->subject))
			return true;
	return false;
}

static uint32_t score(const struct search *s, const struct cert *below, const struct candidate *c)
{
	const struct bytes id = c->link->cert->subject_key_id;
	uint32_t points = 0;

	if (below->authority_key_id.data && id.data)
		points += bytes_equal(below->authority_key_id, id) ? 4096 : 0;
	else
		points += 1024;
	points += c->fit ? 2048 : 0;
	points += c->anchor ? 512 : 256 - reach_distance(s->reach, c->link->issuer) % 256;
	return points;
}

static int by_score(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->score != b->score)
		return a->score < b->score ? 1 : -1;
	if (a->link->cert->not_after != b->link->cert->not_after)
		return a->link->cert->not_after < b->link->cert->not_after ? 1 : -1;
	return memcmp(a->link->cert->sha256, b->link->cert->sha256, 32);
}

static size_t gather_from(struct search *s, const struct link_list *list, bool anchors,
			  const struct cert *below, struct candidate *to)
{
	const struct trust_store *store = s->v.query->store;
	const struct store_mark *mark;
	size_t count = 0;

	for (const struct link *link = list ? list->first : NULL; link; link = link->next) {
		struct candidate c = {.link = link, .anchor = anchors ? link->limits : NULL};

		if (!anchors && index_at(&store->index, link->cert->sha256))
			continue; /* stands among the anchors already */
		mark = store_mark_find(store, link->cert->sha256);
		if (mark && !mark->blocked)
			c.anchor = &mark->limits;
		if (!c.anchor && reach_distance(s->reach, link->issuer) == REACH_NEVER)
			continue;
		c.fit = anchors || validate_fit(link->cert, s->v.query->now);
		c.score = score(s, below, &c);
		to[count++] = c;
	}
	return count;
}

static struct candidate *gather(struct search *s, const struct link *below, size_t *count)
{
	const struct trust_query *query = s->v.query;
	const struct link_list *anchors = index_find(&query->store->index, below->issuer);
	const struct link_list *others =
		query->pool ? index_find(&query->pool->index, below->issuer) : NULL;
	size_t room = (anchors ? anchors->count : 0) + (others ? others->count : 0);
	struct candidate *all = ARENA_ARRAY(s->v.arena, struct candidate, room + 1);

	*count = gather_from(s, anchors, true, below->cert, all);
	*count += gather_from(s, others, false, below->cert, all + *count);
	qsort(all, *count, sizeof(*all), by_score);
	return all;
}

static void end(struct search *s, const char *why)
{
	s->ended = true;
	if (!s->problem.data)
		s->problem = str_of(why);
}

/* Signatures by DSA keys that have the parameters of a CA above them. */
static bool is_inherited(struct search *s)
{
	struct cert_key key;
	enum sign_verdict verdict;

	for (size_t i = 1; i < s->path.count; i++)
		if (inherit_needed(&s->path.at[i]->cert->key) &&
		    (!inherit_key(s->v.arena, &s->path, i, &key) ||
		     !memo_check(s->v.query->store->memo, &key, s->path.at[i - 1]->cert,
				 &s->v.signatures_left, &verdict) ||
		     verdict != SIGN_GOOD))
			return false;
	return true;
}

/* A path that reaches an anchor. */
static void complete(struct search *s, const struct trust_anchor_limits *anchor)
{
	const struct cert *top = s->path.at[s->path.count - 1]->cert;
	struct str problem =
		is_inherited(s)
			? validate_path(&s->v, &s->path)
			: STR("a signature by a DSA key with inherited parameters is not good");

	if (!problem.data)
		problem = programs_problem(s->v.arena, s->v.query, anchor, top);
	if (problem.data && s->problem.data) {
		if (s->v.names_left < 0)
			s->ended = true;
		return;
	}
	s->best = s->path;
	s->problem = problem;
	s->answer->limit = programs_limit(anchor);
	s->answer->trusted = !problem.data;
	s->ended = !problem.data || s->leaf_is_at_fault || s->v.names_left < 0;
}

static bool is_signed(struct search *s, const struct link *issuer, const struct link *below)
{
	enum sign_verdict verdict;

	if (inherit_needed(&issuer->cert->key))
		return true; /* asked in is_inherited, when the parameters are known */
	if (!memo_check(s->v.query->store->memo, &issuer->cert->key, below->cert,
			&s->v.signatures_left, &verdict)) {
		end(s, "too many certificates look like its issuer: no path was found within the "
		       "limit of signatures");
		return false;
	}
	if (verdict == SIGN_GOOD)
		return true;
	if (!s->note.data)
		s->note =
			reason_of(s->v.arena, below->cert, s->path.count - 1, false,
				  arena_format(s->v.arena, "its signature is not that of %.*s (%s)",
					       STR_ARG(reason_subject(s->v.arena, issuer->cert)),
					       sign_verdict_name(verdict)));
	return false;
}

static void climb(struct search *s)
{
	const struct link *below = s->path.at[s->path.count - 1];
	struct candidate *all;
	size_t count;

	if (s->path.count == COUNT_OF(s->path.at))
		return;
	if (s->steps_left <= 0) {
		end(s, "its issuers form a maze: no path was found within the limit of steps");
		return;
	}
	all = gather(s, below, &count);
	s->steps_left -= (int64_t)count;
	for (size_t i = 0; i < count && !s->ended; i++) {
		if ((!all[i].fit && s->problem.data) || in_path(&s->path, all[i].link) ||
		    !is_signed(s, all[i].link, below))
			continue;
		s->path.at[s->path.count++] = all[i].link;
		if (all[i].anchor)
			complete(s, all[i].anchor);
		else
			climb(s);
		s->path.count--;
	}
}

/* As far as names lead, for the words: the first of each that the path has not been at. */
static void climb_by_names(struct search *s)
{
	const struct trust_pool *pool = s->v.query->pool;
	const struct link_list *list;
	const struct link *next;

	s->best.at[0] = s->path.at[0];
	s->best.count = 1;
	while (pool && s->best.count < COUNT_OF(s->best.at)) {
		const struct link *top = s->best.at[s->best.count - 1];

		list = index_find(&pool->index, top->issuer);
		next = list ? list->first : NULL;
		while (next && in_path(&s->best, next))
			next = next->next;
		if (!next)
			break;
		s->best.at[s->best.count++] = next;
	}
}

#define UNKNOWN_ROOT   "root not in the store: "
#define UNKNOWN_ISSUER "its issuer is neither in the store nor sent along: "

static struct str unreached(struct search *s)
{
	const struct cert *top;

	if (s->note.data)
		return s->note;
	climb_by_names(s);
	top = s->best.at[s->best.count - 1]->cert;
	if (store_mark_find(s->v.query->store, top->sha256))
		return arena_format(s->v.arena, "blocked by the program: %.*s",
				    STR_ARG(reason_subject(s->v.arena, top)));
	if (top->self_issued && s->best.count == 1)
		return arena_format(s->v.arena, "self-signed, not in the store: %.*s",
				    STR_ARG(reason_subject(s->v.arena, top)));
	if (top->self_issued)
		return arena_format(s->v.arena, UNKNOWN_ROOT "%.*s", STR_ARG(reason_subject(s->v.arena, top)));
	return arena_format(s->v.arena, UNKNOWN_ISSUER "%.*s", STR_ARG(reason_issuer(s->v.arena, top)));
}

bool trust_reason_is_unknown_root(struct str reason)
{
	return str_starts(reason, STR(UNKNOWN_ROOT)) || str_starts(reason, STR(UNKNOWN_ISSUER));
}

static void answer_path(struct search *s)
{
	const struct cert **path = ARENA_ARRAY(s->v.arena, const struct cert *, s->best.count + 1);

	for (size_t i = 0; i < s->best.count; i++)
		path[i] = s->best.at[i]->cert;
	s->answer->path = path;
	s->answer->path_count = s->best.count;
}

static enum profile_level level_of(const struct trust_query *query)
{
	if (query->purpose == TRUST_ANY)
		return PROFILE_PLAIN;
	if (!query->store->given)
		return PROFILE_BROWSERS;
	return query->purpose == TRUST_SERVER ? PROFILE_WEB : PROFILE_RFC5280;
}

/* The leaf may be an anchor itself. */
static bool leaf_is_anchor(struct search *s)
{
	const struct trust_store *store = s->v.query->store;
	const struct link *leaf = s->path.at[0];
	const struct link *anchor = index_at(&store->index, leaf->cert->sha256);
	const struct store_mark *mark = store_mark_find(store, leaf->cert->sha256);

	if (anchor)
		complete(s, anchor->limits);
	else if (mark && !mark->blocked)
		complete(s, &mark->limits);
	return s->ended;
}

/* Searches; what comes of it stands in s. */
static void run(struct search *s, const struct link *leaf, struct reach *reach)
{
	const struct trust_query *query = s->v.query;

	s->reach = reach;
	s->steps_left = LIMIT_PATH_STEPS;
	s->path.at[0] = leaf;
	s->path.count = 1;
	reach_find(reach, s->v.arena, query->store, query->pool, leaf->issuer);
	if (!reach->possible && !index_at(&query->store->index, leaf->cert->sha256) &&
	    !store_mark_find(query->store, leaf->cert->sha256))
		return;
	s->leaf_is_at_fault = validate_leaf(&s->v, leaf->cert).data != NULL;
	if (!leaf_is_anchor(s) && reach->possible)
		climb(s);
}

bool search_path(struct validation *v, const struct link *leaf, struct path *out)
{
	struct trust_answer answer = {0};
	struct search s = {.v = *v, .answer = &answer};
	struct reach reach;

	run(&s, leaf, &reach);
	v->signatures_left = s.v.signatures_left;
	v->names_left = s.v.names_left;
	*out = s.best;
	return answer.trusted;
}

bool search_check(struct arena *arena, const struct trust_query *query, const struct link *leaf,
		  struct trust_answer *answer)
{
	struct search s = {
		.v = {.arena = arena,
		      .query = query,
		      .level = level_of(query),
		      .names_left = LIMIT_PATH_NAMES,
		      .signatures_left = LIMIT_PATH_SIGNATURES},
		.answer = answer,
	};
	struct reach reach;

	*answer = (struct trust_answer){.limit = INT64_MAX};
	run(&s, leaf, &reach);
	if (!s.problem.data && !answer->trusted)
		s.problem = unreached(&s);
	answer->signatures = (size_t)(LIMIT_PATH_SIGNATURES - s.v.signatures_left);
	answer->reason = answer->trusted ? STR("trusted") : s.problem;
	if (!s.best.count)
		climb_by_names(&s);
	answer_path(&s);
	return reach.possible;
}

void trust_check(struct arena *arena, const struct trust_query *query, struct trust_answer *answer)
{
	struct link leaf;

	link_init(arena, &leaf, query->leaf);
	(void)search_check(arena, query, &leaf, answer);
}
