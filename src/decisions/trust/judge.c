/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The judgement of a scan's records.
 *
 * A verdict is of a leaf with the certificates that were sent with it and nothing else, so it does
 * not depend on what else was scanned before. Verdicts are kept by the hashes of all of them; the
 * tails that so many leaves share are read once and kept as pools. When either has grown too large,
 * all is forgotten.
 */

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"
#include "decisions/trust/complete.h"
#include "decisions/trust/search.h"
#include "facts/hostname.h"
#include "facts/scan_record.h"

#define VERDICTS_MAX    8192
#define BYTES_MAX       (16u << 20) /* of tails and verdicts */
#define VERDICT_VALID_S 300
#define JUDGED          3

struct verdict {
	int64_t at;
	enum scan_maybe complete;
	struct str program[JUDGED]; /* mozilla, chrome, system */
};

struct tail {
	struct trust_pool *pool;
	struct link *links; /* [0] is left for the leaf */
	size_t count;       /* with the leaf */
	bool asked;         /* whether the lists know of its certificates */

	/*
	 * The last leaf whose issuers' names lead to no anchor of any program. Whatever else they say, all leaves of that
	 * issuer with this tail are judged alike.
	 */
	bool stranger;
	struct bytes issuer, key_id; /* as that leaf names it */
	struct verdict of_strangers;
};

struct trust_judge {
	struct trust_set *set;
	const struct trust_store *stores[JUDGED];
	const struct trust_store **all;
	struct arena *kept;    /* tails and verdicts */
	struct arena *scratch; /* of one record */
	struct map *tails, *verdicts;
};

static void forget(struct trust_judge *judge)
{
	struct bytes key;
	size_t at = 0;
	void *tail;

	while (judge->tails && map_next(judge->tails, &at, &key, &tail))
		trust_pool_free(((struct tail *)tail)->pool);
	map_free(judge->tails);
	map_free(judge->verdicts);
	arena_free(judge->kept);
	judge->tails = judge->verdicts = NULL;
	judge->kept = NULL;
}

static void begin(struct trust_judge *judge)
{
	judge->tails = map_new();
	judge->verdicts = map_new();
	judge->kept = arena_new();
}

struct trust_judge *trust_judge_new(struct trust_set *set)
{
	struct trust_judge *judge = NEW(struct trust_judge);

	judge->set = set;
	judge->stores[0] = trust_set_find(set, STR("mozilla"));
	judge->stores[1] = trust_set_find(set, STR("chrome"));
	judge->stores[2] = trust_set_find(set, STR("system"));
	judge->all = memory_new((trust_set_count(set) + 1) * sizeof(*judge->all));
	for (size_t i = 0; i < trust_set_count(set); i++)
		judge->all[i] = trust_set_at(set, i);
	judge->scratch = arena_new();
	begin(judge);
	return judge;
}

void trust_judge_free(struct trust_judge *judge)
{
	if (!judge)
		return;
	forget(judge);
	arena_free(judge->scratch);
	memory_done(&judge->all);
	memory_done(&judge);
}

/* The hashes of the certificates from `first` on, one after the other. */
static struct bytes key_of(struct trust_judge *judge, struct scan_cert *const *chain, size_t first,
			   size_t count)
{
	char *all = arena_chars(judge->scratch, count * 32 + 1);

	for (size_t i = first; i < count; i++)
		memcpy(all + (i - first) * 32, chain[i]->sha256, 32);
	return bytes_of(all, (count - first) * 32);
}

static struct tail *tail_of(struct trust_judge *judge, struct scan_cert *const *chain, size_t count)
{
	const struct cert *cert;
	struct tail *tail;
	struct bytes key = key_of(judge, chain, 1, count);
	struct err err;

	tail = map_get(judge->tails, key);
	if (tail)
		return tail;
	tail = ARENA_NEW(judge->kept, struct tail);
	tail->pool = trust_pool_new();
	tail->links = ARENA_ARRAY(judge->kept, struct link, count);
	tail->count = 1;
	for (size_t i = 1; i < count; i++) {
		if (!chain[i]->facts ||
		    !cert_read(judge->kept, arena_bytes(judge->kept, chain[i]->der), &cert, &err))
			continue;
		link_init(judge->kept, &tail->links[tail->count++], cert);
		trust_pool_add(tail->pool, cert);
	}
	map_set(judge->tails, arena_bytes(judge->kept, key), tail);
	return tail;
}

/*
 * Whether more than the names of its issuer can matter: it may be an anchor, or it could stand in its own path.
 */
static bool is_peculiar(struct trust_judge *judge, const struct tail *tail, const struct cert *leaf)
{
	for (size_t i = 1; i < tail->count; i++)
		if (memcmp(tail->links[i].cert->key.sha256, leaf->key.sha256, sizeof leaf->key.sha256) == 0)
			return true;
	if (leaf->authority_key_id.data && !leaf->authority_key_id.len)
		return true;
	return leaf->self_issued || set_may_be_root(judge->set, leaf);
}

