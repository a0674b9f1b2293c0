/* SPDX-License-Identifier: Apache-2.0 */

/*
 * /healthz, /readyz, /metrics. The x509_ names are those of enix's x509-certificate-exporter, so that its dashboards and
 * rules work; the discriminator keeps labels apart that would collide. Up to LIMIT_METRIC_SERIES certificates have series of
 * their own; the aggregates are exact beyond.
 */

#include "api/routes/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "base/limits.h"

#define SERIAL_DIGITS 128

static bool plain(struct call *call, unsigned status, const char *text)
{
	call->response->status = status;
	call->response->type = STR("text/plain; charset=utf-8");
	buf_add_text(&call->response->body, text);
	call->answered = true;
	return true;
}

bool handle_healthz(struct call *call, struct err *err)
{
	return plain(call, 200, "ok\n");
}

/* That this runs at all means that the store gave a reading transaction. */
bool handle_readyz(struct call *call, struct err *err)
{
	const struct api_options *options = &call->api->options;

	if (options->ready && !options->ready(options->ready_data))
		return plain(call, 503, "not ready\n");
	return plain(call, 200, "ok\n");
}

static void head(struct buf *to, const char *name, const char *type, const char *help)
{
	buf_addf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct buf *to, const char *name, const char *type, const char *help, int64_t value)
{
	head(to, name, type, help);
	buf_addf(to, "%s %lld\n", name, (long long)value);
}

static void label(struct buf *to, const char *name, struct str value)
{
	buf_addf(to, "%s=\"", name);
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (c == '\\' || c == '"')
			buf_addf(to, "\\%c", c);
		else if (c == '\n')
			buf_add_text(to, "\\n");
		else
			buf_add_char(to, c);
	}
	buf_add_char(to, '"');
}

/* The exporter's serial numbers are decimal. Very long ones stay hex. */
static struct str decimal(struct str hex, char to[SERIAL_DIGITS])
{
	uint8_t digits[SERIAL_DIGITS] = {0}; /* smallest first */
	size_t count = 1, at = SERIAL_DIGITS;
	bool negative = str_starts(hex, STR("-"));

	if (negative)
		hex = str_skip(hex, 1);
	if (hex.len > SERIAL_DIGITS / 2)
		return hex;
	for (size_t i = 0; i < hex.len; i++) {
		uint32_t carry = (uint32_t)(hex.data[i] <= '9' ? hex.data[i] - '0' : hex.data[i] - 'a' + 10);

		for (size_t j = 0; j < count || carry; j++) {
			carry += digits[j] * 16u;
			digits[j] = (uint8_t)(carry % 10);
			carry /= 10;
			count = j >= count ? j + 1 : count;
		}
	}
	for (size_t j = 0; j < count; j++)
		to[--at] = (char)('0' + digits[j]);
	if (negative)
		to[--at] = '-';
	return (struct str){to + at, SERIAL_DIGITS - at};
}

static void series(struct buf *to, const char *name, const struct model_certificate *row, int64_t value)
{
	char hex[2 * HASH_SHA256 + 1], serial[SERIAL_DIGITS];

	hex_write(hex, bytes_of(row->sha256, HASH_SHA256));
	buf_addf(to, "%s{", name);
	label(to, "serial_number", decimal(row->serial, serial));
	buf_add_char(to, ',');
	label(to, "subject_CN", row->subject_cn.data ? row->subject_cn : row->name);
	buf_add_char(to, ',');
	label(to, "issuer_CN", row->issuer_cn.data ? row->issuer_cn : row->issuer);
	buf_addf(to, ",discriminator=\"%.16s\"} %lld\n", hex, (long long)value);
}

/* Certificates that some location shows now. */
static const struct model_term served[] = {{.op = MODEL_GT, .field = MODEL_FIELD_SERVED, .number = 0}};

