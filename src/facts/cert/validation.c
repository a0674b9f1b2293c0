/* SPDX-License-Identifier: Apache-2.0 */

/*
 * How the subject was validated, by policy OIDs: the four that the CA/B Forum reserves, and the older EV policies of
 * each CA that the Chrome Root Store lists (a data pack, read at first use).
 */

#include "facts/cert/reading.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/map.h"

static const struct {
	struct str dots;
	enum cert_validation validation;
} reserved[] = {
	{STR_INIT("2.23.140.1.1"), CERT_EV},
	{STR_INIT("2.23.140.1.2.2"), CERT_OV},
	{STR_INIT("2.23.140.1.2.3"), CERT_IV},
	{STR_INIT("2.23.140.1.2.1"), CERT_DV},
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct map *ev_policies; /* stay for the life of the process, with their arena */
static struct arena *ev_arena;

static void add_anchor(const struct json_value *anchor)
{
	static const char here;
	const struct json_value *oids = json_in_get(anchor, "ev_policy_oids");

	for (size_t i = 0; i < json_in_count(oids); i++) {
		struct str dots = arena_str(ev_arena, json_in_str(json_in_at(oids, i), STR("")));

		map_set(ev_policies, bytes_from(dots), (void *)(uintptr_t)&here);
	}
}

static void load(void)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct bytes text = asset_find(STR("data/trust/chrome_root_store.json"));
	const struct json_value *anchors;

	ev_policies = map_new();
	ev_arena = arena_new();
	if (!text.data || !json_doc_read(str_from(text), &doc, NULL))
		return;
	anchors = json_in_get(json_doc_root(doc), "trust_anchors");
	for (size_t i = 0; i < json_in_count(anchors); i++)
		add_anchor(json_in_at(anchors, i));
}

static bool is_ev_policy(struct str dots)
{
	pthread_once(&once, load);
	return map_get(ev_policies, bytes_from(dots)) != NULL;
}

enum cert_validation cert_validation_of(const struct cert_strs *policies)
{
	for (size_t i = 0; i < COUNT_OF(reserved); i++)
		for (size_t j = 0; j < policies->count; j++)
			if (str_equal(policies->at[j], reserved[i].dots))
				return reserved[i].validation;
	for (size_t j = 0; j < policies->count; j++)
		if (is_ev_policy(policies->at[j]))
			return CERT_EV;
	return CERT_VALIDATION_NONE;
}

const char *cert_validation_name(enum cert_validation validation)
{
	static const char *const names[] = {NULL, "dv", "ov", "iv", "ev"};

	return names[validation];
}
