/* SPDX-License-Identifier: Apache-2.0 */

/* Targets that have no record yet: see pending.h. */

#include "jobs/scan/pending.h"

#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "discovery/probe.h"

void pending_init(struct pending_list *list)
{
	*list = (struct pending_list){.by_number = map_new()};
}

void pending_done(struct pending_list *list)
{
	while (list->first)
		pending_remove(list, list->first);
	map_done(&list->by_number);
}

static struct bytes key_of(const uint64_t *number)
{
	return bytes_of(number, sizeof *number);
}

/* Texts lie behind the struct, in the same block. */
static struct str put(char **to, struct str text)
{
	struct str copy = {*to, text.len};

	if (!text.data)
		return text;
	memcpy(*to, text.data, text.len);
	*to += text.len;
	return copy;
}

struct pending *pending_add(struct pending_list *list, const struct probe_target *target, uint64_t number)
{
	size_t len = target->text.len + target->host.len + target->protocol.len + target->server_name.len;
	struct pending *made = memory_new(sizeof *made + len);
	char *texts = (char *)(made + 1);

	made->target = (struct scan_port_target){
		.number = number,
		.port = target->port,
		.text = put(&texts, target->text),
		.host = put(&texts, target->host),
		.protocol = put(&texts, target->protocol),
		.server_name = put(&texts, target->server_name),
	};
	made->before = list->last;
	*(list->last ? &list->last->next : &list->first) = made;
	list->last = made;
	map_set(list->by_number, key_of(&made->target.number), made);
	list->count++;
	return made;
}

struct pending *pending_find(const struct pending_list *list, uint64_t number)
{
	return map_get(list->by_number, key_of(&number));
}

void pending_remove(struct pending_list *list, struct pending *pending)
{
	map_remove(list->by_number, key_of(&pending->target.number));
	*(pending->before ? &pending->before->next : &list->first) = pending->next;
	*(pending->next ? &pending->next->before : &list->last) = pending->before;
	list->count--;
	list->sent -= pending->sent;
	memory_done(&pending);
}

void pending_mark_sent(struct pending_list *list, struct pending *pending)
{
	list->sent += !pending->sent;
	pending->sent = true;
}

void pending_mourn(struct pending_list *list)
{
	for (struct pending *each = list->first; each; each = each->next) {
		each->deaths += each->sent;
		each->sent = false;
	}
	list->sent = 0;
}
