/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a scan saw of one target, put into the store.
 *
 * 1. A record for this target and address is there already: nothing more to do.
 * 2. TLS was spoken: host, location and endpoint are found or made, and the endpoint says what was seen. Else endpoints
 *    that are known at that place say what came of the look; what they showed before is not forgotten.
 * 3. Sightings (sightings.c): those of now become current, those that are gone cease to be.
 * 4. Problems of the endpoint go to its leaf; a key on two hosts is marked as shared.
 * 5. The record and the scan's counts.
 */

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "records/store/gone.h"
#include "records/store/inside.h"
#include "records/store/query.h"
#include "records/store/see.h"
#include "records/store/sightings.h"

static const char RECORDS_OF_TARGET[] = "SELECT address FROM scan_records WHERE scan_id = $1 AND number = $2";
static const char RECORD_ADD[] =
	ROUTINE "INSERT INTO scan_records (row_id, scan_id, number, address, outcome, endpoint_id, record, scope, "
		"port) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
static const char DONE[] = ROUTINE "UPDATE scans SET targets_done = targets_done + 1 WHERE id = $1";
static const char OUTCOME[] = ROUTINE "INSERT INTO scan_outcomes (scan_id, outcome, count) VALUES ($1, $2, 1) "
				      "ON CONFLICT (scan_id, outcome) DO UPDATE SET "
				      "count = scan_outcomes.count + 1";

static const char HOST[] = "SELECT id FROM hosts WHERE name = $1";
static const char HOST_ADD[] = ROUTINE "INSERT INTO hosts (id, name, first_seen, last_seen, demo) "
				       "VALUES ($1, $2, $3, $3, $4)";
static const char HOST_SEEN[] = ROUTINE "UPDATE hosts SET last_seen = $2 WHERE id = $1 AND last_seen < $2";
static const char LOCATION_ADD[] = ROUTINE "INSERT INTO locations (id, kind, address) VALUES ($1, $2, $3)";

static const char ENDPOINT[] =
	"SELECT id, location_id, COALESCE(certificate_id, 0), problems FROM endpoints WHERE host_id = $1 AND "
	"port = $2 AND server_name = $3 AND address = $4 AND protocol = $5";
static const char ENDPOINT_ADD[] =
	ROUTINE "INSERT INTO endpoints (id, host_id, host, address, port, protocol, server_name, location_id, "
		"outcome, problems, name_matches, chain_complete, first_seen, last_seen, last_scan_id, demo) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, -1, -1, $10, $10, 0, $11)";
static const char ENDPOINT_SEEN[] =
	ROUTINE "UPDATE endpoints SET outcome = $2, detail = $3, certificate_id = COALESCE($4, certificate_id), "
		"problems = $5, name_matches = $6, chain_complete = $7, trust_mozilla = $8, trust_chrome = $9, "
		"trust_system = $10, tls = $11, last_seen = $12, last_scan_id = $13, tls_version = $14, tls_group = $15 "
		"WHERE id = $1";
static const char ENDPOINT_SILENT[] =
	ROUTINE "UPDATE endpoints SET outcome = $4, detail = $5, last_scan_id = $6 WHERE host_id = $1 AND port = $2 "
		"AND server_name = $3 AND (address = $7 OR $7 = '')";
static const char ENDPOINTS_SILENT[] = "SELECT location_id FROM endpoints WHERE host_id = $1 AND port = $2 AND server_name = $3 "
				       "AND (address = $4 OR $4 = '') AND gone_at = 0 ORDER BY id LIMIT 64";

static const char HOST_ENDPOINT[] = ROUTINE "UPDATE hosts SET endpoint_count = endpoint_count + 1 WHERE id = $1";
static const char CERTIFICATE_TRUST[] =
	ROUTINE "UPDATE certificates SET trust_mozilla = $2, trust_chrome = $3, trust_system = $4, private_ca = CASE "
		"WHEN $5 < 0 THEN private_ca ELSE $5 END, type = CASE WHEN self_signed = 1 THEN 6 WHEN $5 = 1 OR "
		"($5 < 0 AND private_ca = 1) THEN 5 ELSE validation END WHERE id = $1";

static const char PROBLEMS_ADD[] =
	ROUTINE "UPDATE certificates SET problems = problems | $2 WHERE id = $1 AND (problems & $2) <> $2";
