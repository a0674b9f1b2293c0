/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * ct - the source kind "ct": reads logs of Certificate Transparency for certificates of own domains.
 *
 * The probe process reads the logs and what strangers wrote into them (discovery/ct); this work tells it which log, from
 * where on, and keeps each batch together with the position after it in one transaction. So an end at any moment
 * neither skips an entry nor takes one twice. A log that lies is refused: its row says why, the audit has it.
 */

#include "base/err.h"

struct arena;
struct ct_line;

/* A log's answer, as it came from the probe process. Texts are NULL data when absent. */
enum ct_heard_kind {
	CT_HEARD_NOTHING, /* within the time */
	CT_HEARD_ENTRY,   /* number: index; at_ms; der, text: facts, word: "final", "precertificate", "issuer" */
	CT_HEARD_BATCH,   /* number: read; left; text: position */
	CT_HEARD_END,     /* why: ERR_NONE when all was read */
	CT_HEARD_LOST,    /* the probe process is gone: nothing more will come */
};
struct ct_heard {
	enum ct_heard_kind kind;
	uint32_t log;
	uint64_t number;
	int64_t at_ms;
	uint64_t left, unreadable;
	struct bytes der;
	struct str text, word;
	struct err why;
};

/*
 * The way to the probe process, as programs/engine provides it and tests pretend it. From any thread; a line is one
 * thread's. Logs of a line have numbers that its owner gives, below CT_LINE_LOGS.
 */
#define CT_LINE_LOGS 4096
struct ct_port {
	struct str (*list)(struct ct_port *port, struct arena *arena); /* the list of logs */
	/* "10.1.0.0/16", …: egress.allow */
	void (*allow)(struct ct_port *port, const struct str **networks, size_t *count);
	struct ct_line *(*open)(struct ct_port *port); /* NULL: no probe process is there now */
	void (*begin)(struct ct_line *line, uint32_t log, struct str options_json);
	void (*go)(struct ct_line *line, uint32_t log);
	void (*hear)(struct ct_line *line, uint32_t wait_ms, struct arena *arena, struct ct_heard *out);
	void (*close)(struct ct_line *line); /* what still runs is stopped; NULL is fine */
};
