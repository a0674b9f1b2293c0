/* SPDX-License-Identifier: Apache-2.0 */

/* main - hands the arguments to the command line. Servers' processes start there too, by hidden commands. */

#include "programs/cli.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
