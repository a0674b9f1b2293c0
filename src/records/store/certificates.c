/* SPDX-License-Identifier: Apache-2.0 */

/* Certificates: rows of lists, their bodies, their names and keys. */

#include "base/arena.h"
#include "base/hex.h"
#include "base/limits.h"
#include "records/store/query.h"

static const char ONE_BY_HASH[] = "SELECT " CERTIFICATE_COLUMNS " FROM " CERTIFICATE_FROM " WHERE c.sha256 = $1";
static const char ONE_BY_ID[] = "SELECT " CERTIFICATE_COLUMNS " FROM " CERTIFICATE_FROM " WHERE c.id = $1";
static const char ID_BY_HASH[] = "SELECT id FROM certificates WHERE sha256 = $1";
static const char BODY[] = "SELECT der, facts FROM certificate_bodies WHERE certificate_id = $1";
static const char ISSUED_COUNT[] = "SELECT issued FROM certificates WHERE id = $1";
static const char SAME_NAME[] =
	"SELECT " CERTIFICATE_COLUMNS " FROM " CERTIFICATE_FROM " WHERE c.id IN (SELECT n.certificate_id FROM "
	"certificate_names n WHERE n.name = (SELECT o.name FROM certificates o WHERE o.id = $1) LIMIT 2000) AND c.id <> $1 "
	"ORDER BY c.not_after DESC, c.id DESC LIMIT $2";
static const char HOSTS[] =
	"SELECT COUNT(*) FROM (SELECT DISTINCT e.host_id FROM sightings s JOIN endpoints e ON e.location_id = "
	"s.location_id WHERE s.certificate_id = $1 AND s.current = 1 LIMIT 10000) x";
static const char CHAIN_LOCATION[] =
	"SELECT location_id FROM sightings WHERE certificate_id = $1 AND leaf = 1 "
	"ORDER BY current DESC, last_seen DESC, id DESC LIMIT 1";
static const char CHAIN[] = "SELECT " CERTIFICATE_COLUMNS " FROM sightings s JOIN certificates c ON c.id = "
			    "s.certificate_id LEFT JOIN keys k ON k.id = c.key_id LEFT JOIN lineages l ON l.id = "
			    "c.lineage_id WHERE s.location_id = $1 AND s.leaf = 0 AND s.current = (SELECT current "
			    "FROM sightings WHERE location_id = $1 AND certificate_id = $2) ORDER BY s.position, s.id";
static const char KEY_ADD[] =
	ROUTINE "INSERT INTO keys (id, sha256, algorithm, bits, curve, certificate_count, first_seen, demo) "
		"VALUES ($1, $2, $3, $4, $5, 1, $6, $7) ON CONFLICT (sha256) DO UPDATE SET certificate_count = "
		"keys.certificate_count + 1 RETURNING id";
static const char ADD[] =
	ROUTINE "INSERT INTO certificates (id, sha256, name, subject, issuer, subject_cn, issuer_cn, issuer_name, "
		"serial, not_before, not_after, expiring_at, lifetime_s, key_id, signature, names_count, ca, "
		"self_signed, own_problems, problems, first_seen, last_seen, demo, validation, wildcard, type) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19, "
		"$20, $21, $22, $23, $24, $25)";
/* The authorities of a name. Their counts follow those of what they issued; what issues itself is not counted. */
static const char ISSUED[] = ROUTINE "UPDATE certificates SET issued = issued + 1 WHERE ca = 1 AND subject = $1";
static const char ISSUED_BEFORE[] =
	ROUTINE "UPDATE certificates SET issued = x.issued, issued_active = x.active FROM (SELECT COUNT(*) AS issued, "
		"COALESCE(SUM(i.active), 0) AS active FROM certificates i WHERE i.issuer = $2 AND i.subject <> "
		"i.issuer) x WHERE certificates.id = $1";
static const char BODY_ADD[] = ROUTINE "INSERT INTO certificate_bodies (certificate_id, der, facts) "
				       "VALUES ($1, $2, $3)";
static const char NAME_ADD[] = ROUTINE "INSERT INTO certificate_names (name, certificate_id) VALUES ($1, $2) "
				       "ON CONFLICT (name, certificate_id) DO NOTHING";

#define SEARCH_BYTES (4u << 20)

