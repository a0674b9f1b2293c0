/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * control - the socket FOLDER/control: one line asks, the answer is "ok\n" and text, or "error\n", what and why,
 * and the fix, a line each; then the end. Only for the same user: the folder is 0700, and the peer's uid is checked.
 */

#include <sys/un.h>

#include "base/err.h"

enum { DEMO_REQUEST_MAX = 256, DEMO_ANSWER_MAX = 262144 };

/* The socket's name through an open descriptor of its folder, as names of sockets are short (108 bytes). */
void demo_control_name(int folder_fd, struct sockaddr_un *to);
