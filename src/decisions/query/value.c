/* SPDX-License-Identifier: Apache-2.0 */

/* From the text of a value to what it means for its key: one reader for each type. */

#include "decisions/query/inside.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define NUMBER_MAX INT64_C(9007199254740991) /* what JSON can carry */

static bool flag_read(struct str word, int64_t *out)
{
	static const char *const words[][2] = {{"no", "yes"}, {"false", "true"}, {"0", "1"}};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		for (int side = 0; side < 2; side++)
			if (str_equal_nocase(word, str_of(words[i][side]))) {
				*out = side;
				return true;
			}
	return false;
}

/* "30d"; a bare number is not taken, as nobody means seconds. */
static bool span_read(struct str word, int64_t *out)
{
	bool back = word.len > 0 && word.data[0] == '-';
	int64_t for_s;

	if (back)
		word = str_skip(word, 1);
	if (word.len < 2 || !ascii_is_alpha(word.data[word.len - 1]) || !clock_read_duration(word, &for_s) ||
	    for_s > NUMBER_MAX / 1000)
		return false;
	*out = back ? -for_s : for_s;
	return true;
}

static bool digits_read(struct str *word, size_t count, int *out)
{
	uint64_t number;

	if (word->len < count || !str_to_u64(str_head(*word, count), 9999, &number))
		return false;
	*word = str_skip(*word, count);
	*out = (int)number;
	return true;
}

/* 2026, 2026-12 or 2026-12-24: the first second and the first one after. */
static bool period_read(struct str word, int64_t *low, int64_t *high)
{
	struct clock_date from = {.month = 1, .day = 1}, to;
	int year, month = 0, day = 0;

	if (!digits_read(&word, 4, &year))
		return false;
	if (word.len > 0 && (word.data[0] != '-' || (word = str_skip(word, 1), !digits_read(&word, 2, &month)) ||
			     month < 1 || month > 12))
		return false;
	if (word.len > 0 && (word.data[0] != '-' || (word = str_skip(word, 1), !digits_read(&word, 2, &day)) ||
			     day < 1 || day > 31))
		return false;
	from.year = year;
	from.month = month ? (uint8_t)month : 1;
	from.day = day ? (uint8_t)day : 1;
	if (word.len > 0 || !clock_from_date(&from, low))
		return false;
	if (day) {
		*high = *low + 86400;
		return true;
	}
	to = from;
	to.month = month && month < 12 ? (uint8_t)(month + 1) : 1;
	to.year += month && month < 12 ? 0 : 1;
	return to.year <= 9999 && clock_from_date(&to, high);
}

static bool time_value(struct query_value *value, struct err *err)
{
	bool zoned = str_find_char(value->text, 'T') != SIZE_MAX || str_find_char(value->text, 't') != SIZE_MAX;

	if (str_is(value->text, "now")) {
		value->kind = QUERY_NOW;
	} else if (str_is(value->text, "today")) {
		value->kind = QUERY_TODAY;
	} else if (span_read(value->text, &value->low)) {
		value->kind = QUERY_SPAN;
	} else if (period_read(value->text, &value->low, &value->high)) {
		value->kind = QUERY_PERIOD;
	} else if (zoned && clock_read(value->text, &value->low)) {
		value->kind = QUERY_PERIOD;
		value->high = value->low + 1;
	} else {
		err_set(err, ERR_INPUT, "\"%.*s\" is neither a time nor a duration", STR_ARG(value->text));
		return err_fix(err, "query-time", "write 30d, 2026-12-24, 2026-12 or 2026-12-24T12:00:00Z");
	}
	return true;
}

static bool number_value(enum model_field field, struct query_value *value, struct err *err)
{
	uint64_t number, most = field == MODEL_FIELD_SELECTION ? INT64_MAX : NUMBER_MAX; /* ids are larger than counts */

	value->kind = QUERY_NUMBER;
	if (str_to_u64(value->text, most, &number)) {
		value->low = (int64_t)number;
		return true;
	}
	if (field == MODEL_FIELD_LIFETIME && span_read(value->text, &value->low) && value->low >= 0)
		return true;
	err_set(err, ERR_INPUT, "\"%.*s\" is not a number", STR_ARG(value->text));
	return err_fix(err, "query-number", "write digits only%s", field == MODEL_FIELD_LIFETIME ? ", or 398d" : "");
}

static bool flag_value(struct query_value *value, struct err *err)
{
	value->kind = QUERY_NUMBER;
	if (flag_read(value->text, &value->low))
		return true;
	err_set(err, ERR_INPUT, "\"%.*s\" is neither yes nor no", STR_ARG(value->text));
	return err_fix(err, "query-flag", "write yes or no");
}