/* The verdict on a leaf of an issuer that is known to be a stranger with this tail, or NULL. */
static const struct verdict *stranger(struct trust_judge *judge, const struct tail *tail, const struct cert *leaf)
{
	return tail->stranger && bytes_equal(tail->issuer, leaf->issuer_der) &&
			       bytes_equal(tail->key_id, leaf->authority_key_id) && !is_peculiar(judge, tail, leaf)
		       ? &tail->of_strangers
		       : NULL;
}

static void note_stranger(struct trust_judge *judge, struct tail *tail, const struct cert *leaf,
			  const struct verdict *verdict)
{
	if (is_peculiar(judge, tail, leaf))
		return;
	tail->stranger = true;
	tail->issuer = arena_bytes(judge->kept, leaf->issuer_der);
	tail->key_id = leaf->authority_key_id.data ? arena_bytes(judge->kept, leaf->authority_key_id) : (struct bytes){0};
	tail->of_strangers = *verdict;
}

static void decide(struct trust_judge *judge, struct tail *tail, struct scan_cert *const *chain, int64_t now,
		   struct verdict *verdict)
{
	bool leads = false;
	struct trust_query query = {.leaf = chain[0]->facts,
				    .pool = tail->pool,
				    .now = now,
				    .purpose = TRUST_SERVER,
				    .depth = -1};
	struct trust_answer answer;

	verdict->at = now;
	link_init(judge->scratch, &tail->links[0], query.leaf);
	set_ask_lists(judge->set, tail->links, tail->asked ? 1 : tail->count);
	tail->asked = true;
	verdict->complete =
		complete_links(tail->links, tail->count, judge->all, trust_set_count(judge->set));
	for (size_t i = 0; i < JUDGED; i++) {
		query.store = judge->stores[i];
		leads |= search_check(judge->scratch, &query, &tail->links[0], &answer);
		verdict->program[i] =
			answer.trusted ? STR("trusted") : arena_str(judge->kept, answer.reason);
	}
	if (!leads)
		note_stranger(judge, tail, query.leaf, verdict);
}

static const struct verdict *verdict_of(struct trust_judge *judge, const struct scan_record *record,
					int64_t now)
{
	const size_t count =
		record->chain_count < LIMIT_CHAIN_CERTS ? record->chain_count : LIMIT_CHAIN_CERTS;
	struct tail *tail = tail_of(judge, record->chain, count);
	const struct verdict *known = stranger(judge, tail, record->chain[0]->facts);
	struct bytes key = key_of(judge, record->chain, 0, known ? 0 : count);
	struct verdict *verdict = known ? NULL : map_get(judge->verdicts, key);

	if (known)
		return known;
	if (verdict && now >= verdict->at && now - verdict->at < VERDICT_VALID_S)
		return verdict;
	if (map_count(judge->verdicts) >= VERDICTS_MAX || arena_used(judge->kept) > BYTES_MAX) {
		forget(judge);
		begin(judge);
		verdict = NULL;
		tail = tail_of(judge, record->chain, count);
	}
	if (!verdict) {
		verdict = ARENA_NEW(judge->kept, struct verdict);
		map_set(judge->verdicts, arena_bytes(judge->kept, key), verdict);
	}
	decide(judge, tail, record->chain, now, verdict);
	return verdict;
}

/*
 * The name that was asked for, or else the host. A bare address says nothing of a certificate that
 * names no address at all: whoever scans a range does not expect one.
 */
static enum scan_maybe name_of(struct trust_judge *judge, const struct scan_record *record,
			       const struct cert *leaf)
{
	const struct str text = record->server_name.len ? record->server_name : record->host;
	struct hostname name;
	struct err err;

	if (!text.len || !hostname_read(judge->scratch, text, &name, &err))
		return SCAN_UNKNOWN;
	if (name.address_len && !leaf->names.ip.count)
		return SCAN_UNKNOWN;
	return hostname_matches(&name, leaf) ? SCAN_YES : SCAN_NO;
}

void trust_judge_record(struct trust_judge *judge, struct scan_record *record, int64_t now)
{
	const struct verdict *verdict;

	if (!record->chain_count)
		return;
	if (!record->chain[0]->facts) {
		record->trust.mozilla = record->trust.chrome = record->trust.system =
			STR("the certificate cannot be read");
		return;
	}
	arena_reset(judge->scratch);
	record->name_matches = name_of(judge, record, record->chain[0]->facts);
	verdict = verdict_of(judge, record, now);
	record->chain_complete = verdict->complete;
	record->trust.mozilla = verdict->program[0];
	record->trust.chrome = verdict->program[1];
	record->trust.system = verdict->program[2];
}
