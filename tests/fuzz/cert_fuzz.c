/* SPDX-License-Identifier: Apache-2.0 */

/* Any bytes as a certificate: refused with an offset, or read so that its facts are JSON that reads back. */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "facts/cert.h"

static void check_json(const struct cert *cert)
{
	struct buf text = buf_capped(64 << 20);
	struct json_out json = json_out_start(&text);
	struct json_doc *doc = NULL;
	struct err err;

	cert_write(&json, cert);
	if (!buf_ok(&text) || !json_doc_read(buf_str(&text), &doc, &err))
		abort();
	json_doc_free(doc);
	buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new();
	const struct cert *cert = NULL;
	struct err err = {0};
	int64_t times[4];

	if (cert_read(arena, bytes_of(data, len), &cert, &err)) {
		if (!str_is_utf8(cert->subject) || !str_is_utf8(cert->issuer) || !cert->serial.len ||
		    cert_sct_times(cert, times, 4) != cert->scts)
			abort();
		check_json(cert);
	} else if (err.kind != ERR_INPUT || (len <= 1048576 && !strstr(err.text, "at byte"))) {
		abort();
	}
	arena_free(arena);
	return 0;
}
