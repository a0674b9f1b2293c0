/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Renewals: at each place, the certificate that was there before a later one came. Two that are shown side by side (two key
 * types) do not replace each other; each goes with its own kind, and only a change of kind looks at the other.
 */

#include "decisions/path/history.h"

int64_t renewal_life_s(const struct path_certificate *certificate)
{
	int64_t life = certificate->not_after - certificate->not_before + 1;

	return life > 1 ? life : 1;
}

int64_t renewal_margin_s(const struct path_certificate *certificate)
{
	return renewal_life_s(certificate) / 100 * 3;
}

/* Whether `before` was at that place until this one came, and is an older certificate. */
static bool came_before(const struct path_history *history, const struct path_sight *sight,
			const struct path_sight *before)
{
	const struct path_certificate *new = &history->certificates[sight->certificate];
	const struct path_certificate *old = &history->certificates[before->certificate];

	return before != sight && before->place == sight->place && !before->current &&
	       before->certificate != sight->certificate && before->first_seen < sight->first_seen &&
	       old->not_before < new->not_before;
}

static const struct path_sight *sight_before(const struct path_history *history, const struct path_sight *sight,
					     bool same_kind)
{
	struct str kind = history->certificates[sight->certificate].key_algorithm;
	const struct path_sight *latest = NULL;

	for (size_t i = 0; i < history->sight_count; i++) {
		const struct path_sight *one = &history->sights[i];

		if (!came_before(history, sight, one) ||
		    str_equal(history->certificates[one->certificate].key_algorithm, kind) != same_kind)
			continue;
		/* one of another kind must be gone when this one comes: else both stood there for a while */
		if (!same_kind && one->last_seen > sight->first_seen)
			continue;
		if (!latest || one->first_seen > latest->first_seen)
			latest = one;
	}
	return latest;
}

bool renewal_at(const struct path_history *history, size_t at, struct renewal *out)
{
	const struct path_sight *sight = &history->sights[at];
	const struct path_sight *before = sight_before(history, sight, true);
	const struct path_certificate *old, *new = &history->certificates[sight->certificate];
	int64_t end;

	if (!before)
		before = sight_before(history, sight, false);
	if (!before)
		return false;
	old = &history->certificates[before->certificate];
	end = old->not_after;
	*out = (struct renewal){.from = before->certificate, .to = sight->certificate, .sight = at};
	if (before->last_seen > end)
		out->lead_s = end - before->last_seen;
	else if (sight->first_seen <= end)
		out->lead_s = end + 1 - sight->first_seen; /* the last second is still of it */
	else if (new->not_before <= end - renewal_margin_s(old))
		out->kind = RENEWAL_UNSEEN;
	else
		out->lead_s = end - new->not_before;
	if (out->kind != RENEWAL_UNSEEN)
		out->kind = out->lead_s > renewal_margin_s(old) ? RENEWAL_IN_TIME : RENEWAL_LATE;
	return true;
}

void path_replaced_by(const struct path_history *history, size_t *out)
{
	struct renewal renewal;

	for (size_t i = 0; i < history->certificate_count; i++)
		out[i] = PATH_NONE;
	for (size_t i = 0; i < history->sight_count; i++)
		if (renewal_at(history, i, &renewal) && (out[renewal.from] == PATH_NONE || out[renewal.from] < renewal.to))
			out[renewal.from] = renewal.to;
	for (size_t i = 0; i < history->certificate_count; i++)
		for (size_t j = i + 1; !history->certificates[i].active && out[i] == PATH_NONE &&
				       j < history->certificate_count; j++)
			if (str_equal(history->certificates[i].key_algorithm, history->certificates[j].key_algorithm) &&
			    history->certificates[i].not_before < history->certificates[j].not_before)
				out[i] = j;
}
