/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The list: words of the command line and lines of files fill a window of slots, and the slots take turns, each giving its next
 * host and port. A slot is empty when its range is; so memory is the same for ten targets and for a
 * hundred million, and neighbours in the output are different hosts.
 */

#include "discovery/target.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/secret.h"
#include "discovery/target/room.h"

enum { WINDOW = 64 };

struct slot {
	struct span span;
	struct shuffle order;
	uint64_t at, count; /* of host × port */
	struct str text;
	char chars[LIMIT_TARGET_BYTES + SPAN_HOST];
};

struct target_list {
	char **words;
	size_t word_count, word_at;
	struct ports ports; /* none given: 443 */
	struct lines *lines;
	struct listeners listeners;
	size_t listener_at;
	uint64_t key, total;
	bool total_known;
	size_t turn;
	char host[SPAN_HOST];
	struct slot slots[WINDOW];
};

static bool word_is_local(const char *word)
{
	return strcmp(word, "local") == 0;
}

static bool word_is_file(const char *word)
{
	return word[0] == '@' || strcmp(word, "-") == 0;
}

static const char *word_path(const char *word)
{
	return word[0] == '@' ? word + 1 : word;
}

static uint64_t span_count(const struct target_list *list, const struct span *span)
{
	bool own_port = span->port != 0 || list->ports.count == 0;

	return span->host_count * (own_port ? 1 : list->ports.count);
}

/* Puts a span into a slot, with text and server name copied there. */
static void slot_fill(struct target_list *list, struct slot *slot, struct str text, const struct span *span)
{
	struct str name = span->server_name;

	slot->span = *span;
	slot->text = (struct str){slot->chars, text.len};
	memcpy(slot->chars, text.data, text.len);
	if (span->name.data)
		slot->span.name.data = slot->chars + (span->name.data - text.data);
	if (name.data) {
		memcpy(slot->chars + text.len, name.data, name.len);
		slot->span.server_name.data = slot->chars + text.len;
	}
	slot->at = 0;
	slot->count = span_count(list, span);
	slot->order = shuffle_of(slot->count, list->key);
}

static enum target_next line_wrong(struct target_list *list, struct err *err)
{
	err_wrap(err, "%s:%llu", list->lines->name, (unsigned long long)list->lines->number);
	return TARGET_WRONG;
}

static enum target_next lines_end(struct target_list *list, bool failed, struct err *err)
{
	if (failed)
		err_set(err, ERR_INPUT, "%s: reading stopped after line %llu", list->lines->name,
			(unsigned long long)list->lines->number);
	lines_close(list->lines);
	list->lines = NULL;
	return failed ? TARGET_WRONG : TARGET_END;
}

static enum target_next supply_line(struct target_list *list, struct slot *slot, struct err *err)
{
	struct str line, text;
	struct span span;

	for (;;) {
		switch (lines_next(list->lines, &line)) {
		case LINES_LATER:
			return TARGET_LATER;
		case LINES_LONG:
			err_set(err, ERR_INPUT, "the line is longer than 65,536 bytes");
			return line_wrong(list, err);
		case LINES_END:
		case LINES_FAILED:
			return lines_end(list, !list->lines->at_end, err);
		case LINES_HERE:
			break;
		}
		if (span_read_line(line, &text, &span, err)) {
			slot_fill(list, slot, text, &span);
			return TARGET_HERE;
		}
		if (err->kind != ERR_NONE)
			return line_wrong(list, err);
	}
}

static bool supply_listener(struct target_list *list, struct slot *slot)
{
	struct span span = {.host_count = 1};

	while (list->listener_at < list->listeners.count) {
		const struct listener *one = &list->listeners.at[list->listener_at++];

		if (list->ports.count > 0 && !ports_has(&list->ports, one->port))
			continue;
		memcpy(span.first, one->address, one->address_len);
		span.address_len = one->address_len;
		span.port = one->port;
		slot_fill(list, slot, STR("local"), &span);
		return true;
	}
	return false;
}

static enum target_next supply_word(struct target_list *list, struct slot *slot, struct err *err)
{
	const char *word = list->words[list->word_at++];
	struct span span;

	if (word_is_local(word)) {
		list->listener_at = 0;
		return TARGET_END;
	}
	if (word_is_file(word))
		return lines_open(word_path(word), &list->lines, err) ? TARGET_END : TARGET_WRONG;
	if (!span_read(str_of(word), &span, err))
		return TARGET_WRONG;
	slot_fill(list, slot, str_of(word), &span);
	return TARGET_HERE;
}

/* Fills a slot from what comes next; TARGET_END when nothing does. */
static enum target_next supply(struct target_list *list, struct slot *slot, struct err *err)
{
	for (;;) {
		enum target_next next = TARGET_END;

		if (supply_listener(list, slot))
			return TARGET_HERE;
		if (list->lines)
			next = supply_line(list, slot, err);
		else if (list->word_at < list->word_count)
			next = supply_word(list, slot, err);
		else
			return TARGET_END;
		if (next != TARGET_END)
			return next;
	}
}

