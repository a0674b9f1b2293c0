/* SPDX-License-Identifier: Apache-2.0 */

/* Errors as values: see the door. Foreign bytes in a text are made printable here, once. */

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Control characters and broken UTF-8 would reach terminals and logs: replace them by '?'. */
static void make_printable(char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
	if (str_is_utf8((struct str){text, len}))
		return;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] >= 0x80)
			text[i] = '?';
}

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
	va_list args;

	if (!err)
		return false;
	err->kind = kind;
	err->retry_s = 0;
	err->code[0] = err->fix[0] = 0;
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	make_printable(err->text);
	return false;
}

bool err_wrap(struct err *err, const char *format, ...)
{
	char inner[sizeof err->text];
	va_list args;
	int len;

	if (!err)
		return false;
	memcpy(inner, err->text, sizeof inner);
	va_start(args, format);
	len = vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	if (len < 0)
		len = 0;
	if ((size_t)len < sizeof err->text)
		snprintf(err->text + len, sizeof err->text - (size_t)len, "%s%s", len ? ": " : "", inner);
	make_printable(err->text);
	return false;
}

bool err_fix(struct err *err, const char *code, const char *format, ...)
{
	va_list args;

	if (!err)
		return false;
	snprintf(err->code, sizeof err->code, "%s", code);
	va_start(args, format);
	vsnprintf(err->fix, sizeof err->fix, format, args);
	va_end(args);
	make_printable(err->fix);
	return false;
}

const char *err_kind_name(enum err_kind kind)
{
	static const char *const names[] = {
		[ERR_NONE] = "none",         [ERR_INPUT] = "input",
		[ERR_ABSENT] = "absent",     [ERR_DENIED] = "denied",
		[ERR_CONFLICT] = "conflict", [ERR_UNREACHED] = "unreached",
		[ERR_TIMEOUT] = "timeout",   [ERR_PROTOCOL] = "protocol",
		[ERR_REFUSED] = "refused",   [ERR_LATER] = "later",
		[ERR_INTERNAL] = "internal",
	};

	return (size_t)kind < COUNT_OF(names) ? names[kind] : "unknown";
}
