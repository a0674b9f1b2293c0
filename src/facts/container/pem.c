/* SPDX-License-Identifier: Apache-2.0 */

/*
 * PEM as people have it: blocks among other text, indented, with CRLF, with headers, on one line, with "\n" spelt out
 * as in JSON and environment files. One walk over the text, whatever is in it. After RFC 7468, RFC 1421.
 */

#include "facts/container/reading.h"

#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "facts/der.h"

#define DASHES    "-----"
#define LABEL_MAX 64

typedef void (*read_fn)(struct reading *r, struct bytes der, const struct place *place);

/* OpenSSL's own: a certificate, and after it what it is trusted for. */
static void read_trusted(struct reading *r, struct bytes der, const struct place *place)
{
	struct bytes rest = der;
	struct der cert;

	container_certificate(r, der_take(&rest, &cert) ? cert.whole : der, place);
}

static void read_nothing(struct reading *r, struct bytes der, const struct place *place)
{
}

/* clang-format off */
static const struct label {
	const char *text;
	read_fn read;
} labels[] = {
	{"CERTIFICATE",             container_certificate},
	{"X509 CERTIFICATE",        container_certificate},
	{"TRUSTED CERTIFICATE",     read_trusted},
	{"CERTIFICATE REQUEST",     container_request},
	{"NEW CERTIFICATE REQUEST", container_request},
	{"X509 CRL",                container_crl},
	{"CRL",                     container_crl},
	{"PKCS7",                   container_pkcs7},
	{"PKCS #7 SIGNED DATA",     container_pkcs7},
	{"CMS",                     container_pkcs7},
	{"PKCS12",                  container_pkcs12},
	{"PRIVATE KEY",             container_pkcs8},
	{"ENCRYPTED PRIVATE KEY",   container_pkcs8_encrypted},
	{"RSA PRIVATE KEY",         container_pkcs1},
	{"EC PRIVATE KEY",          container_sec1},
	{"DSA PRIVATE KEY",         container_dsa},
	{"OPENSSH PRIVATE KEY",     container_openssh},
	{"PUBLIC KEY",              container_public_key},
	{"RSA PUBLIC KEY",          container_public_pkcs1},
	{"EC PARAMETERS",           read_nothing},
	{"DSA PARAMETERS",          read_nothing},
	{"DH PARAMETERS",           read_nothing},
	{"X9.42 DH PARAMETERS",     read_nothing},
};
/* clang-format on */

struct block {
	struct str label, body;
	size_t offset;
};

static bool is_private_label(struct str label)
{
	return str_ends(label, STR("PRIVATE KEY"));
}

/* "\n" and "\r" as two characters become spaces. */
static struct str without_spelt_ends(struct arena *arena, struct str body)
{
	char *room;

	if (str_find_char(body, '\\') == SIZE_MAX)
		return body;
	room = (char *)(uintptr_t)arena_str(arena, body).data;
	for (size_t i = 0; i + 1 < body.len; i++)
		if (room[i] == '\\' && (room[i + 1] == 'n' || room[i + 1] == 'r'))
			room[i] = room[i + 1] = ' ';
	return (struct str){room, body.len};
}

/* Takes the headers of RFC 1421 off; says in *dek how the block is encrypted, if it is. */
static struct str without_headers(struct str body, struct str *dek)
{
	struct str rest = body, before = body, line;
	bool some = false;

	*dek = (struct str){NULL, 0};
	while (str_take_line(&rest, &line)) {
		bool goes_on = some && line.len && (line.data[0] == ' ' || line.data[0] == '\t');

		line = str_trim(line);
		if (str_starts_nocase(line, STR("DEK-Info:")))
			*dek = str_trim(str_skip(line, 9));
		if (str_find_char(line, ':') != SIZE_MAX)
			some = true;
		else if (line.len && !goes_on)
			break;
		before = rest;
	}
	return some ? before : body;
}

