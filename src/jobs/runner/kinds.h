/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* kinds - the table of kinds of work: a line here and a file with `const struct job_kind job_kind_NAME` (jobs/job.h). */

#include "jobs/job.h"

/* clang-format off */
#define JOB_KINDS_ALL(X) \
	X(action) /* jobs/action */ \
	X(scan) /* jobs/scan */ \
	X(run)  /* jobs/source */ \
	X(rules) /* jobs/rule */ \
	X(backup) /* jobs/backup */ \
	X(lineages) /* jobs/lineages */
/* clang-format on */

#define X(name) extern const struct job_kind job_kind_##name;
JOB_KINDS_ALL(X)
#undef X
