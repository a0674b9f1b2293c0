/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Columns stand in one table for all forms but JSON; a terminal shows five of them, fitted to its width: a mark, the days
 * left, the name, the issuer, where, and what is wrong. Elsewhere nothing is cut and nothing coloured. CSV after RFC 4180,
 * with cells that a spreadsheet would take for a formula made text.
 */

#include "programs/cli/scan_rows.h"

#include <string.h>

#include "discovery/host.h"
#include "facts/cert.h"
#include "programs/cli/findings.h"
#include "programs/cli/terminal.h"

enum { DAY_S = 86400, CELL_BYTES = 16384 };

struct row {
	const struct scan_record *record;
	const struct cert *leaf;
	int64_t now;
	uint32_t findings;
};

static int64_t days_left(const struct row *row)
{
	int64_t left = row->leaf->not_after - row->now;

	return left >= 0 ? left / DAY_S : -((-left + DAY_S - 1) / DAY_S);
}

static void add_port(struct buf *cell, const struct row *row)
{
	if (row->record->port)
		buf_addf(cell, "%u", row->record->port);
}

static void add_days(struct buf *cell, const struct row *row)
{
	if (row->leaf)
		buf_addf(cell, "%lld", (long long)days_left(row));
}

static void add_not_after(struct buf *cell, const struct row *row)
{
	struct json_out json = json_out_start(cell);

	if (!row->leaf)
		return;
	json_out_time(&json, row->leaf->not_after);
	/* The time without its quotes. */
	memmove(cell->data, cell->data + 1, cell->len - 2);
	cell->len -= 2;
}

static void add_name(struct buf *cell, const struct row *row)
{
	const struct cert *leaf = row->leaf;

	if (!leaf)
		return;
	if (leaf->subject_cn.data)
		buf_add_str(cell, leaf->subject_cn);
	else if (leaf->names.dns.count)
		buf_add_str(cell, leaf->names.dns.at[0]);
	else if (leaf->names.ip.count)
		buf_add_str(cell, leaf->names.ip.at[0]);
	else
		buf_add_str(cell, leaf->subject);
}

static void add_issuer(struct buf *cell, const struct row *row)
{
	if (row->leaf)
		buf_add_str(cell, row->leaf->issuer_cn.data ? row->leaf->issuer_cn : row->leaf->issuer);
}

static void add_sha256(struct buf *cell, const struct row *row)
{
	if (row->record->chain_count)
		for (size_t i = 0; i < 32; i++)
			buf_addf(cell, "%02x", row->record->chain[0]->sha256[i]);
}

static void add_findings(struct buf *cell, const struct row *row)
{
	for (int bit = 0; bit < FINDING_COUNT; bit++)
		if (row->findings >> bit & 1) {
			buf_add_text(cell, cell->len ? ", " : "");
			buf_add_text(cell, finding_name(bit));
		}
}

static void add_target(struct buf *cell, const struct row *row)
{
	buf_add_str(cell, row->record->target);
}

static void add_address(struct buf *cell, const struct row *row)
{
	buf_add_str(cell, row->record->address);
}

static void add_host(struct buf *cell, const struct row *row)
{
	buf_add_str(cell, row->record->host);
}

static void add_protocol(struct buf *cell, const struct row *row)
{
	buf_add_str(cell, row->record->protocol);
}

static void add_server_name(struct buf *cell, const struct row *row)
{
	buf_add_str(cell, row->record->server_name);
}

static void add_outcome(struct buf *cell, const struct row *row)
{
	buf_add_text(cell, scan_outcome_name(row->record->outcome));
}

static void add_detail(struct buf *cell, const struct row *row)
{
	buf_add_str(cell, row->record->detail);
}

static void add_version(struct buf *cell, const struct row *row)
{
	if (row->record->tls.known)
		buf_add_str(cell, row->record->tls.version);
}

/* clang-format off */
static const struct {
	const char *title;
	void (*add)(struct buf *cell, const struct row *row);
} columns[] = {
	{"target", add_target},     {"host", add_host},           {"address", add_address}, {"port", add_port},
	{"protocol", add_protocol}, {"server_name", add_server_name}, {"outcome", add_outcome}, {"detail", add_detail},
	{"tls", add_version},       {"days", add_days},           {"not_after", add_not_after}, {"name", add_name},
	{"issuer", add_issuer},     {"sha256", add_sha256},       {"findings", add_findings},
};
/* clang-format on */

static bool is_number(struct str text)
{
	uint64_t number;

	return str_to_u64(str_starts(text, STR("-")) ? str_skip(text, 1) : text, UINT64_MAX, &number);
}

