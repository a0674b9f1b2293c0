/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* verify_files - the certificates and revocation lists of files given to `verify`. */

#include "base/err.h"
#include "facts/crl.h"

struct arena;

struct verify_files {
	struct arena *arena;
	const struct cert **certs;
	size_t cert_count, cert_room;
	const struct crl **crls;
	size_t crl_count, crl_room;
	bool first_is_broken; /* the first certificate of the first file cannot be read */
	struct str problem;   /* why; of the first thing that cannot be read */
};

/* Adds what is in a file of any form that facts/container reads. What cannot be read is said on
 * standard error and left out. */
MUST_CHECK
bool verify_files_read(struct verify_files *files, const char *path, struct err *err);