static const char PROBLEMS_OF_ENDPOINTS[] = "SELECT DISTINCT problems FROM endpoints WHERE certificate_id = $1 AND gone_at = 0";
static const char PROBLEMS_SET[] = ROUTINE "UPDATE certificates SET problems = own_problems | $2 WHERE id = $1";
static const char KEY_OF[] = "SELECT key_id FROM certificates WHERE id = $1";
static const char KEY_HOSTS[] = "SELECT host_count FROM keys WHERE id = $1";
static const char KEY_SHARED[] = ROUTINE "UPDATE certificates SET own_problems = own_problems | $2, "
					 "problems = problems | $2 WHERE key_id = $1 AND (own_problems & $2) = 0";
static const char KEY_ALONE[] = ROUTINE "UPDATE certificates SET own_problems = own_problems & (~$2), "
					"problems = problems & (~$2) WHERE key_id = $1 AND (own_problems & $2) <> 0";

/* ---- host, location, endpoint ---- */

struct place {
	int64_t endpoint_id, location_id;
	int64_t leaf_before, problems_before;
};

static bool host_for(struct store_txn *txn, const struct store_seen *seen, int64_t *id, struct err *err)
{
	if (!db_number(txn, HOST, VALUES(V(seen->host)), 0, id, err))
		return false;
	if (*id)
		return db_run(txn, HOST_SEEN, VALUES(V(*id), V(seen->at)), err);
	*id = store_new_id(txn->store);
	return db_run(txn, HOST_ADD, VALUES(V(*id), V(seen->host), V(seen->at), V(seen->demo)), err) &&
	       counter_add(txn, "hosts", 1, err);
}

static struct str or_empty(struct str text)
{
	return text.data ? text : STR("");
}

/* "host[192.0.2.1]:443/tls/www.example.org": the five things that make an endpoint. */
static struct str location_text(struct arena *arena, const struct store_seen *seen)
{
	return arena_format(arena, "%.*s[%.*s]:%lld/%.*s/%.*s", STR_ARG(seen->host), STR_ARG(seen->address),
			    (long long)seen->port, STR_ARG(seen->protocol), STR_ARG(seen->server_name));
}

static bool place_make(struct store_txn *txn, const struct store_seen *seen, int64_t host_id, struct place *place,
		       struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();

	place->location_id = store_new_id(txn->store);
	place->endpoint_id = store_new_id(txn->store);
	return db_run(txn, LOCATION_ADD,
		      VALUES(V(place->location_id), V(MODEL_LOCATION_ENDPOINT), V(location_text(arena, seen))), err) &&
	       db_run(txn, ENDPOINT_ADD,
		      VALUES(V(place->endpoint_id), V(host_id), V(seen->host), V(or_empty(seen->address)),
			     V(seen->port), V(or_empty(seen->protocol)), V(or_empty(seen->server_name)),
			     V(place->location_id), V(seen->outcome), V(seen->at), V(seen->demo)),
		      err) &&
	       db_run(txn, HOST_ENDPOINT, VALUES(V(host_id)), err) && counter_add(txn, "endpoints", 1, err) && (!seen->demo || counter_add(txn, "demo", 1, err));
}

static bool place_for(struct store_txn *txn, const struct store_seen *seen, struct place *place, struct err *err)
{
	struct db_rows rows;
	int64_t host_id;

	memset(place, 0, sizeof *place);
	if (!host_for(txn, seen, &host_id, err) ||
	    !db_rows(txn, ENDPOINT,
		     VALUES(V(host_id), V(seen->port), V(or_empty(seen->server_name)), V(or_empty(seen->address)),
			    V(or_empty(seen->protocol))),
		     &rows, err))
		return false;
	if (db_next(&rows))
		*place = (struct place){db_int(&rows, 0), db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3)};
	return db_rows_end(&rows, err) && (place->endpoint_id || place_make(txn, seen, host_id, place, err));
}

/* A word of the "tls" object, in lower case; NULL data when it is not there. */
static struct str tls_word(struct arena *arena, const struct json_doc *doc, const char *key)
{
	struct str word = doc ? json_in_str(json_in_get(json_doc_root(doc), key), (struct str){NULL, 0})
			      : (struct str){NULL, 0};

	return word.data ? arena_lower(arena, word) : word;
}