static void slot_give(struct target_list *list, struct slot *slot, struct probe_target *out)
{
	static const struct port usual = {443, NULL};
	const struct span *span = &slot->span;
	uint64_t index = span->host_count > 1 ? shuffle_at(&slot->order, slot->at) : slot->at;
	uint64_t host = index % span->host_count;
	const struct port *port = list->ports.count ? &list->ports.at[index / span->host_count] : &usual;

	slot->at++;
	*out = (struct probe_target){.text = slot->text, .port = port->port, .server_name = span->server_name};
	out->host = (struct str){list->host, span_host(span, host, list->host)};
	out->protocol = str_of(port->protocol);
	if (span->port)
		out->port = span->port;
	if (span->port || span->protocol.data)
		out->protocol = span->protocol;
}

enum target_next target_list_next(struct target_list *list, struct probe_target *out, struct err *err)
{
	enum target_next next = TARGET_HERE;

	for (size_t tried = 0; tried < WINDOW; tried++) {
		struct slot *slot = &list->slots[list->turn];

		if (slot->at == slot->count && next == TARGET_HERE)
			next = supply(list, slot, err);
		if (next == TARGET_WRONG)
			return next;
		list->turn = (list->turn + 1) % WINDOW;
		if (slot->at < slot->count) {
			slot_give(list, slot, out);
			return TARGET_HERE;
		}
	}
	return next;
}

/* Counts without keeping: the same reading as later, its errors left for then. */
static bool count_lines(struct target_list *list, struct lines *lines)
{
	enum lines_next next;
	struct str line, text;
	struct span span;
	struct err err;

	while ((next = lines_next(lines, &line)) == LINES_HERE || next == LINES_LONG)
		if (next == LINES_HERE && span_read_line(line, &text, &span, &err))
			list->total += span_count(list, &span);
	return next == LINES_END;
}

static bool count_file(struct target_list *list, const char *path, struct err *err)
{
	struct lines *lines;
	off_t from;

	if (!lines_open(path, &lines, err))
		return false;
	if (lines_is_file(lines)) {
		from = lseek(lines->fd, 0, SEEK_CUR);
		list->total_known &= count_lines(list, lines);
		list->total_known &= lseek(lines->fd, from, SEEK_SET) == from;
	} else {
		list->total_known = false;
	}
	lines_close(lines);
	return true;
}

static bool count_local(struct target_list *list, struct err *err)
{
	if (!listeners_read(&list->listeners, err))
		return false;
	list->listener_at = list->listeners.count;
	for (size_t i = 0; i < list->listeners.count; i++)
		list->total += list->ports.count == 0 || ports_has(&list->ports, list->listeners.at[i].port);
	return true;
}

/* Checks every word before anything is dialled. */
static bool check_words(struct target_list *list, struct err *err)
{
	bool has_standard = false, has_local = false;

	for (size_t i = 0; i < list->word_count; i++) {
		const char *word = list->words[i];
		struct span span;

		if (word_is_local(word)) {
			if (has_local || !count_local(list, err))
				return has_local ? err_set(err, ERR_INPUT, "\"local\" is given twice") : false;
			has_local = true;
		} else if (word_is_file(word)) {
			bool standard = word[0] == '-';

			if (standard && has_standard)
				return err_set(err, ERR_INPUT, "standard input (-) is given twice");
			has_standard |= standard;
			if (!count_file(list, word_path(word), err))
				return false;
		} else {
			if (!span_read(str_of(word), &span, err))
				return false;
			list->total += span_count(list, &span);
		}
	}
	return true;
}

bool target_list_open(char *const *words, size_t word_count, const char *ports, struct target_list **out,
		      struct err *err)
{
	struct target_list *list = NEW(struct target_list);
	struct secret key = secret_random(sizeof list->key);

	memcpy(&list->key, secret_reveal(&key).data, sizeof list->key);
	secret_done(&key);
	list->total_known = true;
	list->words = memory_new((word_count + 1) * sizeof *list->words);
	for (size_t i = 0; i < word_count; i++)
		list->words[list->word_count++] = memory_text(words[i]);
	if ((ports && !ports_read(ports, &list->ports, err)) || !check_words(list, err)) {
		target_list_close(list);
		return false;
	}
	*out = list;
	return true;
}

void target_list_close(struct target_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->word_count; i++)
		free(list->words[i]);
	free(list->words);
	free(list->listeners.at);
	lines_close(list->lines);
	ports_done(&list->ports);
	free(list);
}

int target_list_fd(const struct target_list *list)
{
	return list->lines ? list->lines->fd : -1;
}

uint64_t target_list_total(const struct target_list *list)
{
	return list->total_known ? list->total : 0;
}
