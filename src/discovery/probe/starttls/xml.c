/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Stream header, features with <starttls/>, the request, <proceed/>. Of XML only what is between "<" and ">" is looked at, by name: the
 * answer to "is TLS offered" needs no tree. After RFC 6120 sections 4.2, 4.9 and 5.4.
 */

#include "discovery/probe/starttls/xml.h"

#include <string.h>

#include "base/limits.h"
#include "discovery/probe/starttls/lines.h"

enum { START, HEADER, FEATURES, ASKED, FAILED };

static void add_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (strchr("&<>'\"", text.data[i]) != NULL && text.data[i])
			buf_addf(out, "&#%d;", text.data[i]);
		else
			buf_add_char(out, text.data[i]);
	}
}

static void open_stream(struct starttls_talk *talk, struct buf *out, const char *xmlns)
{
	buf_addf(out, "<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='http://etherx.jabber.org/streams'", xmlns);
	if (talk->server_name.len > 0) {
		buf_add_text(out, " to='");
		add_escaped(out, talk->server_name);
		buf_add_text(out, "'");
	}
	buf_add_text(out, " xml:lang='en' version='1.0'>");
	talk->state = HEADER;
}

/* Length of the tag at the front, with its ">", or 0 when it has not come; quotes may hide a ">". */
static size_t tag_len(struct str text)
{
	char quote = 0;

	for (size_t i = 1; i < text.len; i++) {
		char c = text.data[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '\'' || c == '"')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return 0;
}

/* "</stream:features>" is "/features": the prefix is the server's choice. */
static struct str tag_name(struct str tag, bool *closing, bool *empty)
{
	struct str name = str_skip(tag, 1);
	size_t end = 0, colon;

	*closing = str_starts(name, STR("/"));
	*empty = tag.data[tag.len - 2] == '/';
	name = str_skip(name, *closing);
	while (end < name.len && !ascii_is_space(name.data[end]) && name.data[end] != '>' && name.data[end] != '/')
		end++;
	name = str_head(name, end);
	colon = str_find_char(name, ':');
	return colon == SIZE_MAX ? name : str_skip(name, colon + 1);
}

static enum starttls_step features_end(struct starttls_talk *talk, struct buf *out)
{
	if (!talk->number)
		return starttls_say(talk, STARTTLS_MISSING, "<starttls/> is not among the stream's features");
	buf_add_text(out, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
	talk->state = ASKED;
	return STARTTLS_MORE;
}

static enum starttls_step tag_seen(struct starttls_talk *talk, struct str tag, struct buf *out)
{
	bool closing, empty;
	struct str name = tag_name(tag, &closing, &empty);

	if (talk->state == FAILED)
		return starttls_say(talk, STARTTLS_MISSING, "stream error: %.*s", STR_ARG(str_head(name, 80)));
	if (str_is(name, "error")) {
		talk->state = FAILED;
		return STARTTLS_MORE;
	}
	if (talk->state == HEADER && !str_is(name, "stream") && !str_starts(tag, STR("<?")))
		return starttls_unexpected(talk, bytes_from(tag));
	if (talk->state == HEADER && str_is(name, "stream"))
		talk->state = FEATURES;
	else if (closing && str_is(name, "stream"))
		return starttls_say(talk, STARTTLS_MISSING, "the server ended the stream");
	else if (talk->state == FEATURES && str_is(name, "starttls"))
		talk->number = 1;
	else if (talk->state == FEATURES && str_is(name, "features") && (closing || empty))
		return features_end(talk, out);
	else if (talk->state == ASKED && str_is(name, "proceed"))
		return closing || empty ? STARTTLS_TLS : STARTTLS_MORE;
	else if (talk->state == ASKED && str_is(name, "failure"))
		return starttls_refused(talk, STR("<failure/>"));
	return STARTTLS_MORE;
}

/* Takes the next tag and the text before it; text stands only between elements that nobody asked for. */
static bool tag_take(struct starttls_talk *talk, struct bytes *in, struct str *tag, bool *garbage)
{
	struct str text = str_from(*in);
	size_t len;

	while (text.len > 0 && (ascii_is_space(text.data[0]) || (talk->state > HEADER && text.data[0] != '<')))
		text = str_skip(text, 1);
	*in = bytes_from(text);
	*garbage = text.len > 0 && text.data[0] != '<';
	if (*garbage || text.len == 0)
		return false;
	len = tag_len(text);
	*garbage = len > LIMIT_DIALOGUE_LINE_BYTES || (len == 0 && text.len > LIMIT_DIALOGUE_LINE_BYTES);
	if (len == 0 || *garbage)
		return false;
	*tag = str_head(text, len);
	*in = bytes_from(str_skip(text, len));
	return true;
}

enum starttls_step xml_speak(struct starttls_talk *talk, struct bytes *in, struct buf *out, const char *xmlns)
{
	enum starttls_step step = STARTTLS_MORE;
	bool garbage = false;
	struct str tag;

	if (talk->state == START)
		open_stream(talk, out, xmlns);
	while (step == STARTTLS_MORE && tag_take(talk, in, &tag, &garbage))
		step = tag_seen(talk, tag, out);
	return garbage ? starttls_unexpected(talk, *in) : step;
}