static bool place_update(struct store_txn *txn, const struct store_seen *seen, const struct place *place,
			 struct err *err)
{
	struct db_value leaf = seen->chain_count ? V(seen->chain[0]) : V(((struct str){NULL, 0}));
	CLEANUP(arena_done) struct arena *arena = arena_new_sized(256);
	CLEANUP(json_doc_done) struct json_doc *tls = NULL;

	if (seen->tls_json.len && !json_doc_read(seen->tls_json, &tls, NULL))
		tls = NULL;
	return db_run(txn, ENDPOINT_SEEN,
		      VALUES(V(place->endpoint_id), V(seen->outcome), V(seen->detail), leaf, V(seen->problems),
			     V(seen->name_matches), V(seen->chain_complete), V(seen->trust_mozilla),
			     V(seen->trust_chrome), V(seen->trust_system), V(seen->tls_json), V(seen->at),
			     V(seen->scan_id), V(tls_word(arena, tls, "version")), V(tls_word(arena, tls, "group"))),
		      err);
}

static struct gone_look look_of(const struct store_seen *seen)
{
	return (struct gone_look){
		.source_id = seen->source_id,
		.run_id = seen->run_id,
		.at = seen->at,
		.miss = seen->miss,
		.gone_at_misses = seen->gone_at_misses,
		.demo = seen->demo,
	};
}

