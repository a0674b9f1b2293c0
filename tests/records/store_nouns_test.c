/* SPDX-License-Identifier: Apache-2.0 */

/* Teams, services, tags, keys, authorities and needs: whatever happens, each count is that of the list it stands for. */

#include "records/store_fixture.h"

#define HOSTS 7
#define CERTS 24
#define TEAMS 4

static uint32_t dice_state = 12345;

static uint32_t dice(uint32_t sides)
{
	dice_state = dice_state * 1664525 + 1013904223;
	return (dice_state >> 8) % sides;
}

struct estate {
	struct fixture f;
	int64_t scan, number, root;
	int64_t certs[CERTS], lineages[CERTS];
	int64_t teams[TEAMS], service;
};

static void start(struct estate *e)
{
	struct store_txn *txn;
	struct model_new_certificate ca;

	memset(e, 0, sizeof *e);
	fixture_start(&e->f);
	txn = writing(&e->f);
	e->scan = add_scan(&e->f, txn);
	ca = certificate(e->f.arena, "R11", 999);
	ca.row.subject = STR("CN=R11,O=Test");
	ca.row.issuer = STR("CN=Root,O=Test");
	ca.row.ca = true;
	OK(&e->f, store_certificate_add(txn, &ca, &e->root, NULL, &e->f.err));
	for (int i = 0; i < TEAMS; i++) {
		struct model_team team = {.name = arena_format(e->f.arena, "Team %d", i), .note = STR("")};

		OK(&e->f, store_team_add(txn, &team, NOW, &e->teams[i], &e->f.err));
	}
	OK(&e->f, store_service_add(txn, &(struct model_service){.name = STR("Shop")}, NOW, &e->service, &e->f.err));
	note(&e->f, txn);
	OK(&e->f, store_commit(&txn, &e->f.err));
}

/* Some share a key, some have ended, some are renewals of the one before (the same names). */
static void make(struct estate *e, struct store_txn *txn, size_t i)
{
	char name[32];
	struct model_new_certificate one;
	bool made;

	snprintf(name, sizeof name, "site%zu.example", i / 2);
	one = certificate(e->f.arena, arena_str(e->f.arena, str_of(name)).data, (int64_t)i);
	one.row.not_before = NOW - 80 * 86400 + (int64_t)i;
	one.row.not_after = NOW + ((int64_t)dice(100) - 20) * 86400;
	if (i % 3 == 0)
		hash_sha256(bytes_of("shared", 6), one.row.key_sha256);
	OK(&e->f, store_certificate_add(txn, &one, &e->certs[i], NULL, &e->f.err));
	OK(&e->f, store_lineage_adopt(txn, e->certs[i], false, NOW, &e->lineages[i], &made, &e->f.err));
	note(&e->f, txn);
}

static void show(struct estate *e, struct store_txn *txn)
{
	char host[16];
	struct store_seen seen;
	bool fresh;
	size_t at = dice(CERTS);

	if (!e->certs[at])
		make(e, txn, at);
	snprintf(host, sizeof host, "h%u", dice(HOSTS));
	seen = seen_at(e->scan, e->number++, host, &e->certs[at], 1);
	seen.port = 443 + dice(2);
	seen.at = NOW + e->number;
	seen.problems = dice(5) ? 0 : MODEL_PROBLEM_NAME_MISMATCH;
	seen.private_ca = (int)dice(3) - 1;
	OK(&e->f, store_see(txn, &seen, &fresh, &e->f.err));
}

static void say(struct estate *e, struct store_txn *txn)
{
	static const struct str words[] = {STR_INIT("pci"), STR_INIT("edge"), STR_INIT("slow")};
	struct store_lineage_change change = {0};
	size_t at = dice(CERTS);
	bool changed;

	if (!e->lineages[at])
		return;
	switch (dice(6)) {
	case 0:
		change.set_owner = true;
		change.owner = dice(3) ? e->teams[dice(TEAMS)] : 0;
		break;
	case 1:
		change.add_tags = &words[dice(3)];
		change.add_tag_count = 1;
		break;
	case 2:
		change.remove_tags = &words[dice(3)];
		change.remove_tag_count = 1;
		break;
	case 3:
		change.set_ignored = true;
		change.ignore = dice(2);
		break;
	case 4:
		change.set_service = true;
		change.service = dice(2) ? e->service : 0;
		break;
	default:
		OK(&e->f, store_lineage_path(txn, e->lineages[at], dice(5), STR("for the test"), &e->f.err));
	}
	OK(&e->f, store_lineage_change(txn, e->lineages[at], &change, NOW, &changed, &e->f.err));
	note(&e->f, txn);
}

