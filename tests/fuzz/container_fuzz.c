/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Any bytes as a file, with a password and without one. Password iterations are capped low, so that the fuzzer spends
 * its time on structure.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "facts/container.h"

static void write_item(struct json_out *json, const struct container_item *item)
{
	if (item->kind == ITEM_CERTIFICATE)
		cert_write(json, item->cert);
	else if (item->kind == ITEM_REQUEST)
		request_write(json, item->request);
	else if (item->kind == ITEM_CRL)
		crl_write(json, item->crl);
	else
		container_key_write(json, item);
}

static void read_once(struct bytes content, const struct secret *password)
{
	struct arena *arena = arena_new();
	struct buf text = buf_capped(64 << 20);
	struct json_out json = json_out_start(&text);
	const struct container *container = NULL;
	struct err err = {0};

	if (container_read(arena, content, password, 40, &container, &err)) {
		json_out_array(&json);
		for (size_t i = 0; i < container->item_count; i++)
			write_item(&json, &container->items[i]);
		for (size_t i = 0; i < container->problem_count; i++)
			if (container->problems[i].offset > content.len || !container->problems[i].text.len)
				abort();
		if (!buf_ok(&text))
			abort();
	} else if (err.kind != ERR_INPUT) {
		abort();
	}
	buf_done(&text);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct secret password = secret_new(bytes_of("password", 8));

	read_once(bytes_of(data, len), NULL);
	if (len && data[len - 1] & 1) /* the second half of the work for half of the inputs */
		read_once(bytes_of(data, len), &password);
	secret_done(&password);
	return 0;
}
