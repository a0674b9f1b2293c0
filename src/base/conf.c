/* SPDX-License-Identifier: Apache-2.0 */

/* Configuration files by libyaml's document tree, whose every node knows its line and column: see the door. */

#include "base/conf.h"

#include <stdarg.h>
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/clock.h"

#define KEY_BYTES 128

struct reading {
	struct arena *arena;
	const char *name;
	yaml_document_t *document;
	const struct conf_field *fields;
	size_t count;
	void *out;
	struct err *err;
};

static bool at(const struct reading *reading, const yaml_mark_t *mark, const char *format, ...) PRINTF(3, 4);

static bool at(const struct reading *reading, const yaml_mark_t *mark, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return err_set(reading->err, ERR_INPUT, "%s:%zu:%zu: %s", reading->name, mark->line + 1, mark->column + 1,
		       text);
}

/* ---- values ---- */

static void *place(const struct conf_field *field, void *out)
{
	return (char *)out + field->offset;
}

static bool set_word(const struct conf_field *field, struct str value, void *out)
{
	for (int i = 0; field->words[i]; i++)
		if (str_is(value, field->words[i])) {
			*(int *)place(field, out) = i;
			return true;
		}
	return false;
}

static bool set_flag(const struct conf_field *field, struct str value, void *out)
{
	static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_equal_nocase(value, str_of(words[i]))) {
			*(bool *)place(field, out) = i % 2;
			return true;
		}
	return false;
}

static bool set_number(const struct conf_field *field, struct str value, void *out)
{
	int64_t number;
	uint64_t plain;

	if (field->type == CONF_DURATION) {
		if (!clock_read_duration(value, &number))
			return false;
	} else {
		if (!str_to_u64(value, INT64_MAX, &plain))
			return false;
		number = (int64_t)plain;
	}
	if (number < field->least || number > field->most)
		return false;
	*(int64_t *)place(field, out) = number;
	return true;
}

static bool set_value(struct arena *arena, const struct conf_field *field, struct str value, void *out)
{
	switch (field->type) {
	case CONF_TEXT:
		*(struct str *)place(field, out) = arena_str(arena, value);
		return true;
	case CONF_WORD:
		return set_word(field, value, out);
	case CONF_FLAG:
		return set_flag(field, value, out);
	case CONF_NUMBER:
	case CONF_DURATION:
		return set_number(field, value, out);
	case CONF_TEXTS: {
		struct str *one = ARENA_NEW(arena, struct str);

		*one = arena_str(arena, value);
		*(struct conf_texts *)place(field, out) = (struct conf_texts){one, value.len > 0};
		return true;
	}
	}
	return false;
}

/* What a value of the field has to be, in words. */
static void wanted(const struct conf_field *field, char *to, size_t room)
{
	size_t len = 0;

	switch (field->type) {
	case CONF_WORD:
		to[0] = 0;
		for (size_t i = 0; field->words[i] && len < room; i++)
			len += (size_t)snprintf(to + len, room - len, "%s%s", i ? ", " : "one of ", field->words[i]);
		return;
	case CONF_FLAG:
		snprintf(to, room, "true or false");
		return;
	case CONF_NUMBER:
		snprintf(to, room, "a number from %lld to %lld", (long long)field->least, (long long)field->most);
		return;
	case CONF_DURATION:
		snprintf(to, room, "a time such as 90s, 15m, 12h, 30d, from %lld to %lld seconds",
			 (long long)field->least, (long long)field->most);
		return;
	default:
		snprintf(to, room, "text");
		return;
	}
}

/* ---- keys ---- */

static const struct conf_field *find(const struct reading *reading, const char *key)
{
	for (size_t i = 0; i < reading->count; i++)
		if (strcmp(reading->fields[i].key, key) == 0)
			return &reading->fields[i];
	return NULL;
}

static bool is_section(const struct reading *reading, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < reading->count; i++)
		if (strncmp(reading->fields[i].key, key, len) == 0 && reading->fields[i].key[len] == '.')
			return true;
	return false;
}

/* Levenshtein distance, of short words. */
static size_t distance(const char *a, const char *b)
{
	size_t row[KEY_BYTES], len = strlen(b);

	if (strlen(a) >= KEY_BYTES || len >= KEY_BYTES)
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j], best = diagonal + (a[i - 1] != b[j - 1]);

			best = best < above + 1 ? best : above + 1;
			row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
			diagonal = above;
		}
	}
	return row[len];
}

