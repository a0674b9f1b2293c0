/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The verdict. In order: what our own automation last failed at; a renewal that came late and was not made good; a renewal
 * that does not come when it always came; what was seen twice (once, of our own automation); a ticket; what was seen once,
 * or is configured; nothing.
 */

#include "base/arena.h"
#include "decisions/path/history.h"

#define DAY_S  86400
#define PROVEN 2 /* renewals in time at one place */

/* "25 days", "7 hours": rounded down, two of a unit at least, so that nothing is said to be more than it was. */
static struct str span(struct arena *arena, int64_t for_s)
{
	static const struct {
		int64_t unit_s;
		const char *one, *many;
	} units[] = {{DAY_S, "day", "days"}, {3600, "hour", "hours"}, {60, "minute", "minutes"}, {1, "second", "seconds"}};
	size_t i = 0;
	int64_t count;

	for (; i + 1 < COUNT_OF(units) && for_s < 2 * units[i].unit_s; i++)
		;
	count = for_s / units[i].unit_s;
	return arena_format(arena, "%lld %s", (long long)count, count == 1 ? units[i].one : units[i].many);
}

/* What the renewals seen so far come to. */
struct seen {
	size_t streak;        /* in time, one after the other, at the place that had most of them */
	struct str place;     /* that one */
	int64_t least_s;      /* the shortest lead among those in time */
	int64_t least_part;   /* the same in millionths of the life */
	bool late;            /* at some place the last one came late */
	int64_t late_s;       /* by how much before its end; negative: after it */
	bool any_in_time;
};

/* Renewals in time up to this sighting, without a late one between; unseen ones neither count nor break. */
static size_t streak_at(const struct path_history *history, size_t sight, struct seen *seen)
{
	const struct path_sight *last = &history->sights[sight];
	size_t streak = 0;

	for (size_t guard = 0; guard < history->sight_count; guard++) {
		size_t best = PATH_NONE;
		struct renewal renewal;

		if (!renewal_at(history, sight, &renewal) || renewal.kind == RENEWAL_LATE)
			break;
		if (renewal.kind == RENEWAL_IN_TIME) {
			int64_t part = renewal.lead_s * 1000 / (renewal_life_s(&history->certificates[renewal.from]) / 1000 + 1);

			streak++;
			seen->any_in_time = true;
			if (seen->least_s == 0 || renewal.lead_s < seen->least_s)
				seen->least_s = renewal.lead_s;
			if (seen->least_part == 0 || part < seen->least_part)
				seen->least_part = part;
		}
		for (size_t i = 0; i < history->sight_count; i++)
			if (history->sights[i].place == last->place && history->sights[i].certificate == renewal.from)
				best = i;
		if (best == PATH_NONE)
			break;
		sight = best;
	}
	return streak;
}

static void look(const struct path_history *history, struct seen *seen)
{
	for (size_t i = 0; i < history->sight_count; i++) {
		const struct path_sight *sight = &history->sights[i];
		struct renewal renewal;
		size_t streak;

		if (!renewal_at(history, i, &renewal))
			continue;
		seen->any_in_time |= renewal.kind == RENEWAL_IN_TIME;
		if (!sight->current)
			continue; /* of what is there no more only the streak up to what is there now counts */
		if (renewal.kind == RENEWAL_LATE) {
			seen->late = true;
			seen->late_s = renewal.lead_s;
		}
		streak = streak_at(history, i, seen);
		if (streak > seen->streak) {
			seen->streak = streak;
			seen->place = sight->place_name;
		}
	}
}

/*
 * When a renewal is overdue: half of the shortest lead it ever had, as a share of life, is left. out_index: of the active
 * certificate for which that comes first.
 */
static int64_t overdue_at(const struct path_history *history, const struct seen *seen, size_t *out)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < history->certificate_count; i++) {
		const struct path_certificate *one = &history->certificates[i];
		int64_t left = renewal_life_s(one) / 1000 * (seen->least_part / 2) / 1000, at;

		if (!one->active)
			continue;
		if (left < renewal_margin_s(one))
			left = renewal_margin_s(one);
		at = one->not_after - left;
		if (at < first) {
			first = at;
			*out = i;
		}
	}
	return first;
}

