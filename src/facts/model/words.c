/* SPDX-License-Identifier: Apache-2.0 */

/* The words of the kinds: see the door. Every list is its X-macro there. */

#include "facts/model.h"

#define NAMES(list, all)                                                                           \
	static const char *const list[] = {                                                        \
		all(X)                                                                             \
	}

/* clang-format off */
#define X(name, text) text,
NAMES(states, MODEL_STATES_ALL);
NAMES(paths, MODEL_PATHS_ALL);
NAMES(scan_states, MODEL_SCAN_STATES_ALL);
NAMES(job_states, MODEL_JOB_STATES_ALL);
NAMES(roles, MODEL_ROLES_ALL);
NAMES(criticalities, MODEL_CRITICALITIES_ALL);
NAMES(kinds, MODEL_KINDS_ALL);
NAMES(contact_roles, MODEL_CONTACT_ROLES_ALL);
NAMES(nouns, MODEL_NOUNS_ALL);
NAMES(changes, MODEL_CHANGES_ALL);
NAMES(name_origins, MODEL_NAME_ORIGINS_ALL);
#undef X

static const struct {
	const char *text, *what;
} havings[] = {
#define X(name, text, what) {text, what},
	MODEL_HAVINGS_ALL(X)
#undef X
};

static const struct {
	const char *text, *nouns, *what;
} facets[] = {
#define X(name, text, nouns, what) {text, nouns, what},
	MODEL_FACETS_ALL(X)
#undef X
};

static const struct {
	enum model_problem bit;
	const char *text;
	int weight;
} problems[] = {
#define X(name, bit, text, weight) {MODEL_PROBLEM_##name, text, weight},
	MODEL_PROBLEMS_ALL(X)
#undef X
};

static const struct {
	const char *text;
	enum model_type type;
} fields[] = {
#define X(name, text, type) {text, MODEL_TYPE_##type},
	MODEL_FIELDS_ALL(X)
#undef X
};

static const struct {
	const char *text;
	enum model_place place;
} locations[] = {
#define X(name, text, place) {text, MODEL_PLACE_##place},
	MODEL_LOCATIONS_ALL(X)
#undef X
};
/* clang-format on */

static bool word_read(struct str word, const char *const *words, size_t count, size_t *out)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal_nocase(word, str_of(words[i]))) {
			*out = i;
			return true;
		}
	return false;
}

const char *model_problem_name(enum model_problem one)
{
	for (size_t i = 0; i < COUNT_OF(problems); i++)
		if (problems[i].bit == one)
			return problems[i].text;
	return "unknown";
}

int model_problem_weight(enum model_problem one)
{
	for (size_t i = 0; i < COUNT_OF(problems); i++)
		if (problems[i].bit == one)
			return problems[i].weight;
	return 0;
}

bool model_problem_read(struct str word, enum model_problem *out)
{
	for (size_t i = 0; i < COUNT_OF(problems); i++)
		if (str_equal_nocase(word, str_of(problems[i].text))) {
			*out = problems[i].bit;
			return true;
		}
	return false;
}

size_t model_problem_count(void)
{
	return COUNT_OF(problems);
}

enum model_problem model_problem_at(size_t index)
{
	return problems[index].bit;
}

const char *model_state_name(enum model_state state)
{
	return states[state];
}

bool model_state_read(struct str word, enum model_state *out)
{
	size_t at;

	if (!word_read(word, states, COUNT_OF(states), &at))
		return false;
	*out = (enum model_state)at;
	return true;
}

const char *model_path_name(enum model_path path)
{
	return paths[path];
}

bool model_path_read(struct str word, enum model_path *out)
{
	size_t at;

	if (!word_read(word, paths, COUNT_OF(paths), &at))
		return false;
	*out = (enum model_path)at;
	return true;
}

const char *model_scan_state_name(enum model_scan_state state)
{
	return scan_states[state];
}

const char *model_job_state_name(enum model_job_state state)
{
	return job_states[state];
}

const char *model_location_name(enum model_location_kind kind)
{
	return locations[kind].text;
}

enum model_place model_location_place(enum model_location_kind kind)
{
	return locations[kind].place;
}

bool model_location_read(struct str word, enum model_location_kind *out)
{
	for (size_t i = 0; i < COUNT_OF(locations); i++)
		if (str_equal_nocase(word, str_of(locations[i].text))) {
			*out = (enum model_location_kind)i;
			return true;
		}
	return false;
}

const char *model_having_name(enum model_having having)
{
	return havings[having].text;
}

const char *model_having_what(enum model_having having)
{
	return havings[having].what;
}

