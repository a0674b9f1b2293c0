/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* pending - targets that have no record yet: in order, and by number. */

#include "jobs/scan/room.h"

struct probe_target;

struct pending {
	struct scan_port_target target; /* texts of its own */
	uint32_t deaths;                /* probe processes that died while they had it */
	bool sent;                      /* to the probe process that is there now */
	struct pending *next, *before;
};

struct pending_list {
	struct pending *first, *last;
	struct map *by_number;
	size_t count, sent;
};

void pending_init(struct pending_list *list);
void pending_done(struct pending_list *list);
struct pending *pending_add(struct pending_list *list, const struct probe_target *target, uint64_t number);
struct pending *pending_find(const struct pending_list *list, uint64_t number); /* or NULL */
void pending_remove(struct pending_list *list, struct pending *pending);
void pending_mark_sent(struct pending_list *list, struct pending *pending);
/* The probe process is gone: what it had counts a death and is to be sent again. */
void pending_mourn(struct pending_list *list);