static bool certificates_write(struct call *call, struct buf *to, struct err *err)
{
	const struct model_filter filter = {served, COUNT_OF(served)};
	CLEANUP(buf_done) struct buf before = buf_capped(LIMIT_RESPONSE_BODY_BYTES);
	CLEANUP(buf_done) struct buf expired = buf_capped(LIMIT_RESPONSE_BODY_BYTES);
	CLEANUP(buf_done) struct buf error = buf_capped(LIMIT_RESPONSE_BODY_BYTES);
	struct store_page page = {.limit = LIMIT_PAGE_ROWS};
	size_t written = 0;
	bool more_left = true;

	head(to, "x509_cert_not_after", "gauge", "End of the certificate's life, in seconds since 1970");
	while (more_left && written < LIMIT_METRIC_SERIES) {
		const struct model_certificate *rows;
		struct store_more more;
		size_t count;

		if (!store_certificates(call->txn, call->arena, &filter, STORE_BY_NOT_AFTER, &page, call->now, &rows,
					&count, &more, err))
			return false;
		for (size_t i = 0; i < count; i++) {
			series(to, "x509_cert_not_after", &rows[i], rows[i].not_after);
			series(&before, "x509_cert_not_before", &rows[i], rows[i].not_before);
			series(&expired, "x509_cert_expired", &rows[i], rows[i].not_after < call->now);
			series(&error, "x509_cert_error", &rows[i], 0);
		}
		written += count;
		more_left = more.next.set;
		page.after = more.next;
	}
	head(to, "x509_cert_not_before", "gauge", "Start of the certificate's life, in seconds since 1970");
	buf_add_str(to, buf_str(&before));
	head(to, "x509_cert_expired", "gauge", "Whether the certificate has expired");
	buf_add_str(to, buf_str(&expired));
	head(to, "x509_cert_error", "gauge", "Whether the certificate could not be read");
	buf_add_str(to, buf_str(&error));
	one(to, "keepvalid_metrics_truncated", "gauge", "Whether there are more certificates than series", more_left);
	return true;
}

static bool states_write(struct call *call, struct buf *to, struct err *err)
{
#define X(name, text) MODEL_STATE_##name,
	static const enum model_state states[] = {MODEL_STATES_ALL(X)};
#undef X
#define X(name, text) MODEL_PATH_##name,
	static const enum model_path paths[] = {MODEL_PATHS_ALL(X)};
#undef X
	const struct store_page page = {.limit = 1, .total = true};

	head(to, "keepvalid_certificates", "gauge", "Leaf certificates that are served now, by renewal path and state");
	for (size_t i = 0; i < COUNT_OF(states) * COUNT_OF(paths); i++) {
		enum model_state state = states[i % COUNT_OF(states)];
		enum model_path path = paths[i / COUNT_OF(states)];
		const struct model_term terms[] = {{.op = MODEL_EQ, .field = MODEL_FIELD_ACTIVE, .number = 1},
						   {.op = MODEL_EQ, .field = MODEL_FIELD_STATE, .number = state},
						   {.op = MODEL_AND},
						   {.op = MODEL_EQ, .field = MODEL_FIELD_PATH, .number = path},
						   {.op = MODEL_AND}};
		const struct model_filter filter = {terms, COUNT_OF(terms)};
		const struct model_certificate *rows;
		struct store_more more;
		size_t count;

		if (!store_certificates(call->txn, call->arena, &filter, STORE_BY_NOT_AFTER, &page, call->now, &rows,
					&count, &more, err))
			return false;
		buf_addf(to, "keepvalid_certificates{path=\"%s\",state=\"%s\"} %lld\n", model_path_name(path),
			 model_state_name(state), (long long)more.total);
	}
	return true;
}

static bool overview_write(struct call *call, struct buf *to, struct err *err)
{
	struct store_overview overview;

	if (!store_overview(call->txn, call->now, &overview, err))
		return false;
	one(to, "keepvalid_active_certificates", "gauge", "Leaf certificates that are served now", overview.active);
	one(to, "keepvalid_proven_certificates", "gauge", "Of them, with a proven renewal path", overview.proven);
	one(to, "keepvalid_certificates_need_you", "gauge", "Of them, that want somebody to act", overview.need_you);
	one(to, "keepvalid_endpoints", "gauge", "Endpoints known", overview.endpoints);
	one(to, "keepvalid_hosts", "gauge", "Hosts known", overview.hosts);
	return true;
}

static bool jobs_write(struct call *call, struct buf *to, struct err *err)
{
	const struct store_page page = {.limit = LIMIT_PAGE_ROWS};
	const struct model_job *rows;
	struct store_more more;
	int64_t waiting = 0;
	size_t count;

	if (!store_jobs(call->txn, call->arena, &page, &rows, &count, &more, err))
		return false;
	for (size_t i = 0; i < count; i++)
		waiting += rows[i].state == MODEL_JOB_WAITING;
	one(to, "keepvalid_job_queue_depth", "gauge", "Jobs that wait, among the last 1000", waiting);
	return true;
}

