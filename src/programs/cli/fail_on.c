/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The reader makes a flat list of conditions, each with the number of its "or" group; a record matches when all conditions of one group
 * hold. A finding's name is a condition; the others are lines of `kinds`.
 */

#include "programs/cli/fail_on.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "facts/cert.h"
#include "programs/cli/findings.h"

enum { CONDITIONS_MAX = 64 };
enum kind { KIND_FINDING, KIND_EXPIRES, KIND_OUTCOME, KIND_FAILED, KIND_UNTRUSTED_BY };
enum order { LESS, LESS_OR_SAME, MORE, MORE_OR_SAME };

struct condition {
	enum kind kind;
	bool negated;
	uint32_t group;
	uint32_t bits;     /* findings, or outcomes */
	enum order order;
	int64_t for_s;
	char program;      /* m, c, s */
};

struct fail_on {
	struct condition at[CONDITIONS_MAX];
	size_t count;
	uint32_t groups;
};

static bool wrong(const char *text, struct str word, const char *why, struct err *err)
{
	err_set(err, ERR_INPUT, "--fail-on: column %zu: \"%.*s\" %s", (size_t)(word.data - text) + 1,
		STR_ARG(str_head(word, 60)), why);
	return err_fix(err, "fail-on-syntax",
		       "conditions are: expires<30d, outcome:timeout, failed, untrusted, untrusted:mozilla, expired, "
		       "not-yet-valid, name-mismatch, incomplete-chain, self-signed, weak-key, weak-signature, old-tls");
}

static bool read_expires(struct str word, struct condition *out)
{
	struct str rest = str_skip(word, 7);
	bool same;

	out->kind = KIND_EXPIRES;
	if (rest.len == 0 || (rest.data[0] != '<' && rest.data[0] != '>'))
		return false;
	same = rest.len > 1 && rest.data[1] == '=';
	out->order = rest.data[0] == '<' ? (same ? LESS_OR_SAME : LESS) : (same ? MORE_OR_SAME : MORE);
	rest = str_skip(rest, same ? 2 : 1);
	return rest.len > 0 && clock_read_duration(rest, &out->for_s);
}

static bool read_outcomes(struct str word, struct condition *out)
{
	static const char *const names[] = {
#define X(name, text) text,
		SCAN_OUTCOMES_ALL(X)
#undef X
	};
	struct str rest = str_skip(word, 8), name;

	out->kind = KIND_OUTCOME;
	while (str_split(&rest, '|', &name)) {
		uint32_t before = out->bits;

		for (size_t i = 0; i < COUNT_OF(names); i++)
			if (str_is(name, names[i]))
				out->bits |= 1u << i;
		if (out->bits == before)
			return false;
	}
	return true;
}

static bool read_program(struct str word, struct condition *out)
{
	struct str program = str_skip(word, 10);

	out->kind = KIND_UNTRUSTED_BY;
	out->program = program.len ? program.data[0] : 0;
	return str_is(program, "mozilla") || str_is(program, "chrome") || str_is(program, "system");
}

static bool read_word(struct str word, struct condition *out)
{
	if (str_starts(word, STR("expires")))
		return read_expires(word, out);
	if (str_starts(word, STR("outcome:")))
		return read_outcomes(word, out);
	if (str_starts(word, STR("untrusted:")))
		return read_program(word, out);
	if (str_is(word, "failed")) {
		out->kind = KIND_FAILED;
		return true;
	}
	out->kind = KIND_FINDING;
	for (int bit = 0; bit < FINDING_COUNT; bit++)
		if (str_is(word, finding_name(bit)))
			out->bits = 1u << bit;
	return out->bits != 0;
}

static bool add(struct fail_on *fail_on, const char *text, struct str word, struct err *err)
{
	struct condition condition = {.group = fail_on->groups};
	struct str plain = word;

	if (fail_on->count == CONDITIONS_MAX)
		return wrong(text, word, "is one condition too many (64 at most)", err);
	if (str_starts(plain, STR("-"))) {
		condition.negated = true;
		plain = str_skip(plain, 1);
	}
	if (!read_word(plain, &condition))
		return wrong(text, word, "is no condition", err);
	fail_on->at[fail_on->count++] = condition;
	return true;
}

static bool read_all(struct fail_on *fail_on, const char *text, struct err *err)
{
	struct str rest = str_of(text), part, word;

	while (str_split(&rest, ',', &part)) {
		size_t before = fail_on->count;

		while (str_split(&part, ' ', &word)) {
			if (word.len == 0)
				continue;
			if (str_is(word, "OR") && fail_on->count == before)
				return wrong(text, word, "has nothing before it", err);
			if (str_is(word, "OR")) {
				fail_on->groups++;
				before = fail_on->count;
			} else if (!add(fail_on, text, word, err)) {
				return false;
			}
		}
		if (fail_on->count == before)
			return wrong(text, str_of(text), "lacks a condition", err);
		fail_on->groups++;
	}
	return true;
}

bool fail_on_read(const char *text, struct fail_on **out, struct err *err)
{
	struct fail_on *fail_on = NEW(struct fail_on);

	if (!read_all(fail_on, text, err)) {
		free(fail_on);
		return false;
	}
	*out = fail_on;
	return true;
}

void fail_on_free(struct fail_on *fail_on)
{
	free(fail_on);
}

static bool expires_holds(const struct condition *condition, const struct scan_record *record, int64_t now)
{
	const struct cert *leaf = findings_leaf(record);
	int64_t left = leaf ? leaf->not_after - now : 0;

	if (!leaf)
		return false;
	for (size_t i = 0; i < record->other_leaf_count; i++)
		if (record->other_leaves[i]->facts && record->other_leaves[i]->facts->not_after - now < left)
			left = record->other_leaves[i]->facts->not_after - now;
	switch (condition->order) {
	case LESS:
		return left < condition->for_s;
	case LESS_OR_SAME:
		return left <= condition->for_s;
	case MORE:
		return left > condition->for_s;
	default:
		return left >= condition->for_s;
	}
}

static bool holds(const struct condition *condition, const struct scan_record *record, int64_t now, uint32_t found)
{
	struct str said;

	switch (condition->kind) {
	case KIND_FINDING:
		return found & condition->bits;
	case KIND_EXPIRES:
		return expires_holds(condition, record, now);
	case KIND_OUTCOME:
		return condition->bits >> record->outcome & 1;
	case KIND_FAILED:
		return record->chain_count == 0;
	default:
		said = condition->program == 'm'   ? record->trust.mozilla
		       : condition->program == 'c' ? record->trust.chrome
						   : record->trust.system;
		return said.data && !str_is(said, "trusted");
	}
}

bool fail_on_matches(const struct fail_on *fail_on, const struct scan_record *record, int64_t now)
{
	uint32_t found = findings_of(record, now);

	for (uint32_t group = 0; group < fail_on->groups; group++) {
		bool all = true;

		for (size_t i = 0; i < fail_on->count && all; i++)
			if (fail_on->at[i].group == group)
				all = holds(&fail_on->at[i], record, now, found) != fail_on->at[i].negated;
		if (all)
			return true;
	}
	return false;
}
