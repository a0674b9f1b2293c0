/* SPDX-License-Identifier: Apache-2.0 */

/* How a finder is reached: said once by the engine, asked by the jobs' threads. */

#include <stdatomic.h>
#include <stddef.h>

#include "jobs/host.h"

static _Atomic(host_look_fn) the_look;

void host_port_set(host_look_fn look)
{
	atomic_store(&the_look, look);
}

host_look_fn host_port(void)
{
	return atomic_load(&the_look);
}
