/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* show - words that the commands of the inventory share. */

#include "base/json.h"

struct arena;

struct str shown_text(const struct json_value *object, const char *key); /* "-" when null */
struct str shown_number(struct arena *arena, const struct json_value *object, const char *key);
struct str shown_days(struct arena *arena, const struct json_value *object, const char *key, int64_t now); /* whole days from now */
struct str shown_list(struct arena *arena, const struct json_value *array); /* "a, b", "-" when empty */
struct str shown_key(struct arena *arena, const struct json_value *key);
void show_json(const struct json_value *value); /* one line to standard output */
