/* SPDX-License-Identifier: Apache-2.0 */

/* Business services: what lineages and hosts are for. */

#include "base/arena.h"
#include "base/limits.h"
#include "records/store/inside.h"
#include "records/store/query.h"

#define COLUMNS                                                                                    \
	"v.id, v.name, v.criticality, v.environment, v.note, v.cmdb_id, v.team_id, (SELECT t.name FROM "    \
	"teams t WHERE t.id = v.team_id), v.lineage_count, v.host_count, v.created_at, v.version, v.demo"

static const char ONE[] = "SELECT " COLUMNS " FROM services v WHERE v.id = $1";
static const char BY_NAME[] = "SELECT " COLUMNS " FROM services v WHERE v.name_lower = $1";
static const char ADD[] =
	"INSERT INTO services (id, name, name_lower, criticality, environment, note, cmdb_id, team_id, created_at, demo) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
static const char IS[] = "SELECT version, COALESCE(team_id, 0), lineage_count + host_count FROM services WHERE id = $1";
static const char SET[] =
	"UPDATE services SET version = version + 1, name = $2, name_lower = $3, criticality = $4, environment = $5, "
	"note = $6, cmdb_id = $7, team_id = $8 WHERE id = $1";
static const char REMOVE[] = "DELETE FROM services WHERE id = $1";
static const char THERE[] = "SELECT 1 FROM services WHERE id = $1";
static const char TEAM_SERVICES[] = "UPDATE teams SET service_count = service_count + $2 WHERE id = $1";
static const char LINEAGES_MOVE[] = "UPDATE lineages SET service_id = $2, version = version + 1 WHERE service_id = $1";
static const char HOSTS_MOVE[] = "UPDATE hosts SET service_id = $2, version = version + 1 WHERE service_id = $1";
static const char COUNTS_MOVE[] = "UPDATE services SET lineage_count = lineage_count + $2, host_count = host_count + "
				  "$3 WHERE id = $1";

static void service_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_service *row = to;

	*row = (struct model_service){
		.id = db_int(rows, at),
		.name = db_text(rows, at + 1, arena),
		.criticality = (enum model_criticality)db_int(rows, at + 2),
		.environment = db_text(rows, at + 3, arena),
		.note = db_text(rows, at + 4, arena),
		.cmdb_id = db_text(rows, at + 5, arena),
		.owner = {db_int(rows, at + 6), db_text(rows, at + 7, arena)},
		.lineages = db_int(rows, at + 8),
		.hosts = db_int(rows, at + 9),
		.created_at = db_int(rows, at + 10),
		.version = db_int(rows, at + 11),
		.demo = db_int(rows, at + 12) != 0,
	};
}

static const struct list service_list = {
	.columns = COLUMNS,
	.from = "services v",
	.id = "v.id",
	.row_size = sizeof(struct model_service),
	.read = service_read,
};

bool store_services(struct store_txn *txn, struct arena *arena, struct str part, enum store_named_sort sort,
		    const struct store_page *page, const struct model_service **rows, size_t *count,
		    struct store_more *more, struct err *err)
{
	static const struct list_sort sorts[] = {
		[STORE_NAMED_BY_NAME] = {"v.name_lower", true},
		[STORE_NAMED_BY_LINEAGES] = {"v.lineage_count", false},
	};

	return list_named(txn, arena, &service_list, "v.name_lower ?", part, &sorts[sort], page, (const void **)rows,
			  count, more, err);
}

bool store_service(struct store_txn *txn, struct arena *arena, int64_t id, struct model_service *out, struct err *err)
{
	return list_one(txn, arena, &service_list, ONE, VALUES(V(id)), "service", out, err);
}

bool store_service_by_name(struct store_txn *txn, struct arena *arena, struct str name, struct model_service *out,
			   struct err *err)
{
	return list_one(txn, arena, &service_list, BY_NAME, VALUES(V(arena_lower(arena, name))), "service", out, err);
}

/* ---- changes ---- */

static struct str or_empty(struct str text)
{
	return text.data ? text : STR("");
}

