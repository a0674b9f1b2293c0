/* SPDX-License-Identifier: Apache-2.0 */

/* Teams and their contacts. A team that answers for something is not removed: what it has goes to another first. */

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "records/store/inside.h"
#include "records/store/query.h"

static const char ONE[] = "SELECT " TEAM_COLUMNS " FROM teams t WHERE t.id = $1";
static const char BY_NAME[] = "SELECT " TEAM_COLUMNS " FROM teams t WHERE t.name_lower = $1";
static const char CONTACTS[] = "SELECT role, name, email FROM contacts WHERE team_id = $1 ORDER BY place";
static const char CONTACTS_CLEAR[] = "DELETE FROM contacts WHERE team_id = $1";
static const char CONTACT_ADD[] = "INSERT INTO contacts (team_id, place, role, name, email) VALUES ($1, $2, $3, $4, $5)";
static const char ADD[] = "INSERT INTO teams (id, name, name_lower, note, created_at, demo) "
			  "VALUES ($1, $2, $3, $4, $5, $6)";
static const char SET[] = "UPDATE teams SET version = version + 1, name = $2, name_lower = $3, note = $4 "
			  "WHERE id = $1 AND version = $5";
static const char HAS[] = "SELECT version, lineage_count + service_count + host_count FROM teams WHERE id = $1";
static const char REMOVE[] = "DELETE FROM teams WHERE id = $1";
static const char THERE[] = "SELECT 1 FROM teams WHERE id = $1";
static const char LINEAGES[] = "SELECT id FROM lineages WHERE team_id = $1 ORDER BY id";
/* of those that were counted with the lineages moved before */
static const char SERVICES_MOVE[] = "UPDATE services SET team_id = $2, version = version + 1 WHERE team_id = $1";
static const char HOSTS_MOVE[] = "UPDATE hosts SET team_id = $2, version = version + 1 WHERE team_id = $1";
static const char COUNTS_MOVE[] = "UPDATE teams SET service_count = service_count + $2, host_count = host_count + $3 "
				  "WHERE id = $1";

static void team_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_team *row = to;

	*row = (struct model_team){
		.id = db_int(rows, at),
		.name = db_text(rows, at + 1, arena),
		.note = db_text(rows, at + 2, arena),
		.lineages = db_int(rows, at + 3),
		.services = db_int(rows, at + 4),
		.hosts = db_int(rows, at + 5),
		.created_at = db_int(rows, at + 6),
		.version = db_int(rows, at + 7),
		.demo = db_int(rows, at + 8) != 0,
	};
}

const struct list team_list = {
	.columns = TEAM_COLUMNS, .from = "teams t", .id = "t.id", .row_size = sizeof(struct model_team), .read = team_read,
};

bool store_teams(struct store_txn *txn, struct arena *arena, struct str part, enum store_named_sort sort,
		 const struct store_page *page, const struct model_team **rows, size_t *count, struct store_more *more,
		 struct err *err)
{
	static const struct list_sort sorts[] = {
		[STORE_NAMED_BY_NAME] = {"t.name_lower", true},
		[STORE_NAMED_BY_LINEAGES] = {"t.lineage_count", false},
	};

	return list_named(txn, arena, &team_list, "t.name_lower ?", part, &sorts[sort], page, (const void **)rows, count,
			  more, err);
}

bool store_team_contacts(struct store_txn *txn, struct arena *arena, int64_t id, const struct model_contact **out,
			 size_t *count, struct err *err)
{
	struct model_contact *to = ARENA_ARRAY(arena, struct model_contact, LIMIT_TEAM_CONTACTS);
	struct db_rows rows;

	if (!db_rows(txn, CONTACTS, VALUES(V(id)), &rows, err))
		return false;
	for (*count = 0; *count < LIMIT_TEAM_CONTACTS && db_next(&rows); ++*count)
		to[*count] = (struct model_contact){(enum model_contact_role)db_int(&rows, 0), db_text(&rows, 1, arena),
						    db_text(&rows, 2, arena)};
	*out = to;
	return db_rows_end(&rows, err);
}

bool store_team(struct store_txn *txn, struct arena *arena, int64_t id, struct model_team *out, struct err *err)
{
	return list_one(txn, arena, &team_list, ONE, VALUES(V(id)), "team", out, err) &&
	       store_team_contacts(txn, arena, id, &out->contacts, &out->contact_count, err);
}

bool store_team_by_name(struct store_txn *txn, struct arena *arena, struct str name, struct model_team *out,
			struct err *err)
{
	return list_one(txn, arena, &team_list, BY_NAME, VALUES(V(arena_lower(arena, name))), "team", out, err) &&
	       store_team_contacts(txn, arena, out->id, &out->contacts, &out->contact_count, err);
}

/* ---- changes ---- */

static bool email_fits(struct str email, struct err *err)
{
	size_t at = str_find_char(email, '@');
	bool wrong = email.len > 254 || at == 0 || (email.len && (at == SIZE_MAX || at + 1 == email.len));

	for (size_t i = 0; i < email.len; i++)
		wrong |= (unsigned char)email.data[i] <= 0x20 || email.data[i] == 0x7f;
	if (!wrong)
		return true;
	err_set(err, ERR_INPUT, "email: \"%.*s\" is not an address", STR_ARG(str_head(email, 80)));
	return err_fix(err, "email", "write name@example.org");
}

