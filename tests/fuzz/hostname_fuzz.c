/* SPDX-License-Identifier: Apache-2.0 */

/* A name and presented identifiers, one a line: the canonical spelling is stable, and a name covers itself. */

#include <stdlib.h>

#include "base/arena.h"
#include "facts/cert.h"
#include "facts/hostname.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new();
	struct str rest = str_from(bytes_of(data, len)), line = {0}, presented[8];
	struct hostname name, again;
	struct cert cert = {0};
	struct err err;
	size_t count = 0;

	str_split(&rest, '\n', &line);
	if (len && hostname_read(arena, line, &name, &err)) {
		if (!hostname_read(arena, name.text, &again, &err) || !str_equal(name.text, again.text) ||
		    name.address_len != again.address_len)
			abort();
		if (!name.address_len && !hostname_covers(name.text, name.text))
			abort();
		while (count < COUNT_OF(presented) && rest.data && str_split(&rest, '\n', &line)) {
			if (hostname_covers(line, name.text) && line.len > name.text.len + 1)
				abort();
			presented[count++] = line;
		}
		cert.names.dns = (struct cert_strs){presented, count};
		cert.names.ip = cert.names.dns;
		(void)hostname_matches(&name, &cert);
	}
	arena_free(arena);
	return 0;
}
