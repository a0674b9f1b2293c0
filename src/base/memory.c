/* SPDX-License-Identifier: Apache-2.0 */

/* The heap without an error path: see the door. */

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"

void memory_exhausted(size_t wanted)
{
	char line[96];
	int len = snprintf(line, sizeof line, "keepvalid: out of memory, %zu bytes wanted\n", wanted);

	if (len > 0 && write(STDERR_FILENO, line, (size_t)len) < 0)
		_exit(MEMORY_EXIT);
	_exit(MEMORY_EXIT);
}

void *memory_new(size_t len)
{
	void *room = FAULT("memory") ? NULL : calloc(1, len ? len : 1);

	if (!room)
		memory_exhausted(len);
	return room;
}

void *memory_grow(void *old, size_t len)
{
	void *room = FAULT("memory") ? NULL : realloc(old, len ? len : 1);

	if (!room)
		memory_exhausted(len);
	return room;
}

char *memory_text(const char *text)
{
	size_t len = strlen(text) + 1;

	return memcpy(memory_new(len), text, len);
}

void memory_done(void *pointer_to_pointer)
{
	void **pointer = pointer_to_pointer;

	free(*pointer);
	*pointer = NULL;
}