/* Says which words there are. */
static bool no_such_word(const struct query_value *value, enum model_field field, struct err *err)
{
	/* clang-format off */
#define TEXT4(name, bit, text, weight) " " text
#define TEXT2(name, text) " " text
#define TEXT3(name, text, what) " " text
	static const char *const words[] = {
		[MODEL_TYPE_STATE] = MODEL_STATES_ALL(TEXT2),
		[MODEL_TYPE_PROBLEM] = " any" MODEL_PROBLEMS_ALL(TEXT4),
		[MODEL_TYPE_PATH] = MODEL_PATHS_ALL(TEXT2),
		[MODEL_TYPE_CRITICALITY] = MODEL_CRITICALITIES_ALL(TEXT2),
		[MODEL_TYPE_KIND] = MODEL_KINDS_ALL(TEXT2),
		[MODEL_TYPE_HAVING] = MODEL_HAVINGS_ALL(TEXT3),
		[MODEL_TYPE_LOCATION] = MODEL_LOCATIONS_ALL(TEXT3),
	};
#undef TEXT4
#undef TEXT3
#undef TEXT2
	/* clang-format on */

	err_set(err, ERR_INPUT, "there is no %s \"%.*s\"", model_field_name(field), STR_ARG(value->text));
	return err_fix(err, "query-word", "write one of:%s", words[model_field_type(field)]);
}

static bool word_value(enum model_field field, struct query_value *value, struct err *err)
{
	enum model_state state;
	enum model_problem problem;
	enum model_criticality criticality;
	enum model_kind kind;
	enum model_path path;
	enum model_having having;
	enum model_location_kind location;

	value->kind = QUERY_NUMBER;
	switch (model_field_type(field)) {
	case MODEL_TYPE_STATE:
		if (!model_state_read(value->text, &state))
			return no_such_word(value, field, err);
		value->low = state;
		return true;
	case MODEL_TYPE_PROBLEM:
		if (str_is(value->text, "any"))
			value->low = 0;
		else if (model_problem_read(value->text, &problem))
			value->low = problem;
		else
			return no_such_word(value, field, err);
		return true;
	case MODEL_TYPE_CRITICALITY:
		if (!model_criticality_read(value->text, &criticality))
			return no_such_word(value, field, err);
		value->low = criticality;
		return true;
	case MODEL_TYPE_KIND:
		if (!model_kind_read(value->text, &kind))
			return no_such_word(value, field, err);
		value->low = kind;
		return true;
	case MODEL_TYPE_HAVING:
		if (!model_having_read(value->text, &having))
			return no_such_word(value, field, err);
		value->low = having;
		return true;
	case MODEL_TYPE_LOCATION:
		if (!model_location_read(value->text, &location))
			return no_such_word(value, field, err);
		value->low = location;
		return true;
	default:
		if (!model_path_read(value->text, &path))
			return no_such_word(value, field, err);
		value->low = path;
		return true;
	}
}

/* A key is asked for by its whole hash. */
static bool hash_value(struct query_value *value, struct err *err)
{
	bool hex = value->text.len == 2 * HASH_SHA256;

	value->kind = QUERY_TEXT;
	for (size_t i = 0; hex && i < value->text.len; i++)
		hex = ascii_is_digit(value->text.data[i]) ||
		      (ascii_lower(value->text.data[i]) >= 'a' && ascii_lower(value->text.data[i]) <= 'f');
	if (hex)
		return true;
	err_set(err, ERR_INPUT, "\"%.*s\" is not a SHA-256", STR_ARG(value->text));
	return err_fix(err, "query-hash", "write all 64 hexadecimal digits");
}

bool value_read(enum model_field field, struct query_value *value, struct err *err)
{
	switch (model_field_type(field)) {
	case MODEL_TYPE_TEXT:
		if (field == MODEL_FIELD_SPKI)
			return hash_value(value, err);
		value->kind = QUERY_TEXT;
		return true;
	case MODEL_TYPE_NUMBER:
		return number_value(field, value, err);
	case MODEL_TYPE_TIME:
		return time_value(value, err);
	case MODEL_TYPE_FLAG:
		return flag_value(value, err);
	default:
		return word_value(field, value, err);
	}
}

bool range_check(const struct query_choice *choice, struct err *err)
{
	const struct query_value *from = &choice->from, *to = &choice->to;

	if (from->kind == QUERY_OPEN && to->kind == QUERY_OPEN) {
		err_set(err, ERR_INPUT, "a range without ends");
		return err_fix(err, "query-range", "write 1..9, 1.. or ..9");
	}
	if (from->kind != to->kind || from->low <= to->low || from->kind == QUERY_TEXT)
		return true;
	err_set(err, ERR_INPUT, "the range \"%.*s..%.*s\" runs backwards", STR_ARG(from->text), STR_ARG(to->text));
	return err_fix(err, "query-range", "write the smaller end first");
}
