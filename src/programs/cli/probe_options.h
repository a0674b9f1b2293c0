/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* probe_options - options that every command has which looks at endpoints. Without the option, *out stays. */

#include "programs/cli/command.h"

/* --timeout 5, 5s, 0.5, 500ms */
MUST_CHECK bool option_timeout(const struct command_call *call, uint32_t *out_ms, struct err *err);
/* --starttls auto, none, or a protocol by any of its names */
MUST_CHECK bool option_starttls(const struct command_call *call, struct str *out, struct err *err);
