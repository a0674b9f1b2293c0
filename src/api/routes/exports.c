/* SPDX-License-Identifier: Apache-2.0 */

/*
 * /exports/{form}: the rows that fit a query, whole, in a form of reporting/export.
 *
 * The rows go through a buffer into a file without a name, so that a large export needs no memory and a slow client holds
 * neither a worker nor a transaction. Who exported what is audited. What a noun needs is a row of `nouns`.
 */

#include "api/routes/route.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api/routes/export_rows.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/secret.h"
#include "decisions/query.h"

/* What is kept in memory before it goes to the file, and one row at most. */
#define DRAIN_BYTES  1048576
#define BUFFER_BYTES 33554432

struct sink {
	struct call *call;
	struct buf buffer;
	int fd; /* 0: none yet */
	uint64_t bytes;
};

static int file_open(const char *folder)
{
	if (folder)
		return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return memfd_create("keepvalid-export", MFD_CLOEXEC);
}

static bool drain(struct sink *sink, struct err *err)
{
	struct bytes rest = buf_bytes(&sink->buffer);

	if (!sink->fd) {
		sink->fd = file_open(sink->call->api->options.folder);
		if (sink->fd <= 0) {
			sink->fd = 0;
			return err_set(err, ERR_INTERNAL, "export: no file in the data folder");
		}
	}
	if (sink->bytes + rest.len > LIMIT_EXPORT_BYTES) {
		err_set(err, ERR_INPUT, "the export is larger than %lld bytes", (long long)LIMIT_EXPORT_BYTES);
		return err_fix(err, "export-large", "narrow the query, or ask for fewer columns");
	}
	while (rest.len > 0) {
		ssize_t wrote = write(sink->fd, rest.data, rest.len);

		if (wrote < 0) {
			err_set(err, ERR_INTERNAL, "export: the data folder takes no more");
			return err_fix(err, "disk-full", "make room on the disk of the data folder");
		}
		rest = bytes_of((const uint8_t *)rest.data + wrote, rest.len - (size_t)wrote);
		sink->bytes += (uint64_t)wrote;
	}
	buf_clear(&sink->buffer);
	return true;
}

static void sink_done(struct sink *sink)
{
	buf_done(&sink->buffer);
	if (sink->fd > 0)
		close(sink->fd);
}

static bool after_row(void *data, struct err *err)
{
	struct sink *sink = data;

	return sink->buffer.len < DRAIN_BYTES || drain(sink, err);
}

/* The answer's body: from memory when it is small. */
static bool sink_send(struct sink *sink, struct err *err)
{
	struct http_response *response = sink->call->response;

	if (!sink->fd) {
		buf_done(&response->body);
		response->body = sink->buffer;
		sink->buffer = buf_capped(0);
		return true;
	}
	if (!drain(sink, err))
		return false;
	response->file = sink->fd;
	response->file_bytes = sink->bytes;
	sink->fd = 0;
	return true;
}

static void uuid_write(char to[37])
{
	CLEANUP(secret_done) struct secret random = secret_random(16);
	uint8_t bytes[16];

	memcpy(bytes, secret_reveal(&random).data, sizeof bytes);
	bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40); /* after RFC 9562 section 5.4 */
	bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
	snprintf(to, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", bytes[0], bytes[1],
		 bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9], bytes[10], bytes[11],
		 bytes[12], bytes[13], bytes[14], bytes[15]);
}

bool load_export_form(struct call *call, struct err *err)
{
	const struct export_form **out = &call->object.export_form;
	CLEANUP(buf_done) struct buf names = buf_capped(1024);

	*out = export_form_find(call->params[0]);
	if (*out)
		return true;
	for (size_t i = 0; export_form_at(i); i++)
		buf_addf(&names, "%s%s", i ? ", " : "", export_form_at(i)->name);
	err_set(err, ERR_ABSENT, "there is no form \"%.*s\"", STR_ARG(str_head(call->params[0], 100)));
	return err_fix(err, "export-form", "one of: %s", names.data);
}

static bool columns_find(struct call *call, const struct export_rows_noun *noun, struct export_options *options,
			 struct err *err)
{
	struct str asked = http_query(call->request, "columns"), rest, one;
	struct str *columns;

