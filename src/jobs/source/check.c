/* SPDX-License-Identifier: Apache-2.0 */

/* A source as it was asked for, checked and put together. */

#include "base/buf.h"
#include "jobs/source/room.h"

#define NAME_BYTES    100
#define OPTIONS_BYTES (1 << 20)
#define EVERY_USUAL_S 86400

static bool name_check(struct str name, struct err *err)
{
	bool wrong = name.len == 0 || name.len > NAME_BYTES || !str_is_utf8(name);

	for (size_t i = 0; !wrong && i < name.len; i++)
		wrong = (unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7f;
	if (!wrong)
		return true;
	err_set(err, ERR_INPUT, "name: not 1 to %d characters of text", NAME_BYTES);
	return err_fix(err, "source-name", "such as \"office network\"");
}

static struct str value_text(struct arena *arena, const struct json_value *value)
{
	CLEANUP(buf_done) struct buf text = buf_capped(OPTIONS_BYTES);
	struct json_out json = json_out_start(&text);

	json_out_value(&json, value);
	return buf_ok(&text) ? arena_str(arena, buf_str(&text)) : (struct str){NULL, 0};
}

static bool kind_check(const struct source_request *request, const struct model_source *before,
		       const struct source_kind **out, struct err *err)
{
	CLEANUP(buf_done) struct buf names = buf_capped(512);
	struct str name = request->kind.data ? request->kind : before ? before->kind : STR("");

	*out = source_kind_named(name);
	if (*out && before && request->kind.data && !str_equal(before->kind, request->kind)) {
		err_set(err, ERR_INPUT, "kind: the kind of a source does not change");
		return err_fix(err, "source-kind", "make another source");
	}
	if (*out)
		return true;
	for (size_t i = 0; source_kind_at(i); i++)
		buf_addf(&names, "%s%s", i ? ", " : "", source_kind_at(i)->name);
	err_set(err, ERR_INPUT, "kind: there is no kind of source \"%.*s\"", STR_ARG(str_head(name, 40)));
	return err_fix(err, "source-kind", "one of: %s", names.data);
}

static bool options_take(struct arena *arena, const struct source_kind *kind, const struct source_request *request,
			 const struct model_source *before, struct model_source *out, struct err *err)
{
	if (!request->options && before) {
		out->options_json = before->options_json;
		return true;
	}
	if (!options_check(kind, request->options, err))
		return false;
	out->options_json = value_text(arena, request->options);
	return out->options_json.data || err_set(err, ERR_INPUT, "options: too long");
}

static bool schedule_take(struct arena *arena, const struct source_request *request, const struct model_source *before,
			  int64_t now, struct model_source *out, struct err *err)
{
	int64_t due_at;

	out->every_s = request->every_s >= 0 ? request->every_s : before ? before->every_s : EVERY_USUAL_S;
	out->zone = request->zone.data ? arena_str(arena, request->zone) : before ? before->zone : STR("local");
	out->paused = request->paused >= 0 ? request->paused != 0 : before && before->paused;
	out->quiet_json = request->quiet ? value_text(arena, request->quiet) : before ? before->quiet_json : STR("[]");
	if (!out->quiet_json.data)
		return err_set(err, ERR_INPUT, "schedule.quiet: too long");
	return plan_next(arena, out, now, &out->next_run_at, &due_at, err);
}

bool source_check(struct arena *arena, const struct source_request *request, const struct model_source *before,
		  int64_t now, struct model_source *out, struct err *err)
{
	const struct source_kind *kind;
	struct model_source made = before ? *before : (struct model_source){.demo = request->demo, .version = 1};

	if (request->name.data)
		made.name = arena_str(arena, request->name);
	if (!name_check(made.name, err) || !kind_check(request, before, &kind, err))
		return false;
	made.kind = str_of(kind->name);
	if (!options_take(arena, kind, request, before, &made, err) ||
	    !schedule_take(arena, request, before, now, &made, err))
		return false;
	*out = made;
	return true;
}