static void note_encrypted(struct reading *r, const struct block *block, struct str dek,
			   const struct place *place)
{
	struct str name = str_head(block->label, block->label.len - strlen(" PRIVATE KEY"));
	struct container_key *key =
		container_key_add(r, KEY_PRIVATE, STR("PEM encrypted (RFC 1421)"), place);
	size_t comma = str_find_char(dek, ',');

	key->encrypted = true;
	key->encryption = cert_visible(r->arena, str_head(dek, comma < dek.len ? comma : dek.len));
	key->algorithm = cert_visible(r->arena, name);
}

static read_fn reader_of(struct str label)
{
	for (size_t i = 0; i < COUNT_OF(labels); i++)
		if (str_is(label, labels[i].text))
			return labels[i].read;
	return NULL;
}

static void read_block(struct reading *r, const struct block *block, size_t number)
{
	struct str label = cert_visible(r->arena, block->label), dek, body;
	struct place place = {.source = arena_format(r->arena, "block %zu (%.*s)", number, STR_ARG(label)),
			      .offset = block->offset};
	read_fn read = reader_of(block->label);
	struct bytes der;

	body = without_headers(without_spelt_ends(r->arena, block->body), &dek);
	if (dek.data && is_private_label(block->label) && block->label.len > strlen(" PRIVATE KEY")) {
		note_encrypted(r, block, dek, &place);
		return;
	}
	if (read == read_nothing)
		return;
	if (!base64_read(body, r->arena, &der)) {
		if (read)
			container_problem(r, &place, "is not base64");
		return;
	}
	if (read)
		read(r, der, &place);
	else if (container_looks_known(der))
		container_object(r, der, &place);
}

/* What stands at the front of text: "BEGIN label-----" or "END label-----"? */
static bool take_marker(struct str *text, struct str word, struct str *label)
{
	struct str rest, near;
	size_t end;

	if (!str_starts(*text, word))
		return false;
	rest = str_skip(*text, word.len);
	near = str_head(rest, LABEL_MAX + strlen(DASHES));
	end = str_find(near, STR(DASHES));
	if (end == SIZE_MAX || end == 0)
		return false;
	*label = str_head(near, end);
	*text = str_skip(rest, end + strlen(DASHES));
	return true;
}

/* Takes text up to and with the next run of five dashes or more; *dashes is where its last five start. */
static bool take_to_dashes(struct str *text, const char **dashes)
{
	for (;;) {
		const char *at = text->len ? memchr(text->data, '-', text->len) : NULL;
		size_t run = 0;

		if (!at)
			return false;
		*text = str_skip(*text, (size_t)(at - text->data));
		while (run < text->len && text->data[run] == '-')
			run++;
		*text = str_skip(*text, run);
		if (run >= strlen(DASHES)) {
			*dashes = at + run - strlen(DASHES);
			return true;
		}
	}
}

static void not_ended(struct reading *r, const struct block *block, size_t number)
{
	struct str label = cert_visible(r->arena, block->label);
	struct place place = {.source = arena_format(r->arena, "block %zu (%.*s)", number, STR_ARG(label)),
			      .offset = block->offset};

	container_problem(r, &place, "has no END line: the file is cut off, or lines are missing");
}

/* The offset that the file has at some place of its text; text decoded from UTF-16 has two bytes a character. */
static size_t offset_of(const struct reading *r, struct str all, const char *at)
{
	size_t chars = (size_t)(at - all.data);

	return all.data == (const char *)r->content.data ? chars : 2 + 2 * chars;
}

void container_pem(struct reading *r, struct str text)
{
	struct str rest = text, label;
	struct block block = {0};
	const char *dashes;
	bool open = false;
	size_t number = 0;

	while (!r->full && take_to_dashes(&rest, &dashes)) {
		if (take_marker(&rest, STR("BEGIN "), &label)) {
			if (open)
				not_ended(r, &block, number);
			block = (struct block){label, rest, offset_of(r, text, dashes)};
			open = true;
			number++;
		} else if (open && take_marker(&rest, STR("END "), &label)) {
			block.body.len = (size_t)(dashes - block.body.data);
			read_block(r, &block, number);
			open = false;
		}
	}
	if (open && !r->full)
		not_ended(r, &block, number);
}
