/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* corpus - every certificate in the files of a folder, for tests that compare readers. */

#include <dirent.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/hex.h"

typedef void (*corpus_fn)(const char *name, struct bytes der);

/* Each PEM block of that label. Returns how many. */
static inline size_t corpus_pem(struct arena *arena, const char *name, struct str text, const char *label,
				corpus_fn each)
{
	char begin[80], end[80];
	size_t count = 0;

	snprintf(begin, sizeof begin, "-----BEGIN %s-----", label);
	snprintf(end, sizeof end, "-----END %s-----", label);
	for (;;) {
		size_t from = str_find(text, str_of(begin)), to;
		struct bytes der = {NULL, 0};

		if (from == SIZE_MAX)
			return count;
		text = str_skip(text, from + strlen(begin));
		to = str_find(text, str_of(end));
		assert_true(to != SIZE_MAX && base64_read(str_head(text, to), arena, &der));
		each(name, der);
		count++;
	}
}

/* A file as PEM, or as DER when it ends in .cer or .crl. */
static inline size_t corpus_file(const char *path, const char *label, corpus_fn each)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct bytes content;
	struct err err;

	if (!file_read(arena, path, 1 << 26, &content, &err))
		fail_msg("%s", err.text);
	if (str_ends(str_of(path), STR(".cer")) || str_ends(str_of(path), STR(".crl"))) {
		each(path, content);
		return 1;
	}
	return corpus_pem(arena, path, str_from(content), label, each);
}

/* Every file of a folder with that ending. */
static inline size_t corpus_folder(const char *folder, const char *ending, const char *label, corpus_fn each)
{
	DIR *open = opendir(folder);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(open);
	while ((entry = readdir(open))) {
		char path[512];

		if (!str_ends(str_of(entry->d_name), str_of(ending)))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		count += corpus_file(path, label, each);
	}
	closedir(open);
	return count;
}
