/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* algorithms - keys and signatures that are too weak to prove anything. */

#include "decisions/trust/profile.h"

/* NULL data, or in words. */
struct str algorithms_key_problem(struct arena *arena, const struct cert *cert,
				  enum profile_level level);
struct str algorithms_signature_problem(struct arena *arena, const struct cert *cert,
					enum profile_level level);
