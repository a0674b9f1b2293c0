/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * memory - the heap, without an error path.
 *
 * Out of memory ends the process (exit status MEMORY_EXIT): its parent restarts it and jobs resume.
 * So a size that a peer chooses is capped before anything is allocated.
 */

#include <stddef.h>

#define MEMORY_EXIT 71

void *memory_new(size_t len);                  /* zeroed; the caller frees */
void *memory_grow(void *old, size_t len);      /* like realloc; new bytes are not zeroed */
char *memory_text(const char *text);           /* a copy; the caller frees */
_Noreturn void memory_exhausted(size_t wanted); /* says so on standard error and exits */

/* Zeroed room for one thing of a type; the caller frees. */
#define NEW(type) ((type *)memory_new(sizeof(type)))

/* For CLEANUP(memory_done) on a pointer. */
void memory_done(void *pointer_to_pointer);
