/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a server should look at again. FOLDER/news has the number of the last change before all that follow, then a line
 * "NUMBER TARGET" for each of the newest changes. Numbers begin at the milliseconds of the start, so those of a later
 * demo in the same folder are larger, and who has not seen its start takes all targets.
 */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "programs/demo.h"
#include "programs/demo/stage.h"

enum { FILE_MAX = 65536, NEWS_MAX = 2 * DEMO_NEWS_KEPT };

static void path_of(const char *folder, const char *name, char to[4096])
{
	snprintf(to, 4096, "%s/%s", folder, name);
}

static bool write_news(struct demo_stage *stage, struct err *err)
{
	CLEANUP(buf_done) struct buf text = buf_capped(FILE_MAX);
	uint64_t kept = stage->news_count < DEMO_NEWS_KEPT ? stage->news_count : DEMO_NEWS_KEPT;
	char target[DEMO_TARGET], path[4096];

	buf_addf(&text, "%llu\n", (unsigned long long)(stage->news_base + stage->news_count - kept));
	for (uint64_t i = stage->news_count - kept; i < stage->news_count; i++) {
		demo_target(stage->news[i % DEMO_NEWS_KEPT], stage->network, target);
		buf_addf(&text, "%llu %s\n", (unsigned long long)(stage->news_base + i + 1), target);
		if (demo_named_target(stage->news[i % DEMO_NEWS_KEPT], stage->network, target))
			buf_addf(&text, "%llu %s\n", (unsigned long long)(stage->news_base + i + 1), target);
	}
	path_of(stage->folder, "news", path);
	return file_write(path, buf_bytes(&text), 0600, err);
}

bool demo_news_start(struct demo_stage *stage, struct err *err)
{
	stage->news_base = (uint64_t)clock_now_ms();
	return write_news(stage, err);
}

void demo_news_add(struct demo_stage *stage, size_t nth)
{
	struct err err = {0};

	if (!stage->news_base)
		return;
	stage->news[stage->news_count++ % DEMO_NEWS_KEPT] = nth;
	if (!write_news(stage, &err))
		log_warn("demo change not told", F("listener", demo_rows[nth].name), F("why", err.text));
}

/* All lines of FOLDER/targets. */
static bool read_all(struct arena *arena, const char *folder, struct str **targets, size_t *count, struct err *err)
{
	struct bytes file;
	struct str rest, line;
	char path[4096];
	size_t room = 2 * demo_row_count, used = 0;
	struct str *all = ARENA_ARRAY(arena, struct str, room);

	path_of(folder, "targets", path);
	if (!file_read(arena, path, FILE_MAX, &file, err))
		return false;
	for (rest = str_from(file); used < room && str_take_line(&rest, &line);)
		all[used++] = line;
	*targets = all;
	*count = used;
	return true;
}

static bool has(const struct str *list, size_t count, struct str one)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(list[i], one))
			return true;
	return false;
}

bool demo_news(struct arena *arena, const char *folder, uint64_t *seen, struct str **targets, size_t *count,
	       struct err *err)
{
	struct bytes file;
	struct str rest, line, word;
	struct str *found = ARENA_ARRAY(arena, struct str, NEWS_MAX);
	uint64_t before = 0, number = 0;
	char path[4096];
	size_t used = 0;

	path_of(folder, "targets", path);
	if (access(path, R_OK) != 0)
		return err_set(err, ERR_ABSENT, "no demo listens in %s", folder);
	path_of(folder, "news", path);
	if (!file_read(arena, path, FILE_MAX, &file, err))
		return false;
	rest = str_from(file);
	if (!str_take_line(&rest, &line) || !str_to_u64(line, UINT64_MAX, &before))
		return err_set(err, ERR_INPUT, "%s is not whole", path);
	number = before;
	while (used < NEWS_MAX && str_take_line(&rest, &line))
		if (str_split(&line, ' ', &word) && str_to_u64(word, UINT64_MAX, &number) && number > *seen &&
		    !has(found, used, line))
			found[used++] = line;
	if (*seen < before && !read_all(arena, folder, &found, &used, err))
		return false;
	*seen = number;
	*targets = found;
	*count = used;
	return true;
}
