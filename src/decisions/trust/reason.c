/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/reason.h"

#include "base/arena.h"
#include "base/clock.h"
#include "facts/cert.h"

#define SHOWN_MAX 240

/* Cut between characters, not within one. */
static struct str shorten(struct arena *arena, struct str text)
{
	size_t len = SHOWN_MAX;

	if (text.len <= SHOWN_MAX)
		return text;
	while (len && ((unsigned char)text.data[len] & 0xc0) == 0x80)
		len--;
	return arena_format(arena, "%.*s…", (int)len, text.data);
}

static struct str shown(struct arena *arena, struct str name, const struct cert *cert)
{
	if (name.len)
		return shorten(arena, cert_visible(arena, name));
	return arena_format(arena, "serial number %.*s", STR_ARG(str_head(cert->serial, 64)));
}

struct str reason_subject(struct arena *arena, const struct cert *cert)
{
	return shown(arena, cert->subject, cert);
}

struct str reason_issuer(struct arena *arena, const struct cert *cert)
{
	if (!cert->issuer.len)
		return STR("an issuer without a name");
	return shown(arena, cert->issuer, cert);
}

struct str reason_date(struct arena *arena, int64_t at)
{
	char text[CLOCK_TEXT];

	clock_write(at, text);
	return arena_str(arena, (struct str){text, 10});
}

struct str reason_span(struct arena *arena, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *word;
	} units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
	size_t i = 0;
	int64_t count;

	while (i + 1 < COUNT_OF(units) && seconds < units[i].seconds)
		i++;
	count = seconds / units[i].seconds;
	return arena_format(arena, "%lld %s%s", (long long)count, units[i].word,
			    count == 1 ? "" : "s");
}

/* Seconds between two times of any year, without overflow. */
static int64_t between(int64_t from, int64_t to)
{
	int64_t span;

	return __builtin_sub_overflow(to, from, &span) ? INT64_MAX : span;
}

struct str reason_validity(struct arena *arena, const struct cert *cert, int64_t now)
{
	if (cert->not_after < cert->not_before && (now > cert->not_after || now < cert->not_before))
		return STR("it ends before it begins");
	if (now > cert->not_after)
		return arena_format(arena, "expired %.*s ago (%.*s)",
				    STR_ARG(reason_span(arena, between(cert->not_after, now))),
				    STR_ARG(reason_date(arena, cert->not_after)));
	if (now < cert->not_before)
		return arena_format(arena, "not valid until %.*s (in %.*s)",
				    STR_ARG(reason_date(arena, cert->not_before)),
				    STR_ARG(reason_span(arena, between(now, cert->not_before))));
	return (struct str){0};
}

struct str reason_of(struct arena *arena, const struct cert *cert, size_t place, bool anchor,
		     struct str text)
{
	if (!place || !text.data)
		return text;
	return arena_format(arena, "the %s %.*s: %.*s", anchor ? "root" : "intermediate",
			    STR_ARG(reason_subject(arena, cert)), STR_ARG(text));
}