static bool scan_write(struct call *call, struct buf *to, struct err *err)
{
	struct model_scan last;
	bool found;

	if (!store_scan_last(call->txn, call->arena, &last, &found, err))
		return false;
	if (!found)
		return true;
	head(to, "keepvalid_last_scan_targets", "gauge", "Targets of the last scan, by outcome");
	for (size_t i = 0; i < last.outcome_count; i++) {
		buf_add_text(to, "keepvalid_last_scan_targets{");
		label(to, "outcome", last.outcomes[i].name);
		buf_addf(to, "} %lld\n", (long long)last.outcomes[i].count);
	}
	return true;
}

struct source_now {
	const struct model_source *source;
	struct model_run run;
};

static void source_labels(struct buf *to, const char *name, const struct source_now *now)
{
	buf_addf(to, "%s{", name);
	label(to, "source_kind", now->source->kind);
	buf_add_char(to, ',');
	label(to, "source_name", now->source->name);
}

/* Where discovery looks: whether it works, and what it holds. A source that never ran is not there yet, as the exporter has it. */
static bool sources_write(struct call *call, struct buf *to, struct err *err)
{
	CLEANUP(buf_done) struct buf bundles = buf_capped(LIMIT_RESPONSE_BODY_BYTES);
	CLEANUP(buf_done) struct buf errors = buf_capped(LIMIT_RESPONSE_BODY_BYTES);
	const struct store_page page = {.limit = LIMIT_PAGE_ROWS};
	const struct model_source *rows;
	struct store_more more;
	size_t count;

	if (!store_sources(call->txn, call->arena, &page, &rows, &count, &more, err))
		return false;
	head(to, "x509_source_up", "gauge", "Whether the source's last run ended well");
	head(&bundles, "x509_source_bundles", "gauge", "Places at which the source sees certificates");
	head(&errors, "x509_source_errors_total", "counter", "Runs of the source that failed");
	for (size_t i = 0; i < count; i++) {
		struct source_now now = {.source = &rows[i]};
		int64_t failed;

		if (!rows[i].last_run_id)
			continue;
		if (!store_run(call->txn, call->arena, rows[i].last_run_id, &now.run, err) ||
		    !store_runs_failed(call->txn, rows[i].id, &failed, err))
			return false;
		source_labels(to, "x509_source_up", &now);
		buf_addf(to, "} %d\n", now.run.state != MODEL_SCAN_FAILED);
		source_labels(&bundles, "x509_source_bundles", &now);
		buf_addf(&bundles, "} %lld\n", (long long)rows[i].found);
		source_labels(&errors, "x509_source_errors_total", &now);
		buf_addf(&errors, ",reason=\"run-failed\"} %lld\n", (long long)failed);
	}
	buf_add_str(to, buf_str(&bundles));
	buf_add_str(to, buf_str(&errors));
	return true;
}

static void server_write(struct call *call, struct buf *to)
{
	struct http_stats stats = http_server_stats(call->api->http);

	head(to, "keepvalid_build_info", "gauge", "The version");
	buf_addf(to, "keepvalid_build_info{version=\"%s\"} 1\n", KEEPVALID_VERSION);
	one(to, "keepvalid_start_time_seconds", "gauge", "When the engine began to serve", call->api->started_at);
	one(to, "keepvalid_http_requests_total", "counter", "Requests", (int64_t)stats.requests);
	one(to, "keepvalid_http_refused_total", "counter", "Requests that the guard or a limit refused",
	    (int64_t)stats.refused);
	one(to, "keepvalid_event_streams", "gauge", "Event streams that are open", (int64_t)stats.streams);
}

static bool is_loopback(const struct call *call)
{
	return call->request->local || str_starts(call->request->peer, STR("127.")) ||
	       str_is(call->request->peer, "::1");
}

/* Names of certificates are not for everybody: from elsewhere a session is needed. */
bool handle_metrics(struct call *call, struct err *err)
{
	struct buf *to = &call->response->body;

	if (call->api->options.metrics == API_METRICS_OFF) {
		err_set(err, ERR_ABSENT, "metrics are off");
		return err_fix(err, "metrics-off", "set metrics: loopback or session in the configuration");
	}
	if (!call->caller.known && (call->api->options.metrics == API_METRICS_SESSION || !is_loopback(call))) {
		call->error_status = 401;
		err_set(err, ERR_DENIED, "metrics are for this machine, or with a session");
		return err_fix(err, "login-needed", "scrape from 127.0.0.1");
	}
	server_write(call, to);
	if (!overview_write(call, to, err) || !states_write(call, to, err) || !jobs_write(call, to, err) ||
	    !scan_write(call, to, err) || !sources_write(call, to, err) || !certificates_write(call, to, err))
		return false;
	call->response->status = 200;
	call->response->type = STR("text/plain; version=0.0.4; charset=utf-8");
	call->answered = true;
	return true;
}
