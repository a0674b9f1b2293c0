/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * path - whether the renewal of a lineage is known to work, and why; what continues a lineage, and what replaced what.
 *
 * A renewal is seen when a place that showed one certificate of the lineage shows a later one instead. It came in time
 * when the old one was never seen there past its end and had more than the last few per cent of its life left. Two of
 * them at one place, whoever made them, are a proven path; a late one, or a renewal that does not come when it
 * always came, is a failing one. All spans go by the life of the certificate, so six days are judged like a year.
 * Pure: `now` is a parameter; the answer says when time alone may change it.
 */

#include "base/bytes.h"
#include "facts/model.h"

struct arena;

/* ---- what continues a lineage ---- */

/* The names of a certificate, lower case; main is its common name, or the first of them. */
struct path_names {
	struct str main;
	const struct str *names;
	size_t count;
};

/*
 * Whether `after`, shown where `before` was shown until then (the same host, address, port, protocol and server name),
 * is the next certificate of the same lineage though its set of names is another: both have the same main name, and
 * one set contains the other, or they share at least half of the larger one. Different sites on one address differ
 * in server name, and in their main name, and stay apart.
 */
bool path_continues(const struct path_names *before, const struct path_names *after);

/* ---- history ---- */

struct path_certificate {
	int64_t not_before, not_after;
	struct str key_algorithm;
	bool active; /* some place shows it now */
};
/* A certificate (its index) at a place, as a server's own. */
struct path_sight {
	size_t certificate;
	int64_t place; /* any number of its own */
	struct str place_name;
	int64_t first_seen, last_seen;
	bool current;
};
struct path_history {
	const struct path_certificate *certificates; /* oldest begin first */
	size_t certificate_count;
	const struct path_sight *sights; /* any order */
	size_t sight_count;
};

#define PATH_NONE SIZE_MAX

/*
 * For each certificate, the index of the one that replaced it, or PATH_NONE: what was seen to take its place; else, when it
 * is shown nowhere any more, the next one with the same kind of key. out: certificate_count of them.
 */
void path_replaced_by(const struct path_history *history, size_t *out);

/* What is known besides: of our own automation, and of people. Text is NULL when there is none. */
struct path_known {
	bool automatic;        /* our own automation is configured for it */
	struct str failed_why; /* its last attempt or verification failed */
	struct str ticket;     /* an open ticket or request says that somebody does it */
};

struct path_answer {
	enum model_path path;
	struct str reason;
	int64_t review_at; /* when to ask again though nothing changes; 0: never */
};
/* reason lives in arena, or is constant. */
void path_decide(struct arena *arena, const struct path_history *history, const struct path_known *known, int64_t now,
		 struct path_answer *out);
