/* SPDX-License-Identifier: Apache-2.0 */

/* The database of this machine: see local.h. */

#include "programs/cli/local.h"

#include <unistd.h>

#include "base/arena.h"
#include "programs/engine.h"

bool local_open(const struct command_call *call, struct arena *arena, struct local *out, struct err *err)
{
	static const struct {
		const char *option, *key;
	} given[] = {{"data", "data"}, {"store", "store.url"}};
	struct settings *settings = &out->settings;

	*out = (struct local){.arena = arena, .lock_fd = -1};
	if (!settings_read(arena, command_value(call, "config"), settings, err))
		return false;
	if (!command_value(call, "data") && !command_value(call, "config") && !settings_path() &&
	    !settings_set(arena, "data", STR("var"), settings, err)) /* where `keepvalid up` has it */
		return false;
	for (size_t i = 0; i < COUNT_OF(given); i++)
		if (command_has(call, given[i].option) &&
		    !settings_set(arena, given[i].key, str_of(command_value(call, given[i].option)), settings, err))
			return false;
	if (!settings_check(settings, err) || !settings_store_password(arena, settings, &out->password, err))
		return false;
	out->data = arena_str(arena, settings->data).data;
	out->url = settings_store(arena, settings);
	return true;
}

bool local_take(struct local *local, struct err *err)
{
	if (access(local->data, F_OK) != 0) {
		err_set(err, ERR_ABSENT, "there is no folder %s", local->data);
		return err_fix(err, "no-data", "name the server's data folder with --data, or its settings with --config");
	}
	return engine_folder_take(local->data, &local->lock_fd, err);
}

void local_done(struct local *local)
{
	if (local->lock_fd >= 0)
		close(local->lock_fd);
}
