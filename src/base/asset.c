/* SPDX-License-Identifier: Apache-2.0 */

/* The table that tools/embed writes in assembler, sorted by path; weak, so that a fuzzer may go without. */

#include "base/asset.h"

struct asset_row {
	const char *path;
	const uint8_t *start, *end;
};

extern const struct asset_row asset_rows[] __attribute__((weak));
extern const uint64_t asset_row_count[] __attribute__((weak));

static size_t row_count(void)
{
	return asset_row_count ? (size_t)asset_row_count[0] : 0;
}

struct bytes asset_find(struct str path)
{
	size_t low = 0, high = row_count();

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct asset_row *row = &asset_rows[middle];
		int order = str_compare(str_of(row->path), path);

		if (order == 0)
			return bytes_of(row->start, (size_t)(row->end - row->start));
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct bytes){NULL, 0};
}

bool asset_next(size_t *at, struct str *path, struct bytes *content)
{
	const struct asset_row *row;

	if (*at >= row_count())
		return false;
	row = &asset_rows[(*at)++];
	*path = str_of(row->path);
	*content = bytes_of(row->start, (size_t)(row->end - row->start));
	return true;
}
