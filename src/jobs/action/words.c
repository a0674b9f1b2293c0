/* SPDX-License-Identifier: Apache-2.0 */

/* Before and after, in words: what a preview shows. Pure. */

#include "jobs/action/room.h"

#include <string.h>

#include "base/clock.h"

#define WORDS_BYTES 4096

static struct str none_or(struct str text)
{
	return text.len ? text : STR("none");
}

static bool has_word(struct str words, struct str word)
{
	struct str one;

	while (words.len && str_split(&words, ' ', &one))
		if (str_equal(one, word))
			return true;
	return false;
}

static bool is_among(const struct str *words, size_t count, struct str word)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(words[i], word))
			return true;
	return false;
}

static void add_word(struct buf *to, struct str word)
{
	if (to->len)
		buf_add_char(to, ' ');
	buf_add_str(to, word);
}

static struct str tags_after(struct arena *arena, const struct store_lineage_change *change, struct str before)
{
	CLEANUP(buf_done) struct buf words = buf_capped(WORDS_BYTES);
	struct str rest = before, one;

	while (rest.len && str_split(&rest, ' ', &one))
		if (!is_among(change->remove_tags, change->remove_tag_count, one))
			add_word(&words, one);
	for (size_t i = 0; i < change->add_tag_count; i++)
		if (!has_word(before, change->add_tags[i]))
			add_word(&words, change->add_tags[i]);
	return arena_str(arena, buf_str(&words));
}

static struct str ignored_words(struct arena *arena, bool ignored, int64_t until, struct str reason)
{
	char text[CLOCK_TEXT];

	if (!ignored)
		return STR("not ignored");
	if (!until)
		return arena_format(arena, "ignored: %.*s", STR_ARG(reason));
	clock_write(until, text);
	return arena_format(arena, "ignored until %s: %.*s", text, STR_ARG(reason));
}

static void add_part(struct buf *to, const char *what, struct str value)
{
	buf_addf(to, "%s%s: %.*s", to->len ? "; " : "", what, STR_ARG(none_or(value)));
}

static struct str criticality_text(enum model_criticality criticality)
{
	return str_of(model_criticality_name(criticality));
}

/* What set is about, on both sides. */
static void set_words(struct arena *arena, const struct action_plan *plan, const struct model_lineage *before,
		      struct str *was, struct str *becomes)
{
	CLEANUP(buf_done) struct buf from = buf_capped(WORDS_BYTES), to = buf_capped(WORDS_BYTES);
	const struct store_lineage_change *change = &plan->change;

	if (change->environment.data) {
		add_part(&from, "environment", before->environment);
		add_part(&to, "environment", change->environment);
	}
	if (change->purpose.data) {
		add_part(&from, "purpose", before->purpose);
		add_part(&to, "purpose", change->purpose);
	}
	if (change->set_criticality) {
		add_part(&from, "criticality", criticality_text(before->criticality));
		add_part(&to, "criticality", criticality_text(change->criticality));
	}
	if (change->set_service) {
		add_part(&from, "service", before->service.name);
		add_part(&to, "service", plan->service_name);
	}
	*was = arena_str(arena, buf_str(&from));
	*becomes = arena_str(arena, buf_str(&to));
}

bool action_words(struct arena *arena, const struct action_plan *plan, const struct model_lineage *before_or_null,
		  struct str *was, struct str *becomes)
{
	const struct store_lineage_change *change = &plan->change;
	struct model_lineage nothing = {0};
	const struct model_lineage *before = before_or_null ? before_or_null : &nothing;

	switch (plan->kind) {
	case ACTION_OWN:
		*was = none_or(before->owner.name);
		*becomes = none_or(plan->team_name);
		break;
	case ACTION_TAG:
	case ACTION_UNTAG:
		*was = none_or(before->tags);
		*becomes = none_or(tags_after(arena, change, before->tags));
		break;
	case ACTION_SET:
		set_words(arena, plan, before, was, becomes);
		break;
	case ACTION_ADOPT:
		*was = !before_or_null ? STR("without a lineage")
				       : before->ignored_at ? ignored_words(arena, true, before->ignored_until, before->ignored_reason)
							    : STR("adopted");
		*becomes = STR("adopted");
		break;
	default:
		*was = ignored_words(arena, before->ignored_at > 0, before->ignored_until, before->ignored_reason);
		*becomes = ignored_words(arena, change->ignore, change->ignored_until, change->ignored_reason);
	}
	return !str_equal(*was, *becomes);
}