	rest = asked.len ? asked : str_of(export_columns_usual(str_of(noun->name)));
	columns = ARENA_ARRAY(call->arena, struct str, LIMIT_EXPORT_COLUMNS);
	while (str_split(&rest, ',', &one)) {
		struct str first = str_head(one, str_find_char(one, '.') == SIZE_MAX ? one.len : str_find_char(one, '.'));

		if (options->column_count == LIMIT_EXPORT_COLUMNS || one.len > 200) {
			err_set(err, ERR_INPUT, "more than %d columns", LIMIT_EXPORT_COLUMNS);
			return err_fix(err, "export-columns", "ask for fewer");
		}
		if (!schema_has_field(noun->schema, first) && !(noun->has_facts && str_is(first, "facts"))) {
			if (!asked.len)
				continue;
			err_set(err, ERR_INPUT, "there is no column \"%.*s\"", STR_ARG(one));
			return err_fix(err, "export-columns", "members of the row as in /api/openapi.json, \"key.bits\" for "
							      "those within");
		}
		columns[options->column_count++] = one;
	}
	options->columns = columns;
	return true;
}

static bool noun_find(struct call *call, const struct export_form *form, const struct export_rows_noun **out,
		      struct err *err)
{
	struct str of = http_query(call->request, "of");

	if (!of.len)
		of = str_of(form->of ? form->of : "certificates");
	*out = export_rows_noun(of);
	if (!*out) {
		err_set(err, ERR_INPUT, "nothing is exported of \"%.*s\"", STR_ARG(str_head(of, 100)));
		return err_fix(err, "export-of", "one of: certificates, lineages, endpoints");
	}
	if (form->of && !str_is(of, form->of)) {
		err_set(err, ERR_INPUT, "%s is only for %s", form->name, form->of);
		return err_fix(err, "export-of", "it need not be said");
	}
	return true;
}

static bool note_who(struct call *call, const struct export_form *form, const struct export_rows_noun *noun,
		     uint64_t count, struct err *err)
{
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct audit_actor actor = call->actor;

	actor.why = arena_format(call->arena, "%llu %s as %s, query: %.*s", (unsigned long long)count, noun->name,
				 form->name, STR_ARG(http_query(call->request, "q")));
	store_end(&call->txn);
	return store_write(call->api->options.store, &txn, err) &&
	       audit_add(txn, &actor, "inventory.export", arena_format(call->arena, "export:%s", noun->name), call->now,
			 err) &&
	       store_commit(&txn, err);
}

bool handle_export(struct call *call, struct err *err)
{
	CLEANUP(sink_done) struct sink sink = {.call = call, .buffer = buf_capped(BUFFER_BYTES)};
	CLEANUP(export_done) struct export out = {0};
	struct export_options options = {.now = call->now,
					 .version = STR(KEEPVALID_VERSION),
					 .title = STR("Certificates"),
					 .mark = str_is(http_query(call->request, "bom"), "true")};
	const struct export_rows_noun *noun;
	const struct export_form *form = call->object.export_form;
	const struct query_node *query;
	char uuid[37];

	uuid_write(uuid);
	options.uuid = str_of(uuid);
	options.instance = api_instance_name(call);
	if (!noun_find(call, form, &noun, err) ||
	    ((form->needs & EXPORT_COLUMNS) && !columns_find(call, noun, &options, err)) ||
	    !query_read(call->arena, http_query(call->request, "q"), &query, &call->error_column, err))
		return false;
	options.of = str_of(noun->name);
	export_start(&out, form, &options, &sink.buffer);
	if (!export_rows(call, noun, query_filter(call->arena, query, call->now), UINT64_MAX, &out, after_row, &sink, err))
		return false;
	export_end(&out);
	if (!note_who(call, form, noun, out.count, err) || !sink_send(&sink, err))
		return false;
	call->response->status = 200;
	call->response->type = str_of(form->type);
	http_response_header(call->response, "Content-Disposition",
			     arena_format(call->arena, "attachment; filename=\"keepvalid-%s%s\"", noun->name, form->ending));
	call->answered = true;
	return true;
}
