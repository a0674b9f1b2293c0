/* SPDX-License-Identifier: Apache-2.0 */

/* /overview: the headline, the weeks, and what needs somebody, in words. */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"

#define NEEDS 50
#define DAY_S 86400

/* "3 days", "1 hour": the largest unit that fits. */
static struct str span_words(struct arena *arena, int64_t for_s)
{
	static const struct {
		int64_t unit_s;
		const char *one, *many;
	} units[] = {{DAY_S, "day", "days"}, {3600, "hour", "hours"}, {60, "minute", "minutes"}, {1, "second", "seconds"}};

	for (size_t i = 0; i < COUNT_OF(units); i++) {
		int64_t count = for_s / units[i].unit_s;

		if (count > 0)
			return arena_format(arena, "%lld %s", (long long)count, count == 1 ? units[i].one : units[i].many);
	}
	return STR("a moment");
}

static struct str place_words(struct arena *arena, const struct store_need *need)
{
	const struct model_endpoint *at = &need->endpoint;
	const char *open = str_find_char(at->address, ':') == SIZE_MAX ? "" : "[", *close = open[0] ? "]" : "";

	if (need->endpoint_count > 1)
		return arena_format(arena, "%s%.*s%s:%lld and %lld more", open, STR_ARG(at->address), close,
				    (long long)at->port, (long long)need->endpoint_count - 1);
	return arena_format(arena, "%s%.*s%s:%lld", open, STR_ARG(at->address), close, (long long)at->port);
}

/* One sentence for each problem: what a person would say. {} stands for the place. */
static const char *said(enum model_problem problem)
{
	switch (problem) {
	case MODEL_PROBLEM_NAME_MISMATCH:
		return "is not for the name that %.*s is asked for";
	case MODEL_PROBLEM_INCOMPLETE_CHAIN:
		return "is sent without its intermediate certificates by %.*s";
	case MODEL_PROBLEM_UNTRUSTED:
		return "is not trusted by browsers, and served by %.*s";
	case MODEL_PROBLEM_SELF_SIGNED:
		return "is signed by itself, and served by %.*s";
	case MODEL_PROBLEM_WEAK_KEY:
		return "has a key that is too weak, and is served by %.*s";
	case MODEL_PROBLEM_WEAK_SIGNATURE:
		return "has a signature that is too weak, and is served by %.*s";
	case MODEL_PROBLEM_SHARED_KEY:
		return "shares its key with other certificates, and is served by %.*s";
	default:
		return "wants a look at %.*s";
	}
}

static struct str why_words(struct arena *arena, const struct store_need *need, int64_t now)
{
	const struct model_certificate *row = &need->certificate;
	struct str place = need->endpoint.id ? place_words(arena, need) : STR("a file");
	struct str span;

	switch (need->problem) {
	case MODEL_PROBLEM_EXPIRED:
		span = span_words(arena, now - row->not_after);
		return arena_format(arena, "expired %.*s ago and still served by %.*s", STR_ARG(span), STR_ARG(place));
	case MODEL_PROBLEM_EXPIRING:
		span = span_words(arena, row->not_after - now);
		return arena_format(arena, "expires in %.*s, served by %.*s", STR_ARG(span), STR_ARG(place));
	case MODEL_PROBLEM_NOT_YET_VALID:
		span = span_words(arena, row->not_before - now);
		return arena_format(arena, "is served by %.*s, but valid only in %.*s", STR_ARG(place), STR_ARG(span));
	default: {
		const char *sentence = said(need->problem), *hole = strstr(sentence, "%.*s");

		return arena_format(arena, "%.*s%.*s%s", (int)(hole - sentence), sentence, STR_ARG(place), hole + 4);
	}
	}
}

static void write_need(struct call *call, const struct store_need *need)
{
	static const char *const severities[] = {"notice", "notice", "warning", "critical"};
	const char *problem = need->problem ? model_problem_name(need->problem) : "attention";
	struct json_out *json = &call->json;

	json_out_object(json);
	row_id(json, "lineage", need->certificate.lineage_id);
	json_out_key_hex(json, "certificate", bytes_of(need->certificate.sha256, HASH_SHA256));
	json_out_key_str(json, "name", need->certificate.name);
	json_out_key_str(json, "why", why_words(call->arena, need, call->now));
	json_out_key_str(json, "code", arena_format(call->arena, "%s%s", problem, need->endpoint.id ? "-served" : ""));
	json_out_key_text(json, "severity", need->problem ? severities[model_problem_weight(need->problem) & 3] : "notice");
	json_out_key_time(json, "not_after", need->certificate.not_after);
	json_out_end_object(json);
}

static void write_numbers(struct json_out *json, const struct store_overview *overview)
{
	json_out_key(json, "headline");
	json_out_object(json);
	json_out_key_int(json, "active", overview->active);
	json_out_key_int(json, "proven", overview->proven);
	json_out_key_int(json, "need_you", overview->need_you);
	json_out_end_object(json);
	json_out_key(json, "totals");
	json_out_object(json);
	json_out_key_int(json, "certificates", overview->certificates);
	json_out_key_int(json, "lineages", overview->lineages);
	json_out_key_int(json, "endpoints", overview->endpoints);
	json_out_key_int(json, "hosts", overview->hosts);
	json_out_end_object(json);
}

static void write_weeks(struct json_out *json, const struct store_week weeks[STORE_WEEKS])
{
	char text[CLOCK_TEXT];

	json_out_key(json, "expiring_weeks");
	json_out_array(json);
	for (size_t i = 0; i < STORE_WEEKS; i++) {
		clock_write(weeks[i].start, text);
		json_out_object(json);
		json_out_key_str(json, "week", (struct str){text, 10});
		json_out_key_int(json, "count", weeks[i].count);
		json_out_end_object(json);
	}
	json_out_end_array(json);
}

bool handle_overview(struct call *call, struct err *err)
{
	struct store_week weeks[STORE_WEEKS];
	struct store_overview overview;
	const struct store_need *needs;
	struct json_out *json = &call->json;
	struct model_scan last;
	bool found;
	size_t count;

	if (!store_overview(call->txn, call->now, &overview, err) ||
	    !store_expiring_weeks(call->txn, call->now, weeks, err) ||
	    !store_needs(call->txn, call->arena, call->now, NEEDS, &needs, &count, err) ||
	    !store_scan_last(call->txn, call->arena, &last, &found, err))
		return false;
	json_out_object(json);
	json_out_key_time(json, "at", call->now);
	write_numbers(json, &overview);
	write_weeks(json, weeks);
	json_out_key(json, "needs");
	json_out_array(json);
	for (size_t i = 0; i < count; i++)
		write_need(call, &needs[i]);
	json_out_end_array(json);
	json_out_key(json, "last_scan");
	if (found)
		row_scan(json, &last);
	else
		json_out_null(json);
	json_out_key_bool(json, "demo", overview.demo);
	json_out_end_object(json);
	return true;
}