static const char *nearest(const struct conf_field *fields, size_t count, const char *key)
{
	const char *found = NULL;
	size_t best = strlen(key) / 2 + 1 < 4 ? strlen(key) / 2 + 1 : 4; /* less of a short word */

	for (size_t i = 0; i < count; i++) {
		size_t far = distance(key, fields[i].key);

		if (far < best) {
			best = far;
			found = fields[i].key;
		}
	}
	return found;
}

static bool unknown_key(const struct reading *reading, const yaml_mark_t *mark, const char *key)
{
	const char *meant = nearest(reading->fields, reading->count, key);

	if (meant)
		at(reading, mark, "unknown key \"%s\" (did you mean \"%s\"?)", key, meant);
	else
		at(reading, mark, "unknown key \"%s\"", key);
	return err_fix(reading->err, "conf-unknown-key", "`keepvalid config show` prints all keys");
}

/* ---- the tree ---- */

static struct str text_of(const yaml_node_t *node)
{
	return (struct str){(const char *)node->data.scalar.value, node->data.scalar.length};
}

static bool read_list(struct reading *reading, const struct conf_field *field, const yaml_node_t *node)
{
	size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
	struct str *texts = ARENA_ARRAY(reading->arena, struct str, count + 1);

	for (size_t i = 0; i < count; i++) {
		const yaml_node_t *item =
			yaml_document_get_node(reading->document, node->data.sequence.items.start[i]);

		if (item->type != YAML_SCALAR_NODE)
			return at(reading, &item->start_mark, "%s: a list of texts is wanted", field->key);
		texts[i] = arena_str(reading->arena, text_of(item));
	}
	*(struct conf_texts *)place(field, reading->out) = (struct conf_texts){texts, count};
	return true;
}

static bool read_value(struct reading *reading, const struct conf_field *field, const yaml_node_t *node)
{
	char want[200];

	if (field->type == CONF_TEXTS && node->type == YAML_SEQUENCE_NODE)
		return read_list(reading, field, node);
	if (node->type == YAML_SCALAR_NODE && set_value(reading->arena, field, text_of(node), reading->out))
		return true;
	wanted(field, want, sizeof want);
	at(reading, &node->start_mark, "%s has to be %s", field->key, want);
	return err_fix(reading->err, "conf-value", "correct the value, or remove the line: usual is %s",
		       field->usual ? field->usual : "empty");
}

static bool read_section(struct reading *reading, const yaml_node_t *node, const char *section);

static bool read_pair(struct reading *reading, const yaml_node_pair_t *pair, const char *section)
{
	const yaml_node_t *key = yaml_document_get_node(reading->document, pair->key);
	const yaml_node_t *value = yaml_document_get_node(reading->document, pair->value);
	const struct conf_field *field;
	char name[KEY_BYTES];

	if (key->type != YAML_SCALAR_NODE)
		return at(reading, &key->start_mark, "a key has to be text");
	if (snprintf(name, sizeof name, "%s%s%.*s", section, *section ? "." : "", STR_ARG(text_of(key))) >=
	    (int)sizeof name)
		return at(reading, &key->start_mark, "the key is too long");
	field = find(reading, name);
	if (field)
		return read_value(reading, field, value);
	if (!is_section(reading, name))
		return unknown_key(reading, &key->start_mark, name);
	return read_section(reading, value, name);
}

/* libyaml lets a key stand twice: the second would win unseen. */
static bool twice(struct reading *reading, const yaml_node_t *node, const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = yaml_document_get_node(reading->document, pair->key);

	for (const yaml_node_pair_t *each = node->data.mapping.pairs.start; each < pair; each++) {
		const yaml_node_t *other = yaml_document_get_node(reading->document, each->key);

		if (key->type == YAML_SCALAR_NODE && other->type == YAML_SCALAR_NODE &&
		    str_equal(text_of(key), text_of(other))) {
			at(reading, &key->start_mark, "key \"%.*s\" stands in line %zu already",
			   STR_ARG(text_of(key)), other->start_mark.line + 1);
			err_fix(reading->err, "conf-twice", "remove one of them");
			return true;
		}
	}
	return false;
}

