/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * cli - the command line: picks a command from the table, reads its options, runs it.
 *
 * Standard output is data, standard error is talk. Exit codes below are a stable contract.
 */

enum cli_exit {
	CLI_OK = 0,            /* the goal holds */
	CLI_FAILED = 1,        /* it does not */
	CLI_USAGE = 2,         /* usage or configuration */
	CLI_MATCHED = 3,       /* --fail-on matched */
	CLI_DENIED = 4,        /* login or permission needed */
	CLI_SOME_FAILED = 5,   /* some targets failed */
	CLI_NOTHING = 6,       /* nothing matched */
	CLI_WAITING = 7,       /* waiting for approval */
	CLI_UNREACHED = 8,     /* the server cannot be reached */
	CLI_CHANGED = 10,      /* only with --exit-code */
	CLI_INTERRUPTED = 130,
};

int cli_main(int argc, char **argv);
