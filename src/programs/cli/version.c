/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid version */

#include <stdio.h>

#include "programs/cli.h"
#include "programs/cli/command.h"

static int run(struct command_call *call)
{
	(void)call;
	printf("keepvalid %s\n", KEEPVALID_VERSION);
	return CLI_OK;
}

const struct command command_version = {
	.name = "version",
	.summary = "print the version",
	.run = run,
};