static void csv_add(struct buf *to, struct str text)
{
	bool formula = text.len > 0 && memchr("=+-@\t\r", text.data[0], 6) && !is_number(text);
	bool quoted = formula;

	for (size_t i = 0; i < text.len; i++)
		quoted |= memchr("\",\r\n", text.data[i], 4) != NULL;
	if (!quoted) {
		buf_add_str(to, text);
		return;
	}
	buf_add_text(to, formula ? "\"'" : "\"");
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"')
			buf_add_char(to, '"');
		buf_add_char(to, text.data[i]);
	}
	buf_add_char(to, '"');
}

static void separated_add(const struct rows *rows, struct buf *to, const struct row *row)
{
	CLEANUP(buf_done) struct buf cell = buf_capped(CELL_BYTES);
	CLEANUP(buf_done) struct buf shown = buf_capped(4 * CELL_BYTES);

	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		buf_clear(&cell);
		buf_clear(&shown);
		columns[i].add(&cell, row);
		text_add(&shown, buf_str(&cell), 0);
		if (i > 0)
			buf_add_char(to, rows->form == ROWS_CSV ? ',' : '\t');
		if (rows->form == ROWS_CSV)
			csv_add(to, buf_str(&shown));
		else
			buf_add_str(to, buf_str(&shown));
	}
	buf_add_text(to, rows->form == ROWS_CSV ? "\r\n" : "\n");
}

/* Widths of name, issuer, where; what is wrong gets the rest. */
struct layout {
	uint32_t name, issuer, where, wrong;
};

static struct layout layout_of(uint32_t width)
{
	uint32_t free_columns = width > 60 ? width - 15 : 45; /* without mark, days and gaps */
	struct layout out = {.name = free_columns * 30 / 100, .issuer = free_columns * 16 / 100, .where = free_columns * 29 / 100};

	out.wrong = free_columns - out.name - out.issuer - out.where;
	return out;
}

static void fitted(struct buf *to, struct str text, uint32_t width, const char *gap)
{
	uint32_t used = text_add(to, text, width);

	while (used++ < width)
		buf_add_char(to, ' ');
	buf_add_text(to, gap);
}

enum mark { MARK_GOOD, MARK_NOTE, MARK_BAD, MARK_NONE };

static enum mark mark_of(const struct row *row)
{
	if (row->record->chain_count == 0)
		return MARK_NONE;
	if (row->findings & (FINDING_EXPIRED | FINDING_NOT_YET_VALID | FINDING_NAME_MISMATCH | FINDING_UNREADABLE))
		return MARK_BAD;
	return row->findings ? MARK_NOTE : MARK_GOOD;
}

static void add_where(struct buf *cell, const struct row *row)
{
	const struct scan_record *record = row->record;
	bool v6 = str_find_char(record->host, ':') != SIZE_MAX;

	if (!record->port) { /* a file of this machine */
		buf_add_str(cell, record->target);
		return;
	}
	buf_addf(cell, v6 ? "[%.*s]:%u" : "%.*s:%u", STR_ARG(record->host), record->port);
	if (record->protocol.data && !str_is(record->protocol, "tls"))
		buf_addf(cell, " %.*s", STR_ARG(record->protocol));
}

static void add_wrong(struct buf *cell, const struct row *row)
{
	if (row->record->port == 0) {
		add_findings(cell, row);
		buf_addf(cell, "%s%.*s", cell->len && row->record->detail.len ? ", " : "", STR_ARG(row->record->detail));
		return;
	}
	if (row->record->chain_count && row->record->outcome == SCAN_OK) {
		add_findings(cell, row);
		return;
	}
	buf_add_text(cell, scan_outcome_name(row->record->outcome));
	if (row->record->detail.data)
		buf_addf(cell, ": %.*s", STR_ARG(row->record->detail));
}

static void table_add(struct rows *rows, struct buf *to, const struct row *row)
{
	static const char *const marks[] = {"✓", "!", "✗", "·"}, *const colours[] = {"32", "33", "31", "2"};
	CLEANUP(buf_done) struct buf cell = buf_capped(CELL_BYTES);
	struct layout layout = layout_of(rows->width);
	enum mark mark = mark_of(row);

	if (rows->colour)
		buf_addf(to, "\x1b[%sm%s\x1b[0m", colours[mark], marks[mark]);
	else
		buf_add_text(to, marks[mark]);
	add_days(&cell, row);
	buf_addf(to, "%6.6s  ", cell.len ? cell.data : "");
	buf_clear(&cell);
	add_name(&cell, row);
	fitted(to, buf_str(&cell), layout.name, "  ");
	buf_clear(&cell);
	add_issuer(&cell, row);
	fitted(to, buf_str(&cell), layout.issuer, "  ");
	buf_clear(&cell);
	add_where(&cell, row);
	fitted(to, buf_str(&cell), layout.where, "  ");
	buf_clear(&cell);
	add_wrong(&cell, row);
	text_add(to, buf_str(&cell), layout.wrong);
	buf_add_char(to, '\n');
}

