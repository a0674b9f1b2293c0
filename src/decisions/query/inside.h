/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* inside - what the files of this room share. */

#include "decisions/query.h"

/* Gives the text of value its meaning for a field. err without the column. */
MUST_CHECK bool value_read(enum model_field field, struct query_value *value, struct err *err);

/* Whether a range may run from one to the other. */
MUST_CHECK bool range_check(const struct query_choice *choice, struct err *err);

/* Whether ":" finds a part of it rather than all of it. */
bool field_is_free_text(enum model_field field);

/* Whether a duration on it means "from now on" rather than "ago". */
bool field_looks_ahead(enum model_field field);

/* The field that people call so, with its second names; false when there is none. */
bool field_find(struct str key, enum model_field *out);

/* A text in quotes when it needs them. */
void write_text(struct buf *to, struct str text);

/* The nearest key to a misspelt one, or NULL. */
const char *field_nearest(struct str key);
