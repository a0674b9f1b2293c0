/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * finder - the finder process: looks at this machine once, in its sandbox.
 *
 * It waits until the engine asks. Then it reads who listens (owners of sockets cannot be seen from inside a sandbox), shuts
 * itself in so that files can be read and nothing else be done, looks (discovery/host), tells what it found, and
 * ends: the supervisor starts the next one. The engine never opens what strangers may have put into a folder.
 */

/* Serves on that descriptor. Answers an exit code of the command line. */
int finder_process(int fd);
