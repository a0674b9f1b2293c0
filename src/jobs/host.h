/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * host - this machine as a source: what the finder process found, into the store.
 *
 * A look is asked of the finder process (programs/finder), which sends certificates and places; they are written through jobs/find,
 * with what is known of each file (records/store, host_files). Then the listeners are scanned under the names
 * that the configurations give, and each file is compared with what was served.
 */

#include "base/err.h"

/* What comes back, in this order; from the job's thread. Views live for the call. False ends the look with err. */
struct host_calls {
	bool (*certificate)(void *data, struct bytes der, struct str facts_json, struct err *err);
	/* record: as discovery/host writes it, certificates as SHA-256; serves: [{"address","port","server_name"}] */
	bool (*place)(void *data, struct str record_json, struct str serves_json, struct err *err);
	bool (*looked)(void *data, struct str summary_json, struct str targets_json, struct err *err);
	bool (*must_end)(void *data);
};

/* Looks once. options: {"paths":[]}. err ERR_UNREACHED when there is no finder, ERR_LATER when must_end said so. */
typedef bool (*host_look_fn)(uint64_t run, struct str options_json, const struct host_calls *calls, void *data,
			     struct err *err);

/* How a finder is reached: the engine says it. NULL: there is none. */
void host_port_set(host_look_fn look);
host_look_fn host_port(void);
