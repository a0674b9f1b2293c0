/* SPDX-License-Identifier: Apache-2.0 */

#include "programs/cli/verify_files.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "facts/container.h"

static void *grown(struct arena *arena, void *old, size_t count, size_t *room)
{
	void *bigger;

	if (count < *room)
		return old;
	*room = *room ? *room * 2 : 16;
	bigger = arena_array(arena, *room, sizeof(void *));
	if (count)
		memcpy(bigger, old, count * sizeof(void *));
	return bigger;
}

static void complain(struct verify_files *files, const char *path, struct str item, struct str text)
{
	if (!files->problem.data)
		files->problem = text;
	fprintf(stderr, "keepvalid verify: %s%s%.*s: %.*s\n", path, item.len ? ", " : "",
		STR_ARG(item), STR_ARG(text));
}

static void add_item(struct verify_files *files, const struct container_item *item)
{
	if (item->kind == ITEM_CERTIFICATE) {
		files->certs =
			grown(files->arena, files->certs, files->cert_count, &files->cert_room);
		files->certs[files->cert_count++] = item->cert;
	} else if (item->kind == ITEM_CRL) {
		files->crls = grown(files->arena, files->crls, files->crl_count, &files->crl_room);
		files->crls[files->crl_count++] = item->crl;
	}
}

bool verify_files_read(struct verify_files *files, const char *path, struct err *err)
{
	const bool first = !files->cert_count && !files->problem.data;
	const struct container *container;
	struct bytes content;
	struct err why = {0};

	if (!file_read(files->arena, path, LIMIT_FILE_BYTES, &content, err))
		return false;
	if (!container_read(files->arena, content, NULL, 0, &container, &why)) {
		complain(files, path, (struct str){0}, arena_str(files->arena, str_of(why.text)));
		files->first_is_broken = files->first_is_broken || first;
		return true;
	}
	for (size_t i = 0; i < container->problem_count; i++)
		complain(files, path, container->problems[i].item, container->problems[i].text);
	for (size_t i = 0; i < container->item_count; i++) {
		if (first && !files->cert_count && container->items[i].kind == ITEM_CERTIFICATE)
			files->first_is_broken =
				container->problem_count &&
				container->problems[0].offset < container->items[i].offset;
		add_item(files, &container->items[i]);
	}
	return true;
}
