/* SPDX-License-Identifier: Apache-2.0 */

/* Lists of logs: Google's schema 3, which others use too; and single logs as options have them. */

#include <string.h>

#include "base/clock.h"
#include "base/hex.h"
#include "discovery/ct/inside.h"

static const char *const apis[] = {
#define X(name, word) [CT_##name] = word,
	CT_APIS_ALL(X)
#undef X
};
static const char *const states[] = {
#define X(name, word) [CT_##name] = word,
	CT_STATES_ALL(X)
#undef X
};

const char *ct_state_name(enum ct_state state)
{
	return states[state];
}

static struct str text_of(struct arena *arena, const struct json_value *object, const char *key)
{
	struct str text = json_in_str(json_in_get(object, key), (struct str){NULL, 0});

	return text.data ? arena_str(arena, text) : text;
}

static struct str without_slash(struct str url)
{
	while (url.len && url.data[url.len - 1] == '/')
		url.len--;
	return url;
}

/* "https://log.example.org/2026/" -> "log.example.org/2026" */
static struct str without_scheme(struct str url)
{
	size_t at = str_find(url, STR("://"));

	return without_slash(at == SIZE_MAX ? url : str_skip(url, at + 3));
}

static bool key_read(struct arena *arena, struct str text, struct ct_log *log)
{
	if (!text.data || !base64_read(text, arena, &log->key) || log->key.len == 0 || log->key.len > 4096)
		return false;
	hash_sha256(log->key, log->id);
	return true;
}

static int64_t time_of(const struct json_value *object, const char *key)
{
	int64_t at = 0;

	return clock_read(json_in_str(json_in_get(object, key), STR("")), &at) ? at : 0;
}

/* The last state in the list of a log that has been through several; none: one for tests. */
static bool state_read(const struct json_value *log, enum ct_state *out)
{
	const struct json_value *state = json_in_get(log, "state");
	bool found = false;

	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (json_in_type(json_in_get(state, states[i])) == JSON_IS_OBJECT) {
			*out = (enum ct_state)i;
			found = true;
		}
	return found;
}

static bool listed_read(struct arena *arena, const struct json_value *value, enum ct_api api, struct ct_log *out)
{
	const struct json_value *interval = json_in_get(value, "temporal_interval");
	struct ct_log log = {.api = api, .name = text_of(arena, value, "description")};
	struct str id = json_in_str(json_in_get(value, "log_id"), STR(""));
	struct bytes said;

	log.url = without_slash(text_of(arena, value, api == CT_STATIC ? "monitoring_url" : "url"));
	log.origin = without_scheme(text_of(arena, value, "submission_url"));
	log.from = time_of(interval, "start_inclusive");
	log.until = time_of(interval, "end_exclusive");
	if (!log.name.data || log.url.len == 0 || (api == CT_STATIC && log.origin.len == 0) || !state_read(value, &log.state) ||
	    !key_read(arena, text_of(arena, value, "key"), &log) || !base64_read(id, arena, &said) ||
	    !bytes_equal(said, bytes_of(log.id, sizeof log.id)))
		return false;
	*out = log;
	return true;
}

static void operator_read(struct arena *arena, const struct json_value *operator, struct ct_log *to, size_t *count)
{
	static const struct {
		const char *key;
		enum ct_api api;
	} kinds[] = {{"logs", CT_RFC6962}, {"tiled_logs", CT_STATIC}};

	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		const struct json_value *logs = json_in_get(operator, kinds[k].key);

		for (size_t i = 0; i < json_in_count(logs); i++)
			if (listed_read(arena, json_in_at(logs, i), kinds[k].api, &to[*count]))
				++*count;
	}
}

bool ct_list_read(struct arena *arena, struct str json_text, const struct ct_log **logs, size_t *count, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct json_value *operators;
	struct ct_log *out;
	size_t most = 0;

	if (!json_doc_read(json_text, &doc, err))
		return err_wrap(err, "list of logs");
	operators = json_in_get(json_doc_root(doc), "operators");
	if (json_in_type(operators) != JSON_IS_ARRAY)
		return err_set(err, ERR_INPUT, "list of logs: it has no operators");
	for (size_t i = 0; i < json_in_count(operators); i++)
		most += json_in_count(json_in_get(json_in_at(operators, i), "logs")) +
			json_in_count(json_in_get(json_in_at(operators, i), "tiled_logs"));
	out = ARENA_ARRAY(arena, struct ct_log, most + 1);
	*count = 0;
	for (size_t i = 0; i < json_in_count(operators); i++)
		operator_read(arena, json_in_at(operators, i), out, count);
	*logs = out;
	return true;
}

bool ct_log_read(struct arena *arena, const struct json_value *value, struct ct_log *out, struct err *err)
{
	struct str api = json_in_str(json_in_get(value, "api"), STR("static"));
	struct ct_log log = {.state = CT_USABLE, .name = text_of(arena, value, "name")};

	log.url = without_slash(text_of(arena, value, "url"));
	log.origin = text_of(arena, value, "origin");
	if (!log.origin.len)
		log.origin = without_scheme(log.url);
	if (!log.name.len)
		log.name = log.origin;
	if (!str_is(api, apis[CT_STATIC]) && !str_is(api, apis[CT_RFC6962]))
		return err_set(err, ERR_INPUT, "log %.*s: api is \"static\" or \"rfc6962\"", STR_ARG(log.name));
	log.api = str_is(api, apis[CT_STATIC]) ? CT_STATIC : CT_RFC6962;
	if (!str_starts(log.url, STR("https://")) && !str_starts(log.url, STR("http://")))
		return err_set(err, ERR_INPUT, "log %.*s: it has no url", STR_ARG(log.name));
	if (!key_read(arena, text_of(arena, value, "key"), &log))
		return err_set(err, ERR_INPUT, "log %.*s: its key is not base64 of a public key", STR_ARG(log.name));
	*out = log;
	return true;
}

void ct_log_write(struct json_out *json, const struct ct_log *log)
{
	CLEANUP(buf_done) struct buf key = buf_capped(8192);

	base64_write(&key, log->key);
	json_out_object(json);
	json_out_key_str(json, "name", log->name);
	json_out_key_str(json, "url", log->url);
	json_out_key_str(json, "key", buf_str(&key));
	json_out_key_text(json, "api", apis[log->api]);
	json_out_key_str(json, "origin", log->origin);
	json_out_end_object(json);
}

bool ct_log_is_current(const struct ct_log *log, int64_t now)
{
	if (log->state == CT_PENDING || log->state == CT_REJECTED)
		return false;
	return log->until == 0 || log->until > now;
}
