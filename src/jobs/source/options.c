/* SPDX-License-Identifier: Apache-2.0 */

/* Options of kinds: checked against their table, read, and shown for forms. */

#include <string.h>

#include "base/limits.h"
#include "jobs/source/kinds.h"
#include "jobs/source/room.h"

#define WORD_BYTES 1024

static const struct source_kind *const kinds[] = {
#define X(name) &source_kind_##name,
	SOURCE_KINDS_ALL(X)
#undef X
};

const struct source_kind *source_kind_at(size_t index)
{
	return index < COUNT_OF(kinds) ? kinds[index] : NULL;
}

const struct source_kind *source_kind_named(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_is(name, kinds[i]->name))
			return kinds[i];
	return NULL;
}

/* ---- reading ---- */

void options_of_scan(struct arena *arena, const struct json_value *options, struct scan_request *out)
{
	out->ports = option_text(arena, options, "ports");
	out->starttls = option_text(arena, options, "starttls");
	out->look = option_text(arena, options, "look");
	out->rate = (uint32_t)option_number(options, "rate", 0);
	out->timeout_s = (uint32_t)option_number(options, "timeout_s", 0);
	out->exclude = option_words(arena, options, "exclude", &out->exclude_count);
}

struct str option_text(struct arena *arena, const struct json_value *options, const char *name)
{
	struct str text = json_in_str(json_in_get(options, name), (struct str){NULL, 0});

	return text.len ? arena_str(arena, text) : (struct str){NULL, 0};
}

const struct str *option_words(struct arena *arena, const struct json_value *options, const char *name, size_t *count)
{
	const struct json_value *list = json_in_get(options, name);
	struct str *words;

	*count = json_in_count(list);
	words = ARENA_ARRAY(arena, struct str, *count + 1);
	for (size_t i = 0; i < *count; i++)
		words[i] = arena_str(arena, json_in_str(json_in_at(list, i), STR("")));
	return words;
}

int64_t option_number(const struct json_value *options, const char *name, int64_t or)
{
	return json_in_int(json_in_get(options, name), or);
}

bool option_flag(const struct json_value *options, const char *name, bool or)
{
	return json_in_bool(json_in_get(options, name), or);
}

/* ---- checking ---- */

static bool wrong(struct err *err, const struct source_option *option, const char *why)
{
	err_set(err, ERR_INPUT, "options.%s: %s", option->name, why);
	return err_fix(err, "source-option", "%s", option->help);
}

static bool words_check(const struct source_option *option, const struct json_value *value, struct err *err)
{
	if (json_in_type(value) != JSON_IS_ARRAY)
		return wrong(err, option, "is not a list");
	if (option->needed && json_in_count(value) == 0)
		return wrong(err, option, "is empty");
	if (json_in_count(value) > LIMIT_SOURCE_SCOPES)
		return wrong(err, option, "has too many words");
	for (size_t i = 0; i < json_in_count(value); i++) {
		struct str word = json_in_str(json_in_at(value, i), STR(""));

		if (word.len == 0 || word.len > WORD_BYTES || memchr(word.data, 0, word.len))
			return wrong(err, option, "has a word that is empty, too long or no text");
	}
	return true;
}

static bool choice_check(const struct source_option *option, struct str value, struct err *err)
{
	struct str rest = str_of(option->choices), one;

	while (str_split(&rest, '|', &one))
		if (str_equal(one, value))
			return true;
	return wrong(err, option, "is none of the words it can be");
}

static bool value_check(const struct source_option *option, const struct json_value *value, struct err *err)
{
	struct str text = json_in_str(value, (struct str){NULL, 0});
	int64_t number = json_in_int(value, INT64_MIN);

	switch (option->type) {
	case SOURCE_WORDS:
		return words_check(option, value, err);
	case SOURCE_TEXT:
		return text.data && text.len <= WORD_BYTES && !memchr(text.data, 0, text.len)
			       ? true
			       : wrong(err, option, "is no text, or too long");
	case SOURCE_CHOICE:
		return choice_check(option, text, err);
	case SOURCE_NUMBER:
		return json_in_type(value) == JSON_IS_INT && number >= option->least && number <= option->most
			       ? true
			       : wrong(err, option, "is no number, or out of range");
	case SOURCE_FLAG:
		return json_in_type(value) == JSON_IS_BOOL ? true : wrong(err, option, "is neither true nor false");
	}
	return false;
}

struct known_check {
	const struct source_kind *kind;
	struct err *err;
};

static bool option_known(void *data, struct str key, const struct json_value *value)
{
	struct known_check *check = data;

	for (size_t i = 0; i < check->kind->option_count; i++)
		if (str_is(key, check->kind->options[i].name))
			return true;
	err_set(check->err, ERR_INPUT, "options: a source of kind %s has no option \"%.*s\"", check->kind->name,
		STR_ARG(str_head(key, 60)));
	return err_fix(check->err, "source-option", "see GET /api/v1/sources/kinds");
}

bool options_check(const struct source_kind *kind, const struct json_value *options, struct err *err)
{
	struct known_check check = {kind, err};

	if (json_in_type(options) != JSON_IS_OBJECT) {
		err_set(err, ERR_INPUT, "options is not an object");
		return err_fix(err, "source-option", "see GET /api/v1/sources/kinds");
	}
	if (!json_in_members(options, option_known, &check))
		return false;
	for (size_t i = 0; i < kind->option_count; i++) {
		const struct source_option *option = &kind->options[i];
		const struct json_value *value = json_in_get(options, option->name);
		enum json_type type = json_in_type(value);

		if (type == JSON_ABSENT || type == JSON_IS_NULL) {
			if (option->needed)
				return wrong(err, option, "is missing");
			continue;
		}
		if (!value_check(option, value, err))
			return false;
	}
	return !kind->check || kind->check(options, err);
}

/* ---- the table, for forms ---- */

static void option_write(struct json_out *json, const struct source_option *option)
{
	static const char *const types[] = {"words", "text", "choice", "number", "flag"};
	struct str rest = str_of(option->choices), one;

	json_out_object(json);
	json_out_key_text(json, "name", option->name);
	json_out_key_text(json, "type", types[option->type]);
	json_out_key_text(json, "label", option->label);
	json_out_key_text(json, "help", option->help);
	json_out_key_bool(json, "needed", option->needed);
	json_out_key_text(json, "usual", option->usual);
	json_out_key(json, "choices");
	json_out_array(json);
	while (option->choices && str_split(&rest, '|', &one))
		json_out_str(json, one);
	json_out_end_array(json);
	json_out_key_int(json, "least", option->least);
	json_out_key_int(json, "most", option->most);
	json_out_end_object(json);
}

void source_kinds_write(struct json_out *json)
{
	json_out_array(json);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		json_out_object(json);
		json_out_key_text(json, "name", kinds[i]->name);
		json_out_key_text(json, "title", kinds[i]->title);
		json_out_key_text(json, "about", kinds[i]->about);
		json_out_key(json, "options");
		json_out_array(json);
		for (size_t j = 0; j < kinds[i]->option_count; j++)
			option_write(json, &kinds[i]->options[j]);
		json_out_end_array(json);
		json_out_end_object(json);
	}
	json_out_end_array(json);
}
