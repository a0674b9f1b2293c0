/* SPDX-License-Identifier: Apache-2.0 */

/* /teams: who answers for what, and the people by role. */

#include "api/routes/route.h"

#include "base/arena.h"
#include "base/limits.h"

void row_team(struct json_out *json, const struct model_team *row)
{
	json_out_object(json);
	row_id(json, "id", row->id);
	json_out_key_str(json, "name", row->name);
	row_text(json, "note", row->note);
	json_out_key(json, "contacts");
	json_out_array(json);
	for (size_t i = 0; i < row->contact_count; i++) {
		json_out_object(json);
		json_out_key_text(json, "role", model_contact_role_name(row->contacts[i].role));
		json_out_key_str(json, "name", row->contacts[i].name);
		row_text(json, "email", row->contacts[i].email);
		json_out_end_object(json);
	}
	json_out_end_array(json);
	json_out_key_int(json, "lineages", row->lineages);
	json_out_key_int(json, "services", row->services);
	json_out_key_int(json, "hosts", row->hosts);
	json_out_key_time(json, "created_at", row->created_at);
	json_out_key_bool(json, "demo", row->demo);
	json_out_end_object(json);
}

bool handle_teams(struct call *call, struct err *err)
{
	static const enum store_named_sort sorts[] = {STORE_NAMED_BY_NAME, STORE_NAMED_BY_LINEAGES};
	CLEANUP(list_done) struct list list = {0};
	const struct model_team *rows;
	struct store_more more;
	size_t count;

	if (!list_start(&list, call, err) ||
	    !store_teams(call->txn, call->arena, http_query(call->request, "q"), sorts[list.sort], &list.page, &rows,
			 &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct model_team row = rows[i];

		if (!store_team_contacts(call->txn, call->arena, row.id, &row.contacts, &row.contact_count, err))
			return false;
		row_team(list_item(&list), &row);
		list_item_end(&list);
	}
	return list_end(&list, &more, err);
}

bool handle_team(struct call *call, struct err *err)
{
	version_header(call, call->object.team.version);
	row_team(&call->json, &call->object.team);
	return true;
}

/* ---- changing ---- */

static bool contacts_read(struct call *call, struct model_team *team, struct err *err)
{
	const struct json_value *list = json_in_get(call->body, "contacts");
	size_t count = json_in_type(list) == JSON_IS_ARRAY ? json_in_count(list) : 0;
	struct model_contact *to = ARENA_ARRAY(call->arena, struct model_contact, LIMIT_TEAM_CONTACTS);

	if (!body_has(call, "contacts"))
		return true;
	if (count > LIMIT_TEAM_CONTACTS) {
		err_set(err, ERR_INPUT, "contacts: more than %d of them", LIMIT_TEAM_CONTACTS);
		return err_fix(err, "contacts-too-many", "name a mailing list");
	}
	for (size_t i = 0; i < count; i++) {
		const struct json_value *one = json_in_at(list, i);

		to[i].name = json_in_str(json_in_get(one, "name"), STR(""));
		to[i].email = json_in_str(json_in_get(one, "email"), STR(""));
		if (!model_contact_role_read(json_in_str(json_in_get(one, "role"), STR("")), &to[i].role))
			return err_set(err, ERR_INPUT, "contacts: no such role");
	}
	team->contacts = to;
	team->contact_count = count;
	return true;
}

static bool team_read(struct call *call, struct model_team *team, struct err *err)
{
	team->name = body_text(call, "name", team->name);
	team->note = body_text(call, "note", team->note);
	return contacts_read(call, team, err);
}

static bool answer(struct call *call, int64_t id, struct err *err)
{
	return call_reread(call, err) && store_team(call->txn, call->arena, id, &call->object.team, err) &&
	       handle_team(call, err);
}

bool handle_team_new(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_team team = {.name = STR(""), .note = STR("")};
	int64_t id;

	if (!team_read(call, &team, err) || !change_begin(call, &txn, err) ||
	    !store_team_add(txn, &team, call->now, &id, err) ||
	    !change_commit(call, &txn, "team.create", "team", id, err))
		return false;
	http_response_header(call->response, "Location", arena_format(call->arena, "/api/v1/teams/%lld", (long long)id));
	return answer(call, id, err);
}

bool handle_team_change(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct model_team team = call->object.team;

	if (!version_check(call, team.version, err) || !team_read(call, &team, err))
		return false;
	if (!change_begin(call, &txn, err) || !store_team_change(txn, &team, err) ||
	    !change_commit(call, &txn, "team.change", "team", team.id, err))
		return change_failed(call, err);
	return answer(call, team.id, err);
}

bool handle_team_remove(struct call *call, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	const struct model_team *team = &call->object.team;
	int64_t to;

	if (!version_check(call, team->version, err) || !to_read(call, &to, err))
		return false;
	if (!change_begin(call, &txn, err) || !store_team_remove(txn, team->id, to, team->version, call->now, err) ||
	    !change_commit(call, &txn, "team.remove", "team", team->id, err))
		return change_failed(call, err);
	return true;
}
