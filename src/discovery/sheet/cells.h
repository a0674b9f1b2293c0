/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* cells - one record of a CSV text: after RFC 4180, with any separator, and with LF or CR alone as line ends. */

#include "discovery/sheet.h"

struct cells {
	struct str *at; /* trimmed of spaces, quotes taken off */
	size_t count;
	uint32_t lines; /* that the record took */
};

/* False at the end of the text. *problem: NULL, or what is wrong with the record, which is then skipped. */
bool cells_take(struct arena *arena, struct str *text, char separator, struct cells *out, const char **problem);
