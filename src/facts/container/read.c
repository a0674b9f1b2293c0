/* SPDX-License-Identifier: Apache-2.0 */

/* Finding out what a file is, and collecting what is found in it. */

#include "facts/container/reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "base/limits.h"
#include "facts/der.h"

static void *grown(struct arena *arena, void *old, size_t count, size_t *room, size_t size)
{
	void *at;

	if (count < *room)
		return old;
	*room = *room ? *room * 2 : 8;
	at = arena_array(arena, *room, size);
	if (count)
		memcpy(at, old, count * size);
	return at;
}

static void add_problem(struct reading *r, const struct place *place, struct str text)
{
	r->problems = grown(r->arena, r->problems, r->problem_count, &r->problem_room, sizeof *r->problems);
	r->problems[r->problem_count++] =
		(struct container_problem){place->source, place->offset, text};
}

/* Items and problems together are bounded: a hostile file could have a problem every few bytes. */
static bool is_full(struct reading *r, const struct place *place)
{
	if (r->item_count + r->problem_count < LIMIT_FILE_ITEMS)
		return false;
	if (!r->full)
		add_problem(r, place,
			    arena_format(r->arena, "more than %d items: the rest is not read", LIMIT_FILE_ITEMS));
	r->full = true;
	return true;
}

struct container_item *container_add(struct reading *r, enum container_kind kind,
				     const struct place *place)
{
	struct container_item *item;

	if (is_full(r, place))
		return ARENA_NEW(r->arena, struct container_item); /* nobody will see it */
	r->items = grown(r->arena, r->items, r->item_count, &r->item_room, sizeof *r->items);
	item = &r->items[r->item_count++];
	*item = (struct container_item){
		.kind = kind, .source = place->source, .alias = place->alias, .offset = place->offset};
	return item;
}

void container_problem(struct reading *r, const struct place *place, const char *format, ...)
{
	char text[600];
	va_list args;

	if (is_full(r, place))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	add_problem(r, place, arena_str(r->arena, str_of(text)));
}

void container_problem_err(struct reading *r, const struct place *place, const struct err *err)
{
	container_problem(r, place, "%s", err->text);
}

/*
 * DER objects one after the other; more than one in a file is rare, and happens when people join files. What does not
 * start another known object is refused as trailing bytes.
 */
static void read_der(struct reading *r, struct bytes content)
{
	struct bytes rest = content;
	size_t number = 0;

	while (rest.len && !r->full) {
		struct place place = {.source = STR("file"), .offset = content.len - rest.len};
		struct bytes at = rest;
		struct der object;

		if (number++)
			place.source = arena_format(r->arena, "object %zu", number);
		if (!der_take(&rest, &object)) {
			container_object(r, at, &place);
			return;
		}
		if (number > 1 && !container_looks_known(object.whole)) {
			container_problem(r, &place, "%zu bytes at byte %zu do not belong to what stands before",
					  at.len, place.offset);
			return;
		}
		container_object(r, object.whole, &place);
	}
}

/* PEM as Windows tools save it: UTF-16 with a byte order mark. Only ASCII matters in it. */
static struct str from_utf16(struct arena *arena, struct bytes content)
{
	bool little = content.data[0] == 0xff;
	char *room = arena_chars(arena, content.len / 2);
	size_t len = 0;

	for (size_t i = 2; i + 1 < content.len; i += 2) {
		uint8_t low = content.data[little ? i : i + 1], high = content.data[little ? i + 1 : i];

		room[len++] = high || low >= 0x80 ? '?' : (char)low;
	}
	return (struct str){room, len};
}

static struct str text_of(struct arena *arena, struct bytes content)
{
	if (content.len >= 2 && content.len % 2 == 0 &&
	    ((content.data[0] == 0xff && content.data[1] == 0xfe) ||
	     (content.data[0] == 0xfe && content.data[1] == 0xff)))
		return from_utf16(arena, content);
	return str_from(content);
}

/* DER in base64 without the lines around it. */
static bool is_bare_base64(struct arena *arena, struct str text, struct bytes *der)
{
	text = str_trim(text);
	return text.len >= 32 && text.data[0] == 'M' && base64_read(text, arena, der) &&
	       container_looks_known(*der);
}

/* Asked before PEM is looked for: signed data may well hold a PEM file. 80: an indefinite length. */
static bool is_der(struct bytes content)
{
	struct der whole;

	if (!der_next_is(content, DER_SEQUENCE))
		return false;
	if (content.len > 1 && content.data[1] == 0x80)
		return true;
	return der_take(&content, &whole) && container_looks_known(whole.whole);
}

/* Reads by what the first bytes say. False when they say nothing. */
static bool read_any(struct reading *r)
{
	struct str text = text_of(r->arena, r->content);
	struct bytes der;

	r->format = "DER";
	if (container_is_java(r->content)) {
		container_java(r, r->content);
	} else if (is_der(r->content)) {
		read_der(r, r->content);
	} else if (str_has(text, STR("-----BEGIN "))) {
		r->format = "PEM";
		container_pem(r, text);
	} else if (is_bare_base64(r->arena, text, &der)) {
		r->format = "base64";
		read_der(r, der);
	} else if (der_next_is(r->content, DER_SEQUENCE)) {
		read_der(r, r->content);
	} else {
		return false;
	}
	return true;
}

bool container_read(struct arena *arena, struct bytes content, const struct secret *password,
		    uint64_t rounds, const struct container **out, struct err *err)
{
	struct reading r = {.arena = arena,
			    .password = password,
			    .rounds_left = rounds ? rounds : LIMIT_PBKDF_ROUNDS,
			    .content = content};
	struct container *container;

	if (content.len > LIMIT_FILE_BYTES)
		return err_set(err, ERR_INPUT, "%zu bytes, more than %d", content.len, LIMIT_FILE_BYTES);
	if (!content.len || !read_any(&r)) {
		err_set(err, ERR_INPUT, "%s", content.len ? "there is no certificate, request, list or key in it"
							  : "the file is empty");
		return err_fix(err, "container-unknown",
			       "give PEM, DER, PKCS#7, PKCS#12, JKS or JCEKS");
	}
	container = ARENA_NEW(arena, struct container);
	*container = (struct container){r.format, r.integrity,  r.items, r.item_count, r.problems,
					r.problem_count};
	*out = container;
	return true;
}