static void certificate_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_certificate *row = to;

	row->id = db_int(rows, at);
	db_hash(rows, at + 1, row->sha256);
	row->name = db_text(rows, at + 2, arena);
	row->subject = db_text(rows, at + 3, arena);
	row->issuer = db_text(rows, at + 4, arena);
	row->subject_cn = db_text(rows, at + 5, arena);
	if (row->subject_cn.data && str_equal_nocase(row->name, row->subject_cn))
		row->name = row->subject_cn; /* kept in lower case to be found and sorted, shown as it is spelt */
	row->issuer_cn = db_text(rows, at + 6, arena);
	row->serial = db_text(rows, at + 7, arena);
	row->not_before = db_int(rows, at + 8);
	row->not_after = db_int(rows, at + 9);
	row->lifetime_s = db_int(rows, at + 10);
	row->key_algorithm = db_text(rows, at + 11, arena);
	row->key_curve = db_text(rows, at + 12, arena);
	db_hash(rows, at + 13, row->key_sha256);
	row->key_bits = db_int(rows, at + 14);
	row->signature = db_text(rows, at + 15, arena);
	row->names_count = db_int(rows, at + 16);
	row->ca = db_int(rows, at + 17) != 0;
	row->self_signed = db_int(rows, at + 18) != 0;
	row->problems = (uint32_t)db_int(rows, at + 19);
	row->served = db_int(rows, at + 20);
	row->active = db_int(rows, at + 21) != 0;
	row->first_seen = db_int(rows, at + 22);
	row->last_seen = db_int(rows, at + 23);
	row->trust_mozilla = db_text(rows, at + 24, arena);
	row->trust_chrome = db_text(rows, at + 25, arena);
	row->trust_system = db_text(rows, at + 26, arena);
	row->lineage_id = db_int(rows, at + 27);
	row->lineage_name = db_text(rows, at + 28, arena);
	row->lineage_path = (enum model_path)db_int(rows, at + 29);
	row->demo = db_int(rows, at + 30) != 0;
	row->kind = (enum model_kind)db_int(rows, at + 31);
	row->validation = (enum model_kind)db_int(rows, at + 32);
	row->wildcard = db_int(rows, at + 33) != 0;
	row->private_ca = db_int(rows, at + 34) != 0;
	row->gone_at = db_int(rows, at + 35);
	row->places = db_int(rows, at + 36);
	row->has_replaces = db_hash(rows, at + 37, row->replaces);
	row->has_replaced_by = db_hash(rows, at + 38, row->replaced_by);
	row->owner = (struct model_ref){db_int(rows, at + 39), db_text(rows, at + 40, arena)};
	row->tags = db_text(rows, at + 41, arena);
	row->environment = db_text(rows, at + 42, arena);
	row->criticality = (enum model_criticality)db_int(rows, at + 43);
}

const struct list certificate_list = {
	.columns = CERTIFICATE_COLUMNS,
	.from = CERTIFICATE_FROM,
	.id = "c.id",
	.row_size = sizeof(struct model_certificate),
	.read = certificate_read,
};

bool store_certificates(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
			enum store_certificate_sort sort, const struct store_page *page, int64_t now,
			const struct model_certificate **rows, size_t *count, struct store_more *more,
			struct err *err)
{
	static const struct list_sort sorts[] = {
		[STORE_BY_NOT_AFTER] = {"c.not_after", false},
		[STORE_BY_NAME] = {"c.name", true},
		[STORE_BY_ISSUER] = {"c.issuer_name", true},
		[STORE_BY_FIRST_SEEN] = {"c.first_seen", false},
		[STORE_BY_NOT_BEFORE] = {"c.not_before", false},
	};
	CLEANUP(query_done) struct query where = query_start(arena);

	return filter_add(txn, &where, filter, FILTER_CERTIFICATES, now, err) &&
	       list_run(txn, arena, &certificate_list, &where, &sorts[sort], page, (const void **)rows, count,
			more, err);
}

bool store_certificate(struct store_txn *txn, struct arena *arena, const uint8_t sha256[HASH_SHA256],
		       struct model_certificate *out, struct err *err)
{
	return list_one(txn, arena, &certificate_list, ONE_BY_HASH, VALUES(V_HASH(sha256)), "certificate", out,
			err);
}

bool store_certificate_by_id(struct store_txn *txn, struct arena *arena, int64_t id,
			     struct model_certificate *out, struct err *err)
{
	return list_one(txn, arena, &certificate_list, ONE_BY_ID, VALUES(V(id)), "certificate", out, err);
}

bool store_certificate_body(struct store_txn *txn, struct arena *arena, int64_t id, struct bytes *der,
			    struct str *facts_json, struct err *err)
{
	struct db_rows rows;
	bool found;

	if (!db_rows(txn, BODY, VALUES(V(id)), &rows, err))
		return false;
	found = db_next(&rows);
	if (found && der)
		*der = db_bytes(&rows, 0, arena);
	if (found && facts_json)
		*facts_json = db_text(&rows, 1, arena);
	if (!db_rows_end(&rows, err))
		return false;
	return found || err_set(err, ERR_ABSENT, "no such certificate");
}

bool store_certificate_issued_count(struct store_txn *txn, int64_t id, int64_t *out, struct err *err)
{
	return db_number(txn, ISSUED_COUNT, VALUES(V(id)), 0, out, err);
}

bool store_certificate_chain(struct store_txn *txn, struct arena *arena, int64_t id,
			     const struct model_certificate **rows, size_t *count, struct err *err)
{
	int64_t location;

	*rows = NULL;
	*count = 0;
	if (!db_number(txn, CHAIN_LOCATION, VALUES(V(id)), 0, &location, err))
		return false;
	return location == 0 || list_all(txn, arena, &certificate_list, CHAIN, VALUES(V(location), V(id)),
					 LIMIT_CHAIN_CERTS, (const void **)rows, count, err);
}

