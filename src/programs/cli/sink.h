/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * sink - standard output for much output while a loop runs.
 *
 * Rows gather in one large buffer and go out in large writes. A reader that is slow (a pager, a pipe) never stops the loop: what it does
 * not take waits here, and sink_is_full tells to produce less.
 */

#include "base/buf.h"
#include "base/err.h"

struct loop;
struct sink;

struct sink *sink_new(struct loop *loop, int fd);
void sink_free(struct sink *sink);

/* Where rows are added; sink_turn after that. */
struct buf *sink_buf(struct sink *sink);

/* Writes what is due: at once when urgent or much, else within 100 ms. */
void sink_turn(struct sink *sink, bool urgent);

/* More waits than should: start nothing new. */
bool sink_is_full(const struct sink *sink);

/* Writes all that is left, waiting for the reader. err ERR_INTERNAL when a write failed, now or before. */
MUST_CHECK bool sink_end(struct sink *sink, struct err *err);

/* Whether a write has failed; nothing more goes out then. */
bool sink_has_failed(const struct sink *sink);
