/* SPDX-License-Identifier: Apache-2.0 */

/* decisions/path: histories as rows, and what is said of each. */

#include "test.h"

#include "base/arena.h"
#include "decisions/path.h"

#define DAY INT64_C(86400)
#define NOW (INT64_C(20000) * DAY)

/* A sighting at a place: which certificate, from when to when (days before now; to 0: it is there), at which place. */
struct seen {
	size_t certificate;
	int place;
	double from, to;
};
struct row {
	const char *what;
	/* days before now that it began and days after now that it ended; life 0 ends the list */
	struct {
		double begun, life;
		const char *kind;
	} certificates[8];
	struct seen seen[16];
	struct path_known known;
	enum model_path path;
	const char *reason; /* begins so */
	double review; /* days from now; -1: not asked again */
};

#define CERTS(...) {__VA_ARGS__}
/* clang-format off */
static const struct row rows[] = {
	{"one certificate says nothing",
	 {{10, 90, "rsa"}}, {{0, 1, 9, 0}}, {0}, MODEL_PATH_NONE, "no renewal has been seen yet", -1},
	{"one renewal in time is not yet a proof",
	 {{70, 90, "rsa"}, {10, 90, "rsa"}}, {{0, 1, 69, 11}, {1, 1, 10, 0}}, {0}, MODEL_PATH_UNTESTED,
	 "renewed once, 30 days before its end, seen on the wire at 192.0.2.1:443; seen twice", -1},
	{"two renewals in time are",
	 {{130, 90, "rsa"}, {70, 90, "rsa"}, {10, 90, "rsa"}}, {{0, 1, 129, 71}, {1, 1, 65, 11}, {2, 1, 10, 0}}, {0},
	 MODEL_PATH_PROVEN, "renewed 2 times, each at least 25 days before its end, seen on the wire at 192.0.2.1:443; "
	 "not our own automation", 80 - 12.5},
	{"a renewal that does not come when it always came is failing",
	 {{200, 90, "rsa"}, {140, 90, "rsa"}, {80, 90, "rsa"}}, {{0, 1, 199, 140}, {1, 1, 140, 80}, {2, 1, 80, 0}}, {0},
	 MODEL_PATH_FAILING, "it was always renewed at least 30 days before its end, but now 10 days are left", 1},
	{"and once it has ended",
	 {{210, 90, "rsa"}, {150, 90, "rsa"}, {91, 90, "rsa"}}, {{0, 1, 209, 150}, {1, 1, 150, 91}, {2, 1, 91, 0}}, {0},
	 MODEL_PATH_FAILING, "it was renewed 2 times in time, but now it has ended and is still served", -1},
	{"a certificate that was served past its end was renewed late",
	 {{100, 90, "rsa"}, {8, 90, "rsa"}}, {{0, 1, 99, 8}, {1, 1, 8, 0}}, {0}, MODEL_PATH_NONE,
	 "the last renewal came late: the old certificate was still served 2 days after its end", -1},
	{"late after many in time is failing",
	 {{160, 90, "rsa"}, {100, 90, "rsa"}, {8, 90, "rsa"}}, {{0, 1, 159, 100}, {1, 1, 100, 8}, {2, 1, 8, 0}}, {0},
	 MODEL_PATH_FAILING, "the last renewal came late", -1},
	{"in the last hours of a year is late as well",
	 {{370, 365, "rsa"}, {6, 365, "rsa"}}, {{0, 1, 300, 5.5}, {1, 1, 5.25, 0}}, {0}, MODEL_PATH_NONE,
	 "the last renewal came late: only 6 hours before the end", -1},
	{"six days are judged like a year: two days before the end is early",
	 {{10, 6, "ec"}, {6, 6, "ec"}, {2, 6, "ec"}}, {{0, 1, 10, 6}, {1, 1, 6, 2}, {2, 1, 2, 0}}, {0},
	 MODEL_PATH_PROVEN, "renewed 2 times, each at least 2 days before its end", 3},
	{"two hours before the end of six days is late",
	 {{11.9, 6, "ec"}, {6, 6, "ec"}}, {{0, 1, 11, 6}, {1, 1, 5.98, 0}}, {0}, MODEL_PATH_NONE, "the last renewal came late", -1},
	{"what came while nobody looked neither proves nor fails",
	 {{120, 90, "rsa"}, {60, 90, "rsa"}}, {{0, 1, 119, 100}, {1, 1, 10, 0}}, {0}, MODEL_PATH_NONE, "no renewal has been", -1},
	{"an unseen renewal does not break the streak",
	 {{250, 90, "rsa"}, {190, 90, "rsa"}, {130, 90, "rsa"}, {45, 90, "rsa"}},
	 {{0, 1, 249, 190}, {1, 1, 189, 130}, {2, 1, 129, 100}, {3, 1, 2, 0}}, {0}, MODEL_PATH_PROVEN, "renewed 2 times", 30},
	{"two servers with certificates of their own for one name renew nothing",
	 {{70, 90, "rsa"}, {60, 90, "rsa"}, {50, 90, "rsa"}}, {{0, 1, 69, 0}, {1, 2, 59, 0}, {2, 3, 49, 0}}, {0},
	 MODEL_PATH_NONE, "no renewal has been seen yet", -1},
	{"two key types side by side renew nothing",
	 {{70, 90, "rsa"}, {69, 90, "ec"}}, {{0, 1, 69, 0}, {1, 1, 68, 0}}, {0}, MODEL_PATH_NONE, "no renewal", -1},
	{"each key type is renewed by its own kind",
	 {{70, 90, "rsa"}, {69, 90, "ec"}, {10, 90, "rsa"}, {9, 90, "ec"}},
	 {{0, 1, 69, 10}, {1, 1, 68, 9}, {2, 1, 10, 0}, {3, 1, 9, 0}}, {0}, MODEL_PATH_UNTESTED, "renewed once", -1},
	{"from RSA to EC is a renewal",
	 {{70, 90, "rsa"}, {10, 90, "ec"}}, {{0, 1, 69, 11}, {1, 1, 10, 0}}, {0}, MODEL_PATH_UNTESTED, "renewed once", -1},
	{"an older certificate put back renews nothing",
	 {{70, 90, "rsa"}, {10, 90, "rsa"}}, {{1, 1, 10, 5}, {0, 1, 5, 0}}, {0}, MODEL_PATH_NONE, "no renewal", -1},
	{"a second place that was late makes the whole fail",
	 {{100, 90, "rsa"}, {40, 90, "rsa"}},
	 {{0, 1, 99, 40}, {1, 1, 40, 0}, {0, 2, 99, 5}, {1, 2, 5, 0}}, {0}, MODEL_PATH_FAILING, "the last renewal came late", -1},
	{"our own automation is proven by one",
	 {{70, 90, "rsa"}, {10, 90, "rsa"}}, {{0, 1, 69, 11}, {1, 1, 10, 0}}, {.automatic = true}, MODEL_PATH_PROVEN,
	 "renewed once, 30 days before its end", 65},
	{"configured and never seen is untested",
	 {{10, 90, "rsa"}}, {{0, 1, 9, 0}}, {.automatic = true}, MODEL_PATH_UNTESTED, "configured", -1},
	{"what it failed at last is said",
	 {{10, 90, "rsa"}}, {{0, 1, 9, 0}}, {.automatic = true, .failed_why = STR_INIT("no answer")}, MODEL_PATH_FAILING,
	 "the last attempt failed: no answer", -1},
	{"a ticket makes it a person's",
	 {{10, 90, "rsa"}}, {{0, 1, 9, 0}}, {.ticket = STR_INIT("CHG-812")}, MODEL_PATH_MANUAL, "a person does it: CHG-812", -1},
	{"nothing at all", {{0}}, {{0}}, {0}, MODEL_PATH_NONE, "no renewal has been seen yet", -1},
};
/* clang-format on */

