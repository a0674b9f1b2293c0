/* SPDX-License-Identifier: Apache-2.0 */

/* What handlers that change a noun share: members of a body, and one transaction with its audit entry. */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"

bool body_has(const struct call *call, const char *key)
{
	return json_in_type(json_in_get(call->body, key)) != JSON_ABSENT;
}

struct str body_text(const struct call *call, const char *key, struct str or)
{
	const struct json_value *value = json_in_get(call->body, key);

	return json_in_type(value) == JSON_IS_NULL ? STR("") : json_in_str(value, or);
}

bool body_id(const struct call *call, const char *key, int64_t *out, struct err *err)
{
	struct str text = json_in_str(json_in_get(call->body, key), (struct str){NULL, 0});
	uint64_t number = 0;

	if (text.data && (!str_to_u64(text, INT64_MAX, &number) || number == 0)) {
		err_set(err, ERR_INPUT, "%s: \"%.*s\" is not an id", key, STR_ARG(str_head(text, 40)));
		return err_fix(err, "body-id", "give the id as the list has it, or null for none");
	}
	*out = (int64_t)number;
	return true;
}

bool body_words(struct call *call, const char *key, size_t most, const struct str **out, size_t *count, struct err *err)
{
	const struct json_value *list = json_in_get(call->body, key);
	struct str *to;

	*count = json_in_type(list) == JSON_IS_ARRAY ? json_in_count(list) : 0;
	if (*count > most) {
		err_set(err, ERR_INPUT, "%s: more than %zu of them", key, most);
		return err_fix(err, "body-range", "send fewer");
	}
	to = ARENA_ARRAY(call->arena, struct str, *count + 1);
	for (size_t i = 0; i < *count; i++)
		to[i] = json_in_str(json_in_at(list, i), STR(""));
	*out = to;
	return true;
}

enum model_criticality body_criticality(const struct call *call, enum model_criticality or)
{
	enum model_criticality read = MODEL_CRITICALITY_NONE;

	if (!body_has(call, "criticality"))
		return or;
	if (!model_criticality_read(json_in_str(json_in_get(call->body, "criticality"), STR("none")), &read))
		return MODEL_CRITICALITY_NONE;
	return read;
}

bool change_begin(struct call *call, struct store_txn **txn, struct err *err)
{
	store_end(&call->txn);
	return store_write(call->api->options.store, txn, err);
}

bool change_commit(struct call *call, struct store_txn **txn, const char *what, const char *noun, int64_t id,
		   struct err *err)
{
	return audit_add(*txn, &call->actor, what, arena_format(call->arena, "%s:%lld", noun, (long long)id), call->now,
			 err) &&
	       store_commit(txn, err);
}

bool change_failed(struct call *call, const struct err *err)
{
	if (err->kind == ERR_CONFLICT && strcmp(err->code, "changed") == 0)
		call->error_status = 412;
	return false;
}

bool to_read(struct call *call, int64_t *out, struct err *err)
{
	struct str text = http_query(call->request, "to");
	uint64_t number = 0;

	if (text.data && (!str_to_u64(text, INT64_MAX, &number) || number == 0)) {
		err_set(err, ERR_INPUT, "to: \"%.*s\" is not an id", STR_ARG(str_head(text, 40)));
		return err_fix(err, "parameter", "give the id of the one that takes over");
	}
	*out = (int64_t)number;
	return true;
}