/* Endpoints at a place where nothing answered count a miss; there are few: one for an address. */
static bool places_missed(struct store_txn *txn, const struct store_seen *seen, int64_t host_id, struct err *err)
{
	struct gone_look look = look_of(seen);
	int64_t locations[64];
	struct db_rows rows;
	size_t count = 0;

	if (!seen->miss)
		return true;
	if (!db_rows(txn, ENDPOINTS_SILENT,
		     VALUES(V(host_id), V(seen->port), V(or_empty(seen->server_name)), V(or_empty(seen->address))),
		     &rows, err))
		return false;
	while (count < COUNT_OF(locations) && db_next(&rows))
		locations[count++] = db_int(&rows, 0);
	if (!db_rows_end(&rows, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!place_missed(txn, locations[i], &look, err))
			return false;
	return true;
}

static bool place_silent(struct store_txn *txn, const struct store_seen *seen, struct err *err)
{
	int64_t host_id;

	if (!db_number(txn, HOST, VALUES(V(seen->host)), 0, &host_id, err))
		return false;
	return host_id == 0 ||
	       (db_run(txn, ENDPOINT_SILENT,
		       VALUES(V(host_id), V(seen->port), V(or_empty(seen->server_name)), V(seen->outcome),
			      V(seen->detail), V(seen->scan_id), V(or_empty(seen->address))),
		       err) &&
		places_missed(txn, seen, host_id, err));
}

/* ---- sightings ---- */

/* Whether ids[at] stands before at already: a server may send a certificate twice. */
static bool repeated(const int64_t *ids, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (ids[i] == ids[at])
			return true;
	return false;
}

static bool in_chain(const struct store_seen *seen, int64_t id)
{
	for (size_t i = 0; i < seen->chain_count; i++)
		if (seen->chain[i] == id)
			return true;
	return false;
}

static bool sightings_here(struct store_txn *txn, const struct store_seen *seen, const struct place *place,
			   struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct sighting_shown *shown =
		ARENA_ARRAY(arena, struct sighting_shown, seen->chain_count + seen->other_leaf_count + 1);
	struct sightings_now now = {
		.location_id = place->location_id,
		.kind = MODEL_LOCATION_ENDPOINT,
		.shown = shown,
		.at = seen->at,
		/* a look that asked for one key type says nothing of the certificate of another */
		.one_type = seen->whole ? 0 : seen->chain[0],
	};

	for (size_t i = 0; i < seen->chain_count; i++)
		if (!repeated(seen->chain, i))
			shown[now.count++] = (struct sighting_shown){seen->chain[i], (int64_t)i, i == 0};
	for (size_t i = 0; i < seen->other_leaf_count; i++)
		if (!repeated(seen->other_leaves, i) && !in_chain(seen, seen->other_leaves[i]))
			shown[now.count++] = (struct sighting_shown){seen->other_leaves[i], 0, true};
	return sightings_update(txn, &now, err);
}

/* ---- problems ---- */

static bool problems_recount(struct store_txn *txn, int64_t certificate_id, struct err *err)
{
	struct db_rows rows;
	int64_t all = 0;

	if (!db_rows(txn, PROBLEMS_OF_ENDPOINTS, VALUES(V(certificate_id)), &rows, err))
		return false;
	while (db_next(&rows))
		all |= db_int(&rows, 0);
	return db_rows_end(&rows, err) && db_run(txn, PROBLEMS_SET, VALUES(V(certificate_id), V(all)), err) &&
	       need_update(txn, certificate_id, err);
}

static bool key_recount(struct store_txn *txn, int64_t certificate_id, struct err *err)
{
	int64_t key_id, hosts;

	return db_number(txn, KEY_OF, VALUES(V(certificate_id)), 0, &key_id, err) &&
	       db_number(txn, KEY_HOSTS, VALUES(V(key_id)), 0, &hosts, err) &&
	       db_run(txn, hosts > 1 ? KEY_SHARED : KEY_ALONE, VALUES(V(key_id), V(MODEL_PROBLEM_SHARED_KEY)), err);
}

static bool problems_update(struct store_txn *txn, const struct store_seen *seen, const struct place *place,
			    struct err *err)
{
	int64_t leaf = seen->chain[0], more;

	if (!db_run(txn, CERTIFICATE_TRUST,
		    VALUES(V(leaf), V(seen->trust_mozilla), V(seen->trust_chrome), V(seen->trust_system), V(seen->private_ca)), err) ||
	    !db_change(txn, PROBLEMS_ADD, VALUES(V(leaf), V(seen->problems)), &more, err) ||
	    (more && !need_update(txn, leaf, err)))
		return false;
	if (place->leaf_before == leaf)
		return (place->problems_before & ~(int64_t)seen->problems) == 0 || problems_recount(txn, leaf, err);
	if (place->leaf_before &&
	    !(problems_recount(txn, place->leaf_before, err) && key_recount(txn, place->leaf_before, err)))
		return false;
	return key_recount(txn, leaf, err);
}

bool see_recount(struct store_txn *txn, int64_t certificate_id, struct err *err)
{
	return problems_recount(txn, certificate_id, err) && key_recount(txn, certificate_id, err);
}

/* ---- the whole ---- */

static bool found_here(struct store_txn *txn, const struct store_seen *seen, const struct place *place, struct err *err)
{
	struct gone_look look = look_of(seen);

	return place_found(txn, place->location_id, place->leaf_before, seen->chain[0], &look, err);
}

static bool record_there(struct store_txn *txn, const struct store_seen *seen, bool *target, bool *address,
			 struct err *err)
{
	struct db_rows rows;

	*target = *address = false;
	if (!db_rows(txn, RECORDS_OF_TARGET, VALUES(V(seen->scan_id), V(seen->number)), &rows, err))
		return false;
	while (db_next(&rows)) {
		*target = true;
		*address |= str_equal(db_text_here(&rows, 0), or_empty(seen->address));
	}
	return db_rows_end(&rows, err);
}

static bool record_add(struct store_txn *txn, const struct store_seen *seen, int64_t endpoint_id, bool first,
		       struct err *err)
{
	struct db_value endpoint = endpoint_id ? V(endpoint_id) : V(((struct str){NULL, 0}));

	return db_run(txn, RECORD_ADD,
		      VALUES(V(store_new_id(txn->store)), V(seen->scan_id), V(seen->number),
			     V(or_empty(seen->address)), V(seen->outcome), endpoint, V(seen->json),
			     V(or_empty(seen->scope)), V(seen->port)),
		      err) &&
	       (!first || db_run(txn, DONE, VALUES(V(seen->scan_id)), err)) &&
	       db_run(txn, OUTCOME, VALUES(V(seen->scan_id), V(seen->outcome)), err);
}

bool store_see(struct store_txn *txn, const struct store_seen *seen, bool *fresh, struct err *err)
{
	bool target, address, tls = seen->tls_known || seen->chain_count;
	struct place place = {0};

	if (!record_there(txn, seen, &target, &address, err))
		return false;
	*fresh = !address;
	if (address)
		return true;
	if (!tls && !place_silent(txn, seen, err))
		return false;
	if (tls && !(place_for(txn, seen, &place, err) && place_update(txn, seen, &place, err)))
		return false;
	if (seen->chain_count && !(sightings_here(txn, seen, &place, err) && found_here(txn, seen, &place, err) &&
				   problems_update(txn, seen, &place, err)))
		return false;
	if (!unclear_update(txn, seen, err))
		return false;
	return record_add(txn, seen, place.endpoint_id, !target, err);
}