static void say_late(struct arena *arena, const struct seen *seen, struct path_answer *out)
{
	out->path = seen->any_in_time ? MODEL_PATH_FAILING : MODEL_PATH_NONE;
	if (seen->late_s < 0)
		out->reason = arena_format(arena, "the last renewal came late: the old certificate was still served %.*s "
						  "after its end",
					   STR_ARG(span(arena, -seen->late_s)));
	else
		out->reason = arena_format(arena, "the last renewal came late: only %.*s before the end",
					   STR_ARG(span(arena, seen->late_s)));
}

static void say_overdue(struct arena *arena, const struct path_certificate *one, const struct seen *seen, int64_t now,
			struct path_answer *out)
{
	out->path = MODEL_PATH_FAILING;
	if (now > one->not_after)
		out->reason = arena_format(arena, "it was renewed %zu times in time, but now it has ended and is still served",
					   seen->streak);
	else
		out->reason = arena_format(arena, "it was always renewed at least %.*s before its end, but now %.*s are left "
						  "and no new certificate is served",
					   STR_ARG(span(arena, seen->least_s)), STR_ARG(span(arena, one->not_after + 1 - now)));
}

static void say_proven(struct arena *arena, const struct seen *seen, bool ours, struct path_answer *out)
{
	out->path = MODEL_PATH_PROVEN;
	if (seen->streak == 1)
		out->reason = arena_format(arena, "renewed once, %.*s before its end, seen on the wire at %.*s",
					   STR_ARG(span(arena, seen->least_s)), STR_ARG(seen->place));
	else
		out->reason = arena_format(arena, "renewed %zu times, each at least %.*s before its end, seen on the wire at "
						  "%.*s%s",
					   seen->streak, STR_ARG(span(arena, seen->least_s)), STR_ARG(seen->place),
					   ours ? "" : "; not our own automation");
}

static void say_unproven(struct arena *arena, const struct seen *seen, const struct path_known *known,
			 struct path_answer *out)
{
	if (known->ticket.data) {
		out->path = MODEL_PATH_MANUAL;
		out->reason = arena_format(arena, "a person does it: %.*s", STR_ARG(known->ticket));
	} else if (known->automatic) {
		out->path = MODEL_PATH_UNTESTED;
		out->reason = STR("configured, but no renewal has been seen yet");
	} else if (seen->streak == 1) {
		out->path = MODEL_PATH_UNTESTED;
		out->reason = arena_format(arena, "renewed once, %.*s before its end, seen on the wire at %.*s; seen twice it "
						  "counts as proven",
					   STR_ARG(span(arena, seen->least_s)), STR_ARG(seen->place));
	} else {
		out->path = MODEL_PATH_NONE;
		out->reason = STR("no renewal has been seen yet");
	}
}

void path_decide(struct arena *arena, const struct path_history *history, const struct path_known *known, int64_t now,
		 struct path_answer *out)
{
	struct seen seen = {0};
	size_t current = 0;
	bool proven;

	*out = (struct path_answer){0};
	look(history, &seen);
	proven = seen.streak >= PROVEN || (known->automatic && seen.streak >= 1);
	if (known->failed_why.data) {
		out->path = MODEL_PATH_FAILING;
		out->reason = arena_format(arena, "the last attempt failed: %.*s", STR_ARG(known->failed_why));
		return;
	}
	if (seen.late) {
		say_late(arena, &seen, out);
		return;
	}
	if (proven) {
		int64_t at = overdue_at(history, &seen, &current);

		if (at <= now) {
			say_overdue(arena, &history->certificates[current], &seen, now, out);
			out->review_at = now <= history->certificates[current].not_after ? now + DAY_S : 0;
			return;
		}
		say_proven(arena, &seen, known->automatic, out);
		out->review_at = at == INT64_MAX ? 0 : at;
		return;
	}
	say_unproven(arena, &seen, known, out);
}