struct built {
	struct path_certificate certificates[8];
	struct path_sight sights[16];
	struct path_history history;
};

static void build(const struct row *row, struct built *to)
{
	size_t c = 0, s = 0;

	memset(to, 0, sizeof *to);
	for (; c < 8 && row->certificates[c].life > 0; c++) {
		to->certificates[c].not_before = NOW - (int64_t)(row->certificates[c].begun * (double)DAY);
		to->certificates[c].not_after =
			to->certificates[c].not_before + (int64_t)(row->certificates[c].life * (double)DAY) - 1;
		to->certificates[c].key_algorithm = str_of(row->certificates[c].kind);
	}
	for (; s < 16 && row->seen[s].place; s++) {
		const struct seen *seen = &row->seen[s];

		to->sights[s] = (struct path_sight){
			.certificate = seen->certificate,
			.place = seen->place,
			.place_name = STR("192.0.2.1:443"),
			.first_seen = NOW - (int64_t)(seen->from * (double)DAY),
			.last_seen = NOW - (int64_t)(seen->to * (double)DAY),
			.current = seen->to == 0,
		};
		to->certificates[seen->certificate].active |= seen->to == 0;
	}
	to->history = (struct path_history){to->certificates, c, to->sights, s};
}

TEST(a_path_is_what_its_history_says_with_its_reason)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct path_answer answer;
		struct built built;

		build(&rows[i], &built);
		path_decide(arena, &built.history, &rows[i].known, NOW, &answer);
		if (answer.path != rows[i].path || !str_starts(answer.reason, str_of(rows[i].reason)))
			fail_msg("%s: %s: %.*s", rows[i].what, model_path_name(answer.path), STR_ARG(answer.reason));
		if (rows[i].review < 0 && answer.review_at != 0)
			fail_msg("%s: is asked again", rows[i].what);
		if (rows[i].review >= 0 &&
		    (answer.review_at < NOW + (int64_t)((rows[i].review - 0.6) * (double)DAY) ||
		     answer.review_at > NOW + (int64_t)((rows[i].review + 0.6) * (double)DAY)))
			fail_msg("%s: is asked again in %lld h", rows[i].what, (long long)(answer.review_at - NOW) / 3600);
	}
}