static bool read_section(struct reading *reading, const yaml_node_t *node, const char *section)
{
	if (node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0)
		return true; /* "log:" with nothing below */
	if (node->type != YAML_MAPPING_NODE)
		return at(reading, &node->start_mark, "%s: keys and values are wanted", *section ? section : "the file");
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++)
		if (twice(reading, node, pair) || !read_pair(reading, pair, section))
			return false;
	return true;
}

static bool load(yaml_parser_t *parser, struct reading *reading)
{
	const yaml_node_t *root;

	if (!yaml_parser_load(parser, reading->document))
		return at(reading, &parser->problem_mark, "%s", parser->problem ? parser->problem : "not YAML");
	root = yaml_document_get_root_node(reading->document);
	return !root || read_section(reading, root, "");
}

bool conf_read(struct arena *arena, const char *name, struct str text, const struct conf_field *fields,
	       size_t count, void *out, struct err *err)
{
	yaml_document_t document;
	yaml_parser_t parser;
	struct reading reading = {arena, name, &document, fields, count, out, err};
	bool ok;

	if (text.len > CONF_BYTES)
		return err_set(err, ERR_INPUT, "%s: longer than %d bytes", name, CONF_BYTES);
	memset(&document, 0, sizeof document);
	if (!yaml_parser_initialize(&parser))
		return err_set(err, ERR_INTERNAL, "libyaml does not start");
	yaml_parser_set_input_string(&parser, (const unsigned char *)(text.data ? text.data : ""), text.len);
	ok = load(&parser, &reading);
	yaml_document_delete(&document);
	yaml_parser_delete(&parser);
	return ok;
}

bool conf_set(struct arena *arena, const struct conf_field *fields, size_t count, const char *key, struct str value,
	      void *out, struct err *err)
{
	char want[200];

	for (size_t i = 0; i < count; i++) {
		if (strcmp(fields[i].key, key) != 0)
			continue;
		if (set_value(arena, &fields[i], value, out))
			return true;
		wanted(&fields[i], want, sizeof want);
		return err_set(err, ERR_INPUT, "%s: \"%.*s\" has to be %s", key, STR_ARG(value), want);
	}
	return err_set(err, ERR_INPUT, "no setting %s", key);
}

void conf_usual(struct arena *arena, const struct conf_field *fields, size_t count, void *out)
{
	for (size_t i = 0; i < count; i++)
		(void)set_value(arena, &fields[i], str_of(fields[i].usual ? fields[i].usual : ""), out);
}

/* ---- writing ---- */

static void write_text(FILE *to, struct str text)
{
	fputc('"', to);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(to, "\\x%02x", c);
		else
			fputc(c, to);
	}
	fputc('"', to);
}

static void write_value(FILE *to, const struct conf_field *field, const void *from)
{
	const void *value = (const char *)from + field->offset;

	switch (field->type) {
	case CONF_TEXT:
		write_text(to, *(const struct str *)value);
		break;
	case CONF_WORD:
		fputs(field->words[*(const int *)value], to);
		break;
	case CONF_FLAG:
		fputs(*(const bool *)value ? "true" : "false", to);
		break;
	case CONF_NUMBER:
		fprintf(to, "%lld", (long long)*(const int64_t *)value);
		break;
	case CONF_DURATION:
		fprintf(to, "%llds", (long long)*(const int64_t *)value);
		break;
	case CONF_TEXTS: {
		const struct conf_texts *texts = value;

		fputc('[', to);
		for (size_t i = 0; i < texts->count; i++) {
			fputs(i ? ", " : "", to);
			write_text(to, texts->at[i]);
		}
		fputc(']', to);
		break;
	}
	}
	fputc('\n', to);
}

void conf_write(FILE *to, const struct conf_field *fields, size_t count, const void *from)
{
	struct str section = {"", 0};

	for (size_t i = 0; i < count; i++) {
		struct str key = str_of(fields[i].key);
		size_t dot = str_find_char(key, '.');
		struct str within = dot == SIZE_MAX ? STR("") : str_head(key, dot);

		if (!str_equal(within, section) && within.len)
			fprintf(to, "%.*s:\n", STR_ARG(within));
		section = within;
		if (within.len)
			key = str_skip(key, dot + 1);
		fprintf(to, "%s# %s\n%s%.*s: ", within.len ? "  " : "", fields[i].help, within.len ? "  " : "",
			STR_ARG(key));
		write_value(to, &fields[i], from);
	}
}