/* With the second names that people use. */
bool model_having_read(struct str word, enum model_having *out)
{
	static const struct {
		const char *word;
		enum model_having having;
	} second[] = {{"finding", MODEL_HAVING_PROBLEM}, {"team", MODEL_HAVING_OWNER}, {"tags", MODEL_HAVING_TAG},
		      {"env", MODEL_HAVING_ENVIRONMENT}, {"name", MODEL_HAVING_SAN}};

	for (size_t i = 0; i < COUNT_OF(havings); i++)
		if (str_equal_nocase(word, str_of(havings[i].text))) {
			*out = (enum model_having)i;
			return true;
		}
	for (size_t i = 0; i < COUNT_OF(second); i++)
		if (str_equal_nocase(word, str_of(second[i].word))) {
			*out = second[i].having;
			return true;
		}
	return false;
}

const char *model_noun_name(enum model_noun noun)
{
	return nouns[noun];
}

bool model_noun_read(struct str word, enum model_noun *out)
{
	size_t at;

	if (!word_read(word, nouns, COUNT_OF(nouns), &at))
		return false;
	*out = (enum model_noun)at;
	return true;
}

const char *model_facet_name(enum model_facet facet)
{
	return facets[facet].text;
}

const char *model_facet_what(enum model_facet facet)
{
	return facets[facet].what;
}

bool model_facet_is_usual(enum model_facet facet, enum model_noun noun)
{
	static const char letters[] = {[MODEL_NOUN_CERTIFICATES] = 'C', [MODEL_NOUN_ENDPOINTS] = 'E', [MODEL_NOUN_LINEAGES] = 'L'};

	return str_find_char(str_of(facets[facet].nouns), letters[noun]) != SIZE_MAX;
}

bool model_facet_is_of(enum model_facet facet, enum model_noun noun)
{
	static const char letters[] = {[MODEL_NOUN_CERTIFICATES] = 'c', [MODEL_NOUN_ENDPOINTS] = 'e', [MODEL_NOUN_LINEAGES] = 'l'};

	return model_facet_is_usual(facet, noun) || str_find_char(str_of(facets[facet].nouns), letters[noun]) != SIZE_MAX;
}

bool model_facet_read(struct str word, enum model_noun noun, enum model_facet *out)
{
	for (size_t i = 0; i < COUNT_OF(facets); i++)
		if (str_equal_nocase(word, str_of(facets[i].text)) && model_facet_is_of((enum model_facet)i, noun)) {
			*out = (enum model_facet)i;
			return true;
		}
	return false;
}

const char *model_change_name(enum model_change_kind kind)
{
	return changes[kind];
}

bool model_change_read(struct str word, enum model_change_kind *out)
{
	for (size_t i = 0; i < COUNT_OF(changes); i++)
		if (str_is(word, changes[i])) {
			*out = (enum model_change_kind)i;
			return true;
		}
	return false;
}

const char *model_name_origin_name(enum model_name_origin origin)
{
	return name_origins[origin];
}

const char *model_role_name(enum model_role role)
{
	return roles[role];
}

const char *model_field_name(enum model_field field)
{
	return fields[field].text;
}

enum model_type model_field_type(enum model_field field)
{
	return fields[field].type;
}

bool model_field_read(struct str word, enum model_field *out)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (str_equal_nocase(word, str_of(fields[i].text))) {
			*out = (enum model_field)i;
			return true;
		}
	return false;
}

const char *model_criticality_name(enum model_criticality criticality)
{
	return criticality == MODEL_CRITICALITY_NONE ? NULL : criticalities[criticality];
}

bool model_criticality_read(struct str word, enum model_criticality *out)
{
	size_t at;

	if (!word_read(word, criticalities, COUNT_OF(criticalities), &at))
		return false;
	*out = (enum model_criticality)at;
	return true;
}

const char *model_kind_name(enum model_kind kind)
{
	return kind == MODEL_KIND_NONE ? NULL : kinds[kind];
}

bool model_kind_read(struct str word, enum model_kind *out)
{
	size_t at;

	if (!word_read(word, kinds, COUNT_OF(kinds), &at))
		return false;
	*out = (enum model_kind)at;
	return true;
}

const char *model_contact_role_name(enum model_contact_role role)
{
	return contact_roles[role];
}

bool model_contact_role_read(struct str word, enum model_contact_role *out)
{
	size_t at;

	if (!word_read(word, contact_roles, COUNT_OF(contact_roles), &at))
		return false;
	*out = (enum model_contact_role)at;
	return true;
}

bool model_word_is_good(struct str word)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.data[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!plain && (i == 0 || str_find_char(STR("._-/+=@#"), c) == SIZE_MAX))
			return false;
	}
	return word.len > 0 && word.len <= 64;
}