/* What is proven stays so until it is asked again, and then is failing: no day of a year is passed over. */
TEST(a_renewal_that_stays_away_is_noticed_at_the_time_that_was_said)
{
	static const struct row row = {
		"", {{130, 90, "rsa"}, {70, 90, "rsa"}, {10, 90, "rsa"}}, {{0, 1, 129, 71}, {1, 1, 65, 11}, {2, 1, 10, 0}},
		{0}, MODEL_PATH_PROVEN, "", 0};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct path_answer first, later;
	struct built built;

	build(&row, &built);
	path_decide(arena, &built.history, &row.known, NOW, &first);
	assert_int_equal(first.path, MODEL_PATH_PROVEN);
	path_decide(arena, &built.history, &row.known, first.review_at - 1, &later);
	assert_int_equal(later.path, MODEL_PATH_PROVEN);
	path_decide(arena, &built.history, &row.known, first.review_at, &later);
	assert_int_equal(later.path, MODEL_PATH_FAILING);
}

static const struct {
	const char *what;
	struct {
		double begun;
		const char *kind;
	} certificates[4];
	struct seen seen[8];
	size_t by[4];
} chains[] = {
	{"one in the place of another", {{70, "rsa"}, {10, "rsa"}}, {{0, 1, 69, 11}, {1, 1, 10, 0}}, {1, PATH_NONE}},
	{"each kind its own", {{70, "rsa"}, {69, "ec"}, {10, "rsa"}, {9, "ec"}},
	 {{0, 1, 69, 10}, {1, 1, 68, 9}, {2, 1, 10, 0}, {3, 1, 9, 0}}, {2, 3, PATH_NONE, PATH_NONE}},
	{"those that stand side by side replace nothing", {{70, "rsa"}, {60, "rsa"}}, {{0, 1, 69, 0}, {1, 2, 59, 0}},
	 {PATH_NONE, PATH_NONE}},
	{"one that is gone was replaced by the next", {{70, "rsa"}, {60, "rsa"}}, {{1, 2, 59, 0}}, {1, PATH_NONE}},
	{"of two that took its place, the later", {{70, "rsa"}, {60, "rsa"}, {50, "rsa"}},
	 {{0, 1, 69, 60}, {1, 1, 60, 0}, {0, 2, 69, 50}, {2, 2, 50, 0}}, {2, PATH_NONE, PATH_NONE}},
};