static void heading_add(const struct rows *rows, struct buf *to)
{
	struct layout layout = layout_of(rows->width);

	buf_add_text(to, rows->colour ? "\x1b[1m   DAYS  " : "   DAYS  ");
	fitted(to, STR("NAME"), layout.name, "  ");
	fitted(to, STR("ISSUER"), layout.issuer, "  ");
	fitted(to, STR("WHERE"), layout.where, "  ");
	buf_add_text(to, rows->colour ? "FINDINGS\x1b[0m\n" : "FINDINGS\n");
}

void rows_begin(const struct rows *rows, struct buf *to)
{
	switch (rows->form) {
	case ROWS_TABLE:
		heading_add(rows, to);
		break;
	case ROWS_CSV:
		for (size_t i = 0; i < COUNT_OF(columns); i++)
			buf_addf(to, "%s%s", columns[i].title, i + 1 < COUNT_OF(columns) ? "," : "\r\n");
		break;
	case ROWS_JSON:
		buf_add_text(to, "{\"records\":[");
		break;
	default:
		break;
	}
}

static bool is_silent(const struct scan_record *record)
{
	return record->outcome == SCAN_REFUSED || record->outcome == SCAN_TIMEOUT || record->outcome == SCAN_UNREACHABLE;
}

void rows_add(struct rows *rows, struct buf *to, const struct scan_record *record, int64_t now)
{
	struct row row = {record, findings_leaf(record), now, 0};
	struct json_out json = json_out_start(to);

	switch (rows->form) {
	case ROWS_TABLE:
		row.findings = findings_of(record, now);
		if (!rows->hide_silent || !is_silent(record))
			table_add(rows, to, &row);
		break;
	case ROWS_TSV:
	case ROWS_CSV:
		row.findings = findings_of(record, now);
		separated_add(rows, to, &row);
		break;
	case ROWS_JSON:
		buf_add_text(to, rows->count ? ",\n" : "\n");
		scan_record_write(&json, record);
		break;
	case ROWS_JSONL:
		scan_record_write(&json, record);
		buf_add_char(to, '\n');
		break;
	}
	rows->count++;
}

void rows_add_file(struct rows *rows, struct buf *to, const struct scan_record *shown, const struct host_file *file,
		   int64_t now)
{
	struct json_out json = json_out_start(to);

	if (rows->form != ROWS_JSON && rows->form != ROWS_JSONL) {
		rows_add(rows, to, shown, now);
		return;
	}
	if (rows->form == ROWS_JSON)
		buf_add_text(to, rows->count ? ",\n" : "\n");
	host_file_write(&json, file);
	if (rows->form == ROWS_JSONL)
		buf_add_char(to, '\n');
	rows->count++;
}

static void local_end(struct json_out *json, const struct rows_summary *summary)
{
	const struct host_found *host = summary->host;

	json_out_key_int(json, "files", (int64_t)summary->files);
	json_out_key_int(json, "files_due", (int64_t)summary->due);
	json_out_key_int(json, "keys_readable_by_everyone", (int64_t)summary->readable_keys);
	json_out_key_int(json, "not_served", (int64_t)summary->not_served);
	json_out_key_int(json, "files_looked_at", (int64_t)host->looked);
	json_out_key_bool(json, "limited", host->limited);
	json_out_key(json, "problems");
	json_out_array(json);
	for (size_t i = 0; i < host->problem_count; i++) {
		json_out_object(json);
		json_out_key_str(json, "path", host->problems[i].path);
		json_out_key_int(json, "line", host->problems[i].line);
		json_out_key_str(json, "text", host->problems[i].text);
		json_out_end_object(json);
	}
	json_out_end_array(json);
}

void rows_end(const struct rows *rows, struct buf *to, const struct rows_summary *summary)
{
	struct json_out json = json_out_start(to);

	if (rows->form != ROWS_JSON)
		return;
	buf_add_text(to, "\n],\"summary\":");
	json_out_object(&json);
	json_out_key_int(&json, "records", (int64_t)summary->records);
	json_out_key_int(&json, "with_certificate", (int64_t)summary->with_certificate);
	json_out_key(&json, "outcomes");
	json_out_object(&json);
	for (int i = 0; i <= SCAN_LIMIT; i++)
		if (summary->outcomes[i])
			json_out_key_int(&json, scan_outcome_name(i), (int64_t)summary->outcomes[i]);
	json_out_end_object(&json);
	json_out_key_int(&json, "wrong_lines", (int64_t)summary->wrong_lines);
	if (summary->host)
		local_end(&json, summary);
	json_out_key_bool(&json, "interrupted", summary->interrupted);
	json_out_key_int(&json, "elapsed_ms", summary->elapsed_ms);
	json_out_end_object(&json);
	buf_add_text(to, "}\n");
}