/* ---- what lists say ---- */

static int64_t certificates_with(struct estate *e, struct store_txn *txn, struct model_term a, struct model_term b)
{
	struct model_term terms[] = {a, b, {.op = MODEL_AND}};
	const struct model_certificate *rows;
	struct store_more more;
	size_t count;

	OK(&e->f, store_certificates(txn, e->f.arena, &(struct model_filter){terms, 3}, STORE_BY_NAME,
				     &(struct store_page){.total = true}, NOW, &rows, &count, &more, &e->f.err));
	return more.total;
}

static int64_t lineages_with(struct estate *e, struct store_txn *txn, struct model_term term)
{
	const struct model_lineage *rows;
	struct store_more more;
	size_t count;

	OK(&e->f, store_lineages(txn, e->f.arena, &(struct model_filter){&term, 1}, STORE_LINEAGE_BY_NAME,
				 &(struct store_page){.total = true}, NOW, &rows, &count, &more, &e->f.err));
	return more.total;
}

static void check_teams(struct estate *e, struct store_txn *txn)
{
	const struct model_tag *tags;
	const struct model_service *services;
	const struct model_team *teams;
	size_t count;

	OK(&e->f, store_teams(txn, e->f.arena, STR(""), STORE_NAMED_BY_NAME, &(struct store_page){0}, &teams, &count, NULL,
			      &e->f.err));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(teams[i].lineages,
				 lineages_with(e, txn, (struct model_term){MODEL_EQ, MODEL_FIELD_OWNER, teams[i].name, 0}));
	OK(&e->f, store_services(txn, e->f.arena, STR(""), STORE_NAMED_BY_NAME, &(struct store_page){0}, &services, &count,
				 NULL, &e->f.err));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(services[i].lineages,
				 lineages_with(e, txn, (struct model_term){MODEL_EQ, MODEL_FIELD_SERVICE, services[i].name, 0}));
	OK(&e->f, store_tags(txn, e->f.arena, &tags, &count, &e->f.err));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(tags[i].lineages,
				 lineages_with(e, txn, (struct model_term){MODEL_EQ, MODEL_FIELD_TAG, tags[i].name, 0}));
}

static void check_keys(struct estate *e, struct store_txn *txn)
{
	const struct model_certificate *certificates;
	const struct model_host *hosts;
	const struct model_team *teams;
	const struct model_key *keys;
	size_t count, n;

	OK(&e->f, store_keys(txn, e->f.arena, NULL, STORE_KEY_BY_CERTIFICATES, &(struct store_page){.descending = true}, NOW,
			     &keys, &count, NULL, &e->f.err));
	for (size_t i = 0; i < count; i++) {
		int64_t seen[CERTS + 1], lineages = 0;

		OK(&e->f, store_key_certificates(txn, e->f.arena, keys[i].id, 100, &certificates, &n, &e->f.err));
		assert_int_equal(keys[i].certificates, n);
		for (size_t c = 0; c < n; c++) {
			bool known = certificates[c].lineage_id == 0;

			for (int64_t s = 0; s < lineages; s++)
				known |= seen[s] == certificates[c].lineage_id;
			if (!known)
				seen[lineages++] = certificates[c].lineage_id;
		}
		assert_int_equal(keys[i].lineages, lineages);
		OK(&e->f, store_key_hosts(txn, e->f.arena, keys[i].id, 100, &hosts, &n, &e->f.err));
		assert_int_equal(keys[i].hosts, n);
		OK(&e->f, store_key_teams(txn, e->f.arena, keys[i].id, 100, &teams, &n, &e->f.err));
		assert_int_equal(keys[i].teams, n);
	}
}

