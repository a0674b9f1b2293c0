/* SPDX-License-Identifier: Apache-2.0 */

/* Loaders: from the path to the object, so that no handler sees an id that was not looked up. */

#include "api/routes/route.h"

#include "base/hex.h"

bool load_nothing(struct call *call, struct err *err)
{
	return true;
}

static bool no_such(struct call *call, const char *noun, struct err *err)
{
	err_set(err, ERR_ABSENT, "there is no %s \"%.*s\"", noun, STR_ARG(call->params[0]));
	return err_fix(err, "not-found", "list them first");
}

static bool id_of(struct call *call, const char *noun, int64_t *id, struct err *err)
{
	uint64_t number;

	if (!str_to_u64(call->params[0], INT64_MAX, &number) || number == 0)
		return no_such(call, noun, err);
	*id = (int64_t)number;
	return true;
}

/* Says "there is no …" in our words when the store says that it is absent. */
static bool found(struct call *call, const char *noun, bool ok, struct err *err)
{
	return ok || err->kind != ERR_ABSENT ? ok : no_such(call, noun, err);
}

bool load_certificate(struct call *call, struct err *err)
{
	uint8_t sha256[HASH_SHA256];

	if (!hex_read(call->params[0], sha256, sizeof sha256))
		return no_such(call, "certificate", err);
	return found(call, "certificate",
		     store_certificate(call->txn, call->arena, sha256, &call->object.certificate, err), err);
}

bool load_endpoint(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "endpoint", &id, err) &&
	       found(call, "endpoint", store_endpoint(call->txn, call->arena, id, &call->object.endpoint, err), err);
}

bool load_calendar(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "calendar", &id, err) &&
	       found(call, "calendar", store_calendar(call->txn, call->arena, id, &call->object.calendar, err), err);
}

bool load_lineage(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "lineage", &id, err) &&
	       found(call, "lineage", store_lineage(call->txn, call->arena, id, &call->object.lineage, err), err);
}

bool load_scan(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "scan", &id, err) &&
	       found(call, "scan", store_scan(call->txn, call->arena, id, &call->object.scan, err), err);
}

bool load_rule(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "rule", &id, err) &&
	       found(call, "rule", store_rule(call->txn, call->arena, id, &call->object.rule, err), err);
}

bool load_source(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "source", &id, err) &&
	       found(call, "source", store_source(call->txn, call->arena, id, &call->object.source, err), err);
}

bool load_job(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "job", &id, err) &&
	       found(call, "job", store_job(call->txn, call->arena, id, &call->object.job, err), err);
}

/* Somebody else's own view is not there for others. */
bool load_view(struct call *call, struct err *err)
{
	struct model_view *view = &call->object.view;
	int64_t id;

	if (!id_of(call, "view", &id, err) || !found(call, "view", store_view(call->txn, call->arena, id, view, err), err))
		return false;
	return view->shared || view->owner_id == call->caller.session.user.id || no_such(call, "view", err);
}

bool load_selection(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "selection", &id, err) &&
	       found(call, "selection",
		     store_selection(call->txn, call->arena, id, call->now, &call->object.selection, err), err);
}

bool load_team(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "team", &id, err) &&
	       found(call, "team", store_team(call->txn, call->arena, id, &call->object.team, err), err);
}

bool load_service(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "service", &id, err) &&
	       found(call, "service", store_service(call->txn, call->arena, id, &call->object.service, err), err);
}

bool load_host(struct call *call, struct err *err)
{
	int64_t id;

	return id_of(call, "host", &id, err) &&
	       found(call, "host", store_host(call->txn, call->arena, id, &call->object.host, err), err);
}

bool load_key(struct call *call, struct err *err)
{
	uint8_t sha256[HASH_SHA256];

	if (!hex_read(call->params[0], sha256, sizeof sha256))
		return no_such(call, "key", err);
	return found(call, "key", store_key(call->txn, call->arena, sha256, &call->object.key, err), err);
}

/* The socket has no session to end. */
bool load_current_session(struct call *call, struct err *err)
{
	if (!call->caller.local)
		return true;
	err_set(err, ERR_ABSENT, "there is no session on this socket");
	return err_fix(err, "not-found", "nothing is to be done");
}