TEST(what_took_the_place_of_a_certificate_replaced_it)
{
	for (size_t i = 0; i < COUNT_OF(chains); i++) {
		struct row row = {.what = chains[i].what};
		struct built built;
		size_t by[8];

		for (size_t c = 0; c < 4 && chains[i].certificates[c].kind; c++) {
			row.certificates[c].begun = chains[i].certificates[c].begun;
			row.certificates[c].kind = chains[i].certificates[c].kind;
			row.certificates[c].life = 90;
		}
		memcpy(row.seen, chains[i].seen, sizeof chains[i].seen);
		build(&row, &built);
		path_replaced_by(&built.history, by);
		for (size_t c = 0; c < built.history.certificate_count; c++)
			if (by[c] != chains[i].by[c])
				fail_msg("%s: %zu by %zd", row.what, c, (ssize_t)by[c]);
	}
}

static const struct {
	const char *main_before, *before, *main_after, *after;
	bool continues;
} sets[] = {
	{"shop.example", "shop.example", "shop.example", "shop.example", true},
	{"shop.example", "shop.example", "shop.example", "shop.example www.shop.example", true},
	{"shop.example", "shop.example www.shop.example", "SHOP.example", "Shop.Example", true},
	{"shop.example", "a b c d", "shop.example", "a b c e", true},
	{"shop.example", "a b c d", "shop.example", "a b e f", true},
	{"shop.example", "a b c d", "shop.example", "a e f g", false},
	{"shop.example", "shop.example", "shop.example", "shop.example a b c d e f", true},
	{"shop.example", "shop.example", "blog.example", "shop.example blog.example", false},
	{"shop.example", "shop.example blog.example", "blog.example", "shop.example blog.example", false},
	{"localhost", "a", "localhost", "b", false},
	{"", "a", "", "a", false},
	{"x", "", "x", "", false},
	{"x", "a a a a", "x", "a b", true},
	{"x", "a a a b", "x", "c c c a d", false},
};

static struct path_names names(struct arena *arena, const char *main, const char *words)
{
	struct str *to = ARENA_ARRAY(arena, struct str, 16), rest = str_of(words), one;
	struct path_names out = {.main = str_of(main), .names = to};

	while (str_split(&rest, ' ', &one))
		if (one.len)
			to[out.count++] = one;
	return out;
}

TEST(a_set_of_names_that_changed_a_little_continues_and_another_site_does_not)
{
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct path_names before = names(arena, sets[i].main_before, sets[i].before);
		struct path_names after = names(arena, sets[i].main_after, sets[i].after);

		if (path_continues(&before, &after) != sets[i].continues)
			fail_msg("%s [%s] to %s [%s]", sets[i].main_before, sets[i].before, sets[i].main_after, sets[i].after);
	}
}

TESTS(RUN(a_path_is_what_its_history_says_with_its_reason),
      RUN(a_renewal_that_stays_away_is_noticed_at_the_time_that_was_said),
      RUN(what_took_the_place_of_a_certificate_replaced_it),
      RUN(a_set_of_names_that_changed_a_little_continues_and_another_site_does_not))