static bool service_fits(const struct model_service *service, struct err *err)
{
	if (service->environment.len && !model_word_is_good(service->environment)) {
		err_set(err, ERR_INPUT, "environment: \"%.*s\" is not one word",
			STR_ARG(str_head(service->environment, 80)));
		return err_fix(err, "environment-word", "use up to 64 of a-z, 0-9 and . _ - / + = @ #");
	}
	return name_fits("name", service->name, err) && text_fits("note", service->note, LIMIT_NOTE_BYTES, err) &&
	       text_fits("cmdb_id", service->cmdb_id, LIMIT_NAME_BYTES, err);
}

static bool taken(struct str name, struct err *err)
{
	if (!err || err->kind != ERR_CONFLICT)
		return false;
	err_set(err, ERR_CONFLICT, "there is a service \"%.*s\" already", STR_ARG(name));
	return err_fix(err, "name-taken", "choose another name, or change that one");
}

bool store_service_add(struct store_txn *txn, const struct model_service *service, int64_t now, int64_t *id,
		       struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	int64_t made = store_new_id(txn->store);

	if (!service_fits(service, err) || !count_move(txn, TEAM_SERVICES, 0, service->owner.id, "team", err))
		return false;
	if (!db_run(txn, ADD,
		    VALUES(V(made), V(service->name), V(arena_lower(arena, service->name)), V(service->criticality),
			   V(or_empty(service->environment)), V(or_empty(service->note)), V(or_empty(service->cmdb_id)),
			   id_or_null(service->owner.id), V(now), V(service->demo)),
		    err))
		return taken(service->name, err);
	*id = made;
	return !service->demo || counter_add(txn, "demo", 1, err);
}

struct is {
	int64_t version, team, has;
};

static bool is_read(struct store_txn *txn, int64_t id, int64_t if_version, struct is *to, struct err *err)
{
	struct db_rows rows;
	bool found;

	if (!db_rows(txn, IS, VALUES(V(id)), &rows, err))
		return false;
	found = db_next(&rows);
	if (found)
		*to = (struct is){db_int(&rows, 0), db_int(&rows, 1), db_int(&rows, 2)};
	if (!db_rows_end(&rows, err))
		return false;
	if (!found)
		return err_set(err, ERR_ABSENT, "no such service");
	return !if_version || if_version == to->version || store_stale("service", err);
}

bool store_service_change(struct store_txn *txn, const struct model_service *service, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct is is;

	if (!service_fits(service, err) || !is_read(txn, service->id, service->version, &is, err) ||
	    !count_move(txn, TEAM_SERVICES, is.team, service->owner.id, "team", err))
		return false;
	return db_run(txn, SET,
		      VALUES(V(service->id), V(service->name), V(arena_lower(arena, service->name)),
			     V(service->criticality), V(or_empty(service->environment)), V(or_empty(service->note)),
			     V(or_empty(service->cmdb_id)), id_or_null(service->owner.id)),
		      err) ||
	       taken(service->name, err);
}

static bool move_all(struct store_txn *txn, int64_t from, int64_t to, struct err *err)
{
	int64_t there, lineages, hosts;

	if (!db_number(txn, THERE, VALUES(V(to)), 0, &there, err))
		return false;
	if (!there || to == from) {
		err_set(err, ERR_INPUT, "there is no other service %lld to move to", (long long)to);
		return err_fix(err, "no-such-service", "list them first");
	}
	return db_change(txn, LINEAGES_MOVE, VALUES(V(from), V(to)), &lineages, err) &&
	       db_change(txn, HOSTS_MOVE, VALUES(V(from), V(to)), &hosts, err) &&
	       db_run(txn, COUNTS_MOVE, VALUES(V(to), V(lineages), V(hosts)), err);
}

bool store_service_remove(struct store_txn *txn, int64_t id, int64_t to_service, int64_t if_version, int64_t now,
			  struct err *err)
{
	struct is is = {0};

	if (!is_read(txn, id, if_version, &is, err))
		return false;
	if (is.has && !to_service) {
		err_set(err, ERR_CONFLICT, "%lld lineages and hosts are of this service", (long long)is.has);
		return err_fix(err, "in-use", "say which service takes them: ?to=SERVICE");
	}
	return (!is.has || move_all(txn, id, to_service, err)) &&
	       count_move(txn, TEAM_SERVICES, is.team, 0, "team", err) && db_run(txn, REMOVE, VALUES(V(id)), err);
}