static void check_numbers(struct estate *e, struct store_txn *txn)
{
	const struct model_term active = {MODEL_EQ, MODEL_FIELD_ACTIVE, {NULL, 0}, 1};
	const struct model_term leaf = {MODEL_EQ, MODEL_FIELD_CA, {NULL, 0}, 0};
	const struct model_authority *authorities;
	struct store_overview overview;
	size_t count;

	OK(&e->f, store_overview(txn, NOW, &overview, &e->f.err));
	assert_int_equal(overview.need_you,
			 certificates_with(e, txn, (struct model_term){MODEL_EQ, MODEL_FIELD_NEED_YOU, {NULL, 0}, 1}, active));
	assert_int_equal(overview.need_you,
			 certificates_with(e, txn, (struct model_term){MODEL_EQ, MODEL_FIELD_NEED_YOU, {NULL, 0}, 1}, leaf));
	assert_int_equal(overview.proven,
			 certificates_with(e, txn, (struct model_term){MODEL_EQ, MODEL_FIELD_PATH, {NULL, 0}, MODEL_PATH_PROVEN},
					   active));
	OK(&e->f, store_authorities(txn, e->f.arena, NULL, STORE_AUTHORITY_BY_ISSUED, &(struct store_page){0}, NOW,
				    &authorities, &count, NULL, &e->f.err));
	assert_int_equal(count, 1);
	assert_int_equal(authorities[0].issued, certificates_with(e, txn, leaf, leaf));
	assert_int_equal(authorities[0].issued_active, certificates_with(e, txn, leaf, active));
}

TEST(every_count_is_that_of_its_list_whatever_happens)
{
	struct estate e;

	start(&e);
	for (int round = 0; round < 12; round++) {
		struct store_txn *txn = writing(&e.f);

		for (int i = 0; i < 25; i++)
			if (dice(2))
				show(&e, txn);
			else
				say(&e, txn);
		if (round == 8) {
			OK(&e.f, store_team_remove(txn, e.teams[0], e.teams[1], 0, NOW, &e.f.err));
			e.teams[0] = e.teams[1];
		}
		note(&e.f, txn);
		check_teams(&e, txn);
		check_keys(&e, txn);
		check_numbers(&e, txn);
		OK(&e.f, store_commit(&txn, &e.f.err));
	}
	fixture_end(&e.f);
	(void)state;
}

TEST(a_change_of_what_was_seen_differently_is_refused)
{
	struct estate e;
	struct store_txn *txn;
	struct model_team team;
	struct model_service service;
	bool changed;

	start(&e);
	txn = writing(&e.f);
	make(&e, txn, 0);
	OK(&e.f, store_team(txn, e.f.arena, e.teams[0], &team, &e.f.err));
	OK(&e.f, store_team_change(txn, &team, &e.f.err));
	assert_false(store_team_change(txn, &team, &e.f.err));
	assert_string_equal(e.f.err.code, "changed");
	assert_false(store_team_remove(txn, team.id, 0, team.version, NOW, &e.f.err));
	assert_string_equal(e.f.err.code, "changed");
	OK(&e.f, store_service(txn, e.f.arena, e.service, &service, &e.f.err));
	OK(&e.f, store_service_change(txn, &service, &e.f.err));
	assert_false(store_service_change(txn, &service, &e.f.err));
	assert_string_equal(e.f.err.code, "changed");
	OK(&e.f, store_lineage_change(txn, e.lineages[0], &(struct store_lineage_change){.if_version = 1, .note = STR("x")}, NOW,
				      &changed, &e.f.err));
	assert_true(changed);
	OK(&e.f, store_lineage_change(txn, e.lineages[0], &(struct store_lineage_change){.note = STR("x")}, NOW, &changed,
				      &e.f.err));
	assert_false(changed);
	assert_false(store_lineage_change(txn, e.lineages[0],
					  &(struct store_lineage_change){.if_version = 1, .note = STR("y")}, NOW, &changed,
					  &e.f.err));
	assert_string_equal(e.f.err.code, "changed");
	assert_false(store_lineage_change(txn, e.lineages[0], &(struct store_lineage_change){.set_owner = true, .owner = 7}, NOW,
					  &changed, &e.f.err));
	assert_string_equal(e.f.err.code, "no-such-team");
	store_end(&txn);
	fixture_end(&e.f);
	(void)state;
}

TEST(what_people_say_is_not_written_without_an_audit_entry)
{
	struct estate e;
	struct store_txn *txn;
	bool changed;

	start(&e);
	txn = writing(&e.f);
	make(&e, txn, 0);
	OK(&e.f, store_commit(&txn, &e.f.err));
	txn = writing(&e.f);
	OK(&e.f, store_lineage_change(txn, e.lineages[0], &(struct store_lineage_change){.note = STR("x")}, NOW, &changed,
				      &e.f.err));
	assert_false(store_commit(&txn, &e.f.err));
	assert_string_equal(e.f.err.code, "store-unaudited");
	fixture_end(&e.f);
	(void)state;
}

TESTS(RUN(every_count_is_that_of_its_list_whatever_happens), RUN(a_change_of_what_was_seen_differently_is_refused),
      RUN(what_people_say_is_not_written_without_an_audit_entry))
