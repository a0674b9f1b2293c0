/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The end of a serialized Java object: a JCEKS store seals secret keys into one and writes no length.
 *
 * Classes describe their fields in the stream itself, and may be referred to later by their number, so the descriptions
 * are kept while the stream is walked. No object is made. After the Java Object Serialization Specification, chapter 6.
 */

#include "facts/container/java_object.h"

#include "base/arena.h"
#include "base/limits.h"

enum {
	TC_NULL = 0x70,
	TC_REFERENCE,
	TC_CLASSDESC,
	TC_OBJECT,
	TC_STRING,
	TC_ARRAY,
	TC_CLASS,
	TC_BLOCKDATA,
	TC_ENDBLOCKDATA,
	TC_RESET,
	TC_BLOCKDATALONG,
	TC_EXCEPTION,
	TC_LONGSTRING,
	TC_PROXYCLASSDESC,
	TC_ENUM,
};

enum { WROTE_ITSELF = 1, SERIALIZABLE = 2, FIELDS_MAX = 64, HANDLES_MAX = 256 };
#define FIRST_HANDLE 0x7e0000

struct class_desc {
	char element; /* of an array's class, "[B": 'B' */
	uint8_t flags;
	char types[FIELDS_MAX];
	size_t field_count;
	const struct class_desc *super;
};

struct walk {
	struct arena *arena;
	struct bytes rest;
	const struct class_desc *handles[HANDLES_MAX]; /* NULL: something that is no class */
	uint32_t handle_count;
	uint32_t depth;
};

static bool content(struct walk *w, uint8_t tag);

static bool new_handle(struct walk *w, const struct class_desc *class)
{
	if (w->handle_count == HANDLES_MAX)
		return false;
	w->handles[w->handle_count++] = class;
	return true;
}

static bool skip(struct walk *w, uint64_t len)
{
	struct bytes ignored;

	return len <= w->rest.len && bytes_take(&w->rest, (size_t)len, &ignored);
}

static bool any_content(struct walk *w)
{
	uint8_t tag;
	bool ok;

	if (w->depth >= LIMIT_DER_DEPTH || !bytes_take_u8(&w->rest, &tag))
		return false;
	w->depth++;
	ok = content(w, tag);
	w->depth--;
	return ok;
}

/* Anything, up to and with the end marker. */
static bool annotation(struct walk *w)
{
	while (w->rest.len && w->rest.data[0] != TC_ENDBLOCKDATA)
		if (!any_content(w))
			return false;
	return skip(w, 1);
}

static bool class_field(struct walk *w, struct class_desc *class)
{
	struct bytes name;
	uint8_t type;

	if (!bytes_take_u8(&w->rest, &type) || !bytes_take_vector16(&w->rest, &name))
		return false;
	class->types[class->field_count++] = (char)type;
	return (type != '[' && type != 'L') || any_content(w); /* the name of its class */
}

static bool class_desc(struct walk *w, const struct class_desc **out);

static bool new_class(struct walk *w, const struct class_desc **out)
{
	struct class_desc *class = ARENA_NEW(w->arena, struct class_desc);
	struct bytes name;
	uint16_t count;

	if (!bytes_take_vector16(&w->rest, &name) || !skip(w, 8) || !new_handle(w, class) ||
	    !bytes_take_u8(&w->rest, &class->flags) || !bytes_take_u16(&w->rest, &count) ||
	    count > FIELDS_MAX)
		return false;
	if (name.len >= 2 && name.data[0] == '[')
		class->element = (char)name.data[1];
	while (count--)
		if (!class_field(w, class))
			return false;
	*out = class;
	return annotation(w) && class_desc(w, &class->super);
}

/* A description, the number of one, or none. */
static bool class_desc(struct walk *w, const struct class_desc **out)
{
	uint32_t handle;
	uint8_t tag;
	bool ok;

	*out = NULL;
	if (!bytes_take_u8(&w->rest, &tag))
		return false;
	if (tag == TC_NULL)
		return true;
	if (tag == TC_REFERENCE) {
		if (!bytes_take_u32(&w->rest, &handle) || handle < FIRST_HANDLE ||
		    handle - FIRST_HANDLE >= w->handle_count)
			return false;
		*out = w->handles[handle - FIRST_HANDLE];
		return *out != NULL;
	}
	if (tag != TC_CLASSDESC || w->depth >= LIMIT_DER_DEPTH)
		return false;
	w->depth++;
	ok = new_class(w, out);
	w->depth--;
	return ok;
}

static size_t width_of(char type)
{
	switch (type) {
	case 'B':
	case 'Z':
		return 1;
	case 'C':
	case 'S':
		return 2;
	case 'I':
	case 'F':
		return 4;
	case 'J':
	case 'D':
		return 8;
	default:
		return 0;
	}
}

static bool value(struct walk *w, char type)
{
	if (type == 'L' || type == '[')
		return any_content(w);
	return width_of(type) && skip(w, width_of(type));
}

/* What each class wrote, the topmost first. */
static bool class_data(struct walk *w, const struct class_desc *class, uint32_t height)
{
	if (!class)
		return true;
	if (height >= LIMIT_DER_DEPTH || !class_data(w, class->super, height + 1) ||
	    !(class->flags & SERIALIZABLE))
		return false;
	for (size_t i = 0; i < class->field_count; i++)
		if (!value(w, class->types[i]))
			return false;
	return !(class->flags & WROTE_ITSELF) || annotation(w);
}

static bool object(struct walk *w)
{
	const struct class_desc *class;

	return class_desc(w, &class) && new_handle(w, NULL) && class_data(w, class, 0);
}

static bool array(struct walk *w)
{
	const struct class_desc *class;
	uint32_t count;

	if (!class_desc(w, &class) || !class || !new_handle(w, NULL) || !bytes_take_u32(&w->rest, &count))
		return false;
	if (width_of(class->element))
		return skip(w, (uint64_t)count * width_of(class->element));
	for (uint32_t i = 0; i < count; i++)
		if (!value(w, class->element))
			return false;
	return true;
}

static bool content(struct walk *w, uint8_t tag)
{
	const struct class_desc *class;
	struct bytes text;
	uint64_t len;
	uint32_t number;
	uint8_t small;

	switch (tag) {
	case TC_NULL:
		return true;
	case TC_REFERENCE:
		return bytes_take_u32(&w->rest, &number);
	case TC_OBJECT:
		return object(w);
	case TC_STRING:
		return new_handle(w, NULL) && bytes_take_vector16(&w->rest, &text);
	case TC_LONGSTRING:
		return new_handle(w, NULL) && bytes_take_u64(&w->rest, &len) && skip(w, len);
	case TC_ARRAY:
		return array(w);
	case TC_CLASSDESC:
		return new_class(w, &class);
	case TC_BLOCKDATA:
		return bytes_take_u8(&w->rest, &small) && skip(w, small);
	case TC_BLOCKDATALONG:
		return bytes_take_u32(&w->rest, &number) && skip(w, number);
	default:
		return false;
	}
}

bool java_object_skip(struct arena *arena, struct bytes *from)
{
	struct walk w = {.arena = arena, .rest = *from};
	uint32_t magic_and_version;

	if (!bytes_take_u32(&w.rest, &magic_and_version) || magic_and_version != 0xaced0005 ||
	    !any_content(&w))
		return false;
	*from = w.rest;
	return true;
}
