/* SPDX-License-Identifier: Apache-2.0 */

/* /demo: its end. */

#include "api/routes/route.h"

#include "jobs/scan.h"

bool handle_demo_end(struct call *call, struct err *err)
{
	struct store_demo_gone gone;

	store_end(&call->txn);
	if (!scan_demo_end(call->api->options.store, &call->actor, call->now, &gone, err))
		return false;
	json_out_object(&call->json);
	json_out_key_int(&call->json, "certificates", gone.certificates);
	json_out_key_int(&call->json, "endpoints", gone.endpoints);
	json_out_key_int(&call->json, "scans", gone.scans);
	json_out_end_object(&call->json);
	return true;
}
