/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* interrupt - Ctrl-C and SIGTERM: the first asks to end well, the second ends at once with exit code 130. */

#include <stdbool.h>

/* Starts to listen. Returns a descriptor that becomes readable with the first signal. */
int interrupt_listen(void);
bool interrupt_came(void);
