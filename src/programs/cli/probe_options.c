/* SPDX-License-Identifier: Apache-2.0 */

/* --timeout and --starttls, for scan and check. */

#include "programs/cli/probe_options.h"

#include <string.h>

#include "base/buf.h"
#include "discovery/probe.h"
#include "discovery/target.h"

enum { TIMEOUT_MAX_S = 3600 };

static bool is_seconds(const char *value, uint32_t *out_ms)
{
	struct str text = str_of(value), whole;
	uint64_t ms = 0, part = 0;

	if (str_ends(text, STR("ms")))
		return str_to_u64(str_head(text, text.len - 2), TIMEOUT_MAX_S * 1000, &ms) && (*out_ms = (uint32_t)ms) > 0;
	if (str_ends(text, STR("s")))
		text.len--;
	if (!str_split(&text, '.', &whole) || !str_to_u64(whole, TIMEOUT_MAX_S, &ms))
		return false;
	if (text.data && (text.len > 3 || !str_to_u64(text, 999, &part)))
		return false;
	for (size_t digits = text.data ? text.len : 3; digits < 3; digits++)
		part *= 10;
	*out_ms = (uint32_t)(ms * 1000 + part);
	return *out_ms > 0;
}

bool option_timeout(const struct command_call *call, uint32_t *out_ms, struct err *err)
{
	const char *value = command_value(call, "timeout");

	if (!value || is_seconds(value, out_ms))
		return true;
	err_set(err, ERR_INPUT, "--timeout %s: not a time from 1 ms to %d s", value, TIMEOUT_MAX_S);
	return err_fix(err, "option-number", "give seconds: 5, 0.5 or 500ms");
}

bool option_starttls(const struct command_call *call, struct str *out, struct err *err)
{
	const char *value = command_value(call, "starttls");
	const struct target_protocol *known = value ? target_protocol_find(str_of(value)) : NULL;
	CLEANUP(buf_done) struct buf names = buf_capped(1024);
	struct probe_protocol protocol;

	if (!value || strcmp(value, "auto") == 0 || strcmp(value, "none") == 0) {
		*out = str_of(value);
		return true;
	}
	if (probe_protocol_is(str_of(value)) || (known && probe_protocol_is(str_of(known->protocol)))) {
		*out = probe_protocol_is(str_of(value)) ? str_of(value) : str_of(known->protocol);
		return true;
	}
	for (size_t i = 0; probe_protocol_at(i, &protocol); i++)
		buf_addf(&names, " %s", protocol.name);
	err_set(err, ERR_INPUT, "--starttls %s: no such protocol", value);
	return err_fix(err, "option-starttls", "auto, none, or one of:%s", names.data);
}
