/* SPDX-License-Identifier: Apache-2.0 */

/* Text lines of a dialogue, and the table of greetings that are of other protocols. */

#include "discovery/probe/starttls/lines.h"

#include <string.h>

#include "base/limits.h"

enum lines_take line_take(struct bytes *in, struct str *line)
{
	struct str rest = str_from(*in);

	if (!str_take_line(&rest, line))
		return in->len > LIMIT_DIALOGUE_LINE_BYTES ? LINE_LONG : LINE_PART;
	if (line->len > LIMIT_DIALOGUE_LINE_BYTES)
		return LINE_LONG;
	*in = bytes_from(rest);
	return LINE_HERE;
}

enum starttls_step lines_speak(struct starttls_talk *talk, struct bytes *in, struct buf *out,
			       enum starttls_step (*answered)(struct starttls_talk *talk, struct str line, struct buf *out))
{
	enum starttls_step step = STARTTLS_MORE;

	while (step == STARTTLS_MORE) {
		struct str line;

		switch (line_take(in, &line)) {
		case LINE_PART:
			return STARTTLS_MORE;
		case LINE_LONG:
			return starttls_unexpected(talk, *in);
		case LINE_HERE:
			step = answered(talk, line, out);
		}
	}
	return step;
}

static bool reply_read(struct str line, struct reply *reply)
{
	if (line.len < 3 || (line.len > 3 && line.data[3] != ' ' && line.data[3] != '-'))
		return false;
	reply->code = 0;
	for (size_t i = 0; i < 3; i++) {
		if (!ascii_is_digit(line.data[i]))
			return false;
		reply->code = reply->code * 10 + (unsigned)(line.data[i] - '0');
	}
	reply->last = line.len == 3 || line.data[3] == ' ';
	reply->text = str_skip(line, line.len > 3 ? 4 : 3);
	return true;
}

/* Within a multi-line reply any text may stand until its code comes again with a blank. */
enum reply_take reply_take(struct starttls_talk *talk, struct bytes *in, struct reply *reply)
{
	struct bytes before = *in;
	struct str line;
	bool known;

	switch (line_take(in, &line)) {
	case LINE_PART:
		return REPLY_PART;
	case LINE_LONG:
		return REPLY_GARBAGE;
	case LINE_HERE:
		break;
	}
	known = reply_read(line, reply);
	if (talk->number != 0 && (!known || reply->code != talk->number))
		*reply = (struct reply){talk->number, false, line};
	else if (!known) {
		*in = before;
		return REPLY_GARBAGE;
	}
	talk->number = reply->last ? 0 : reply->code;
	return REPLY_HERE;
}

static bool has_nocase(struct str text, struct str word)
{
	for (; text.len >= word.len; text = str_skip(text, 1))
		if (str_starts_nocase(text, word))
			return true;
	return false;
}

bool greeting_has(struct bytes greeting, const char *code, const char *word)
{
	struct str text = str_from(greeting);

	return str_starts(text, str_of(code)) && text.len > 3 && (text.data[3] == ' ' || text.data[3] == '-') &&
	       has_nocase(str_head(text, 1024), str_of(word));
}

/* clang-format off */
static const struct {
	struct str begins;
	const char *name;
} others[] = {
	{STR_INIT("SSH-"),         "SSH"},
	{STR_INIT("HTTP/"),        "HTTP"},
	{STR_INIT("<!DOCTYPE"),    "HTTP"},
	{STR_INIT("<html"),        "HTTP"},
	{STR_INIT("\x15\x03"),     "TLS from the first byte"},
	{STR_INIT("\x16\x03"),     "TLS from the first byte"},
	{STR_INIT("RTSP/"),        "RTSP"},
	{STR_INIT("SIP/2.0"),      "SIP"},
	{STR_INIT("@RSYNCD:"),     "rsync"},
	{STR_INIT("-ERR "),        "Redis, or POP3"},
	{STR_INIT("-DENIED "),     "Redis"},
	{STR_INIT("AMQP"),         "AMQP"},
	{STR_INIT("RFB "),         "VNC"},
	{STR_INIT("* OK"),         "IMAP"},
	{STR_INIT("+OK"),          "POP3"},
	{STR_INIT("INFO {"),       "NATS"},
	{STR_INIT("NBDMAGIC"),     "NBD"},
	{STR_INIT("CLAMAV"),       "ClamAV"},
	{STR_INIT("<?xml"),        "XML"},
	{STR_INIT("( success ("),  "Subversion"},
	{STR_INIT("VERSION "),     "memcached"},
	{STR_INIT("ERROR\r\n"),    "memcached"},
	{STR_INIT("220 "),         "SMTP or FTP"},
	{STR_INIT("220-"),         "SMTP or FTP"},
	{STR_INIT("\xff\xfb"),     "Telnet"},
	{STR_INIT("\xff\xfd"),     "Telnet"},
};
/* clang-format on */

const char *greeting_name(struct bytes greeting)
{
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (str_starts(str_from(greeting), others[i].begins))
			return others[i].name;
	return NULL;
}

enum starttls_step starttls_unexpected(struct starttls_talk *talk, struct bytes seen)
{
	const char *name = greeting_name(seen);
	struct str line = str_head(str_from(seen), 60);
	size_t end = str_find_char(line, '\n');

	if (name)
		return starttls_say(talk, STARTTLS_GARBAGE, "what came looks like %s", name);
	return starttls_say(talk, STARTTLS_GARBAGE, "unexpected: %.*s", STR_ARG(str_trim(str_head(line, end))));
}

enum starttls_step starttls_refused(struct starttls_talk *talk, struct str said)
{
	return starttls_say(talk, STARTTLS_MISSING, "STARTTLS refused: %.*s", STR_ARG(str_head(str_trim(said), 120)));
}