bool store_certificate_id(struct store_txn *txn, const uint8_t sha256[HASH_SHA256], int64_t *id, struct err *err)
{
	int64_t found;

	if (!db_number(txn, ID_BY_HASH, VALUES(V_HASH(sha256)), 0, &found, err))
		return false;
	if (found == 0)
		return err_set(err, ERR_ABSENT, "no such certificate");
	*id = found;
	return true;
}

bool store_certificate_same_name(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
				 const struct model_certificate **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &certificate_list, SAME_NAME, VALUES(V(id), V(most)), most, (const void **)rows,
			count, err);
}

bool store_certificate_hosts(struct store_txn *txn, int64_t id, int64_t *out, struct err *err)
{
	return db_number(txn, HOSTS, VALUES(V(id)), 0, out, err);
}

/* ---- adding ---- */

static bool key_for(struct store_txn *txn, const struct model_certificate *row, int64_t *id, struct err *err)
{
	return db_number(txn, KEY_ADD,
			 VALUES(V(store_new_id(txn->store)), V_HASH(row->key_sha256), V(row->key_algorithm),
				V(row->key_bits), V(row->key_curve), V(row->first_seen), V(row->demo)),
			 0, id, err);
}

/* "CN=www.example.org" of a certificate for that name has nothing more to be found by. */
static bool subject_is_name(const struct model_new_certificate *certificate)
{
	struct str subject = certificate->row.subject;

	if (!str_starts_nocase(subject, STR("CN=")))
		return false;
	for (size_t i = 0; i < certificate->name_count; i++)
		if (str_equal_nocase(str_skip(subject, 3), certificate->names[i]))
			return true;
	return false;
}

static bool add_names(struct store_txn *txn, struct arena *arena, const struct model_new_certificate *certificate,
		      int64_t id, struct err *err)
{
	const struct model_certificate *row = &certificate->row;
	CLEANUP(buf_done) struct buf text = buf_capped(SEARCH_BYTES);

	for (size_t i = 0; i < certificate->name_count; i++) {
		struct str name = arena_lower(arena, certificate->names[i]);

		buf_add_str(&text, name);
		buf_add_char(&text, '\n');
		if (!db_run(txn, NAME_ADD, VALUES(V(name), V(id)), err))
			return false;
	}
	if (!subject_is_name(certificate))
		buf_add_str(&text, arena_lower(arena, row->subject));
	return db_run(txn, txn->db->driver->search_add, VALUES(V(id), V(buf_str(&text))), err);
}

static bool add_row(struct store_txn *txn, struct arena *arena, const struct model_certificate *row, int64_t id,
		    int64_t key_id, struct err *err)
{
	struct str issuer = row->issuer_cn.data && row->issuer_cn.len ? row->issuer_cn : row->issuer;

	return db_run(txn, ADD,
		      VALUES(V(id), V_HASH(row->sha256), V(arena_lower(arena, row->name)), V(row->subject),
			     V(row->issuer), V(row->subject_cn), V(row->issuer_cn), V(arena_lower(arena, issuer)),
			     V(row->serial), V(row->not_before), V(row->not_after),
			     V(model_expiring_at(row->not_before, row->not_after)), V(row->lifetime_s), V(key_id),
			     V(row->signature), V(row->names_count), V(row->ca), V(row->self_signed),
			     V(row->problems), V(row->first_seen), V(row->last_seen), V(row->demo),
			     V(row->validation), V(row->wildcard),
			     V(row->self_signed ? MODEL_KIND_SELF_SIGNED : row->validation)),
		      err);
}

static bool add_issued(struct store_txn *txn, const struct model_certificate *row, int64_t id, struct err *err)
{
	return (str_equal(row->subject, row->issuer) || db_run(txn, ISSUED, VALUES(V(row->issuer)), err)) &&
	       (!row->ca || db_run(txn, ISSUED_BEFORE, VALUES(V(id), V(row->subject)), err));
}

bool store_certificate_add(struct store_txn *txn, const struct model_new_certificate *certificate, int64_t *id,
			   bool *added, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = NULL;
	int64_t key_id, made;

	if (!db_number(txn, ID_BY_HASH, VALUES(V_HASH(certificate->row.sha256)), 0, id, err))
		return false;
	if (added)
		*added = *id == 0;
	if (*id)
		return true;
	arena = arena_new();
	made = store_new_id(txn->store);
	if (!key_for(txn, &certificate->row, &key_id, err) ||
	    !add_row(txn, arena, &certificate->row, made, key_id, err) ||
	    !db_run(txn, BODY_ADD, VALUES(V(made), V(certificate->der), V(certificate->facts_json)), err) ||
	    !add_names(txn, arena, certificate, made, err) || !add_issued(txn, &certificate->row, made, err) ||
	    !counter_add(txn, "certificates", 1, err) ||
	    (certificate->row.demo && !counter_add(txn, "demo", 1, err)))
		return err_wrap(err, "add certificate");
	*id = made;
	return true;
}
