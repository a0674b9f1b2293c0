/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* java_object - finds the end of a serialized Java object. Private. */

#include "base/bytes.h"

struct arena;

/* Takes one stream with one object from the front; nothing of it is kept. False when it cannot be followed. */
MUST_CHECK bool java_object_skip(struct arena *arena, struct bytes *from);
