/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of jobs/host share. */

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "facts/hash.h"
#include "jobs/find.h"
#include "jobs/host.h"
#include "jobs/source.h"
#include "records/store.h"

/* A certificate or a place, kept until some are written together. */
struct heard {
	struct bytes der; /* a certificate; NULL data: a place */
	struct str facts, record, serves;
};

struct local_run {
	struct source_work *work;
	struct arena *heard_arena; /* thrown away after each writing */
	struct heard *heard;
	size_t heard_count;
	struct map *known; /* SHA-256 -> struct known */
	int64_t began_at;
	int64_t places, unreadable, problems;
	struct str *targets; /* words of the scan to come */
	size_t target_count;
};
struct known {
	uint8_t sha256[HASH_SHA256];
	int64_t id;
	bool ca;
};

#define HEARD_AT_ONCE 200

/* Writes what was heard in one transaction. */
MUST_CHECK bool local_write(struct local_run *run, struct err *err);
