/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* kinds - the table of kinds of sources: a line here and a file with `const struct source_kind source_kind_NAME`. */

#include "jobs/source.h"

/* clang-format off */
#define SOURCE_KINDS_ALL(X) \
	X(network) /* network.c */ \
	X(names)   /* names.c */ \
	X(dns)     /* dns.c */ \
	X(ct)      /* jobs/ct */ \
	X(local)   /* jobs/host */
/* clang-format on */

#define X(name) extern const struct source_kind source_kind_##name;
SOURCE_KINDS_ALL(X)
#undef X
