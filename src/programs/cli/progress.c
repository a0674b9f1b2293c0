/* SPDX-License-Identifier: Apache-2.0 */

/* Scanning  ████████░░░░░░░░  1,584/2,056  312/s  3 s left */

#include "programs/cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "programs/cli/terminal.h"

enum { BAR_CELLS = 24, DRAW_MS = 100, LINE_BYTES = 512 };

struct progress {
	struct loop *loop;
	const char *what;
	struct terminal terminal;
	bool visible;
	int64_t started_ms, drawn_ms;
};

struct progress *progress_new(struct loop *loop, const char *what)
{
	struct progress *progress = NEW(struct progress);

	progress->loop = loop;
	progress->what = what;
	progress->terminal = terminal_of(STDERR_FILENO);
	progress->started_ms = loop_now_ms(loop);
	return progress;
}

static void show(const struct buf *line)
{
	ssize_t wrote = write(STDERR_FILENO, line->data, line->len);

	(void)wrote; /* talk that cannot be said is lost */
}

void progress_hide(struct progress *progress)
{
	CLEANUP(buf_done) struct buf line = buf_capped(LINE_BYTES);

	if (!progress->visible)
		return;
	buf_add_text(&line, "\r\x1b[K");
	show(&line);
	progress->visible = false;
}

void progress_free(struct progress *progress)
{
	if (progress)
		progress_hide(progress);
	free(progress);
}

/* 1,584 */
static void add_number(struct buf *line, uint64_t number)
{
	if (number >= 1000) {
		add_number(line, number / 1000);
		buf_addf(line, ",%03u", (unsigned)(number % 1000));
	} else {
		buf_addf(line, "%u", (unsigned)number);
	}
}

static void add_left(struct buf *line, uint64_t left, uint64_t rate)
{
	uint64_t seconds = rate ? left / rate : 0;

	if (rate == 0)
		return;
	if (seconds < 120)
		buf_addf(line, "  %u s left", (unsigned)seconds);
	else if (seconds < 7200)
		buf_addf(line, "  %u min left", (unsigned)(seconds / 60));
	else
		buf_addf(line, "  %u h left", (unsigned)(seconds / 3600));
}

static void add_bar(struct buf *line, uint64_t done, uint64_t total)
{
	uint64_t cells = done >= total ? BAR_CELLS : done * BAR_CELLS / total;

	for (uint64_t i = 0; i < BAR_CELLS; i++)
		buf_add_text(line, i < cells ? "█" : "░");
	buf_add_text(line, "  ");
}

void progress_set(struct progress *progress, uint64_t done, uint64_t total)
{
	CLEANUP(buf_done) struct buf line = buf_capped(LINE_BYTES);
	int64_t now = loop_now_ms(progress->loop), ran = now - progress->started_ms;
	uint64_t rate = ran > 0 ? done * 1000 / (uint64_t)ran : 0;

	if (!progress->terminal.moves || now - progress->drawn_ms < DRAW_MS)
		return;
	buf_addf(&line, "\r\x1b[K%s  ", progress->what);
	if (total > 0 && progress->terminal.width >= 80)
		add_bar(&line, done, total);
	add_number(&line, done);
	if (total > 0) {
		buf_add_char(&line, '/');
		add_number(&line, total);
	}
	buf_addf(&line, "  %llu/s", (unsigned long long)rate);
	if (total > done)
		add_left(&line, total - done, rate);
	show(&line);
	progress->visible = true;
	progress->drawn_ms = now;
}