static bool team_fits(const struct model_team *team, struct err *err)
{
	if (team->contact_count > LIMIT_TEAM_CONTACTS) {
		err_set(err, ERR_INPUT, "contacts: more than %d of them", LIMIT_TEAM_CONTACTS);
		return err_fix(err, "contacts-too-many", "name a mailing list");
	}
	for (size_t i = 0; i < team->contact_count; i++)
		if (!name_fits("contact", team->contacts[i].name, err) || !email_fits(team->contacts[i].email, err))
			return false;
	return name_fits("name", team->name, err) && text_fits("note", team->note, LIMIT_NOTE_BYTES, err);
}

static bool contacts_put(struct store_txn *txn, int64_t id, const struct model_team *team, struct err *err)
{
	if (!db_run(txn, CONTACTS_CLEAR, VALUES(V(id)), err))
		return false;
	for (size_t i = 0; i < team->contact_count; i++)
		if (!db_run(txn, CONTACT_ADD,
			    VALUES(V(id), V(i), V(team->contacts[i].role), V(team->contacts[i].name),
				   V(team->contacts[i].email)),
			    err))
			return false;
	return true;
}

static bool taken(struct str name, struct err *err)
{
	if (!err || err->kind != ERR_CONFLICT)
		return false;
	err_set(err, ERR_CONFLICT, "there is a team \"%.*s\" already", STR_ARG(name));
	return err_fix(err, "name-taken", "choose another name, or change that one");
}

bool store_team_add(struct store_txn *txn, const struct model_team *team, int64_t now, int64_t *id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	int64_t made = store_new_id(txn->store);

	if (!team_fits(team, err))
		return false;
	if (!db_run(txn, ADD,
		    VALUES(V(made), V(team->name), V(arena_lower(arena, team->name)),
			   V(team->note.data ? team->note : STR("")), V(now), V(team->demo)),
		    err))
		return taken(team->name, err);
	*id = made;
	return contacts_put(txn, made, team, err) && (!team->demo || counter_add(txn, "demo", 1, err));
}

bool store_team_change(struct store_txn *txn, const struct model_team *team, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	int64_t met;

	if (!team_fits(team, err))
		return false;
	if (!db_change(txn, SET,
		       VALUES(V(team->id), V(team->name), V(arena_lower(arena, team->name)),
			      V(team->note.data ? team->note : STR("")), V(team->version)),
		       &met, err))
		return taken(team->name, err);
	return met == 1 ? contacts_put(txn, team->id, team, err) : store_stale("team", err);
}

/* ---- removing ---- */

static bool ids_read(struct store_txn *txn, struct arena *arena, const char *sql, int64_t id, int64_t **out,
		     size_t *count, struct err *err)
{
	struct db_rows rows;
	size_t room = 64;

	if (!db_rows(txn, sql, VALUES(V(id)), &rows, err))
		return false;
	*out = ARENA_ARRAY(arena, int64_t, room);
	for (*count = 0; db_next(&rows); ++*count) {
		if (*count == room) {
			int64_t *more = ARENA_ARRAY(arena, int64_t, room * 2);

			memcpy(more, *out, room * sizeof *more);
			*out = more;
			room *= 2;
		}
		(*out)[*count] = db_int(&rows, 0);
	}
	return db_rows_end(&rows, err);
}

static bool lineages_move(struct store_txn *txn, int64_t from, int64_t to, int64_t now, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct store_lineage_change change = {.set_owner = true, .owner = to};
	int64_t *ids;
	size_t count;
	bool changed;

	if (!ids_read(txn, arena, LINEAGES, from, &ids, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!store_lineage_change(txn, ids[i], &change, now, &changed, err))
			return false;
	return true;
}

static bool move_all(struct store_txn *txn, int64_t from, int64_t to, int64_t now, struct err *err)
{
	int64_t there, services, hosts;

	if (!db_number(txn, THERE, VALUES(V(to)), 0, &there, err))
		return false;
	if (!there || to == from) {
		err_set(err, ERR_INPUT, "there is no other team %lld to move to", (long long)to);
		return err_fix(err, "no-such-team", "list them first");
	}
	return lineages_move(txn, from, to, now, err) &&
	       db_change(txn, SERVICES_MOVE, VALUES(V(from), V(to)), &services, err) &&
	       db_change(txn, HOSTS_MOVE, VALUES(V(from), V(to)), &hosts, err) &&
	       db_run(txn, COUNTS_MOVE, VALUES(V(to), V(services), V(hosts)), err);
}

bool store_team_remove(struct store_txn *txn, int64_t id, int64_t to_team, int64_t if_version, int64_t now,
		       struct err *err)
{
	struct db_rows rows;
	int64_t version = 0, has = 0;
	bool found;

	if (!db_rows(txn, HAS, VALUES(V(id)), &rows, err))
		return false;
	found = db_next(&rows);
	version = found ? db_int(&rows, 0) : 0;
	has = found ? db_int(&rows, 1) : 0;
	if (!db_rows_end(&rows, err))
		return false;
	if (!found)
		return err_set(err, ERR_ABSENT, "no such team");
	if (if_version && if_version != version)
		return store_stale("team", err);
	if (has && !to_team) {
		err_set(err, ERR_CONFLICT, "the team answers for %lld lineages, services and hosts", (long long)has);
		return err_fix(err, "in-use", "say which team takes them: ?to=TEAM");
	}
	return (!has || move_all(txn, id, to_team, now, err)) && db_run(txn, CONTACTS_CLEAR, VALUES(V(id)), err) &&
	       db_run(txn, REMOVE, VALUES(V(id)), err);
}
