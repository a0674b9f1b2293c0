/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who may read a file: its own mode, and whether the folders above it let them through. Names of users and groups come from the
 * files, not from the system's name services: those would open connections.
 */

#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "discovery/host/room.h"

enum { IDS_BYTES = 8 << 20, HOMES_MAX = 2000 };

struct id {
	uint32_t number;
	struct str name;
};

struct ids {
	struct grow users, groups; /* struct id */
	struct grow homes;         /* struct str */
};

static void read_ids(struct look *look, struct str path, struct grow *to, struct grow *homes)
{
	struct bytes content;
	struct stat info;
	const char *why;
	struct str rest, line;

	if (!path_read(look, path, IDS_BYTES, &content, &info, &why))
		return;
	rest = str_from(content);
	while (str_take_line(&rest, &line)) {
		struct str fields[7];
		size_t count = 0;
		uint64_t number;

		while (count < 7 && str_split(&line, ':', &fields[count]))
			count++;
		if (count < 3 || !str_to_u64(fields[2], UINT32_MAX, &number))
			continue;
		*(struct id *)grow_add(look->arena, to, sizeof(struct id)) = (struct id){(uint32_t)number, fields[0]};
		if (!homes || count < 6 || homes->count == HOMES_MAX || fields[5].len < 2 || fields[5].data[0] != '/')
			continue;
		for (size_t i = 0; i < homes->count; i++)
			if (str_equal(((struct str *)homes->at)[i], fields[5]))
				fields[5].len = 0;
		if (fields[5].len)
			*(struct str *)grow_add(look->arena, homes, sizeof(struct str)) = fields[5];
	}
}

struct ids *ids_read(struct look *look)
{
	struct ids *ids = ARENA_NEW(look->arena, struct ids);

	*(struct str *)grow_add(look->arena, &ids->homes, sizeof(struct str)) = STR("/root");
	read_ids(look, STR("/etc/passwd"), &ids->users, &ids->homes);
	read_ids(look, STR("/etc/group"), &ids->groups, NULL);
	return ids;
}

static struct str name_of(struct look *look, const struct grow *ids, uint32_t number)
{
	const struct id *all = ids->at;

	for (size_t i = 0; i < ids->count; i++)
		if (all[i].number == number)
			return all[i].name;
	return arena_format(look->arena, "%u", number);
}

struct str ids_user(struct look *look, uint32_t uid)
{
	return name_of(look, &look->ids->users, uid);
}

struct str ids_group(struct look *look, uint32_t gid)
{
	return name_of(look, &look->ids->groups, gid);
}

size_t ids_homes(struct look *look, const struct str **out)
{
	*out = look->ids->homes.at;
	return look->ids->homes.count;
}

/*
 * A group member passes a folder by the folder's group bits when that is the same group, else by the bits for others; the
 * same person may be in both groups, which only makes it easier, so a folder of another group is passed by either.
 */
enum host_readers access_readers(struct look *look, struct str real, const struct stat *info)
{
	bool group = (info->st_mode & S_IRGRP) != 0, others = (info->st_mode & S_IROTH) != 0;
	struct str folder = path_folder(real);

	for (int depth = 0; depth < 256 && (group || others); depth++) {
		struct stat above;

		if (stat(path_open(look, folder), &above) != 0)
			return HOST_READERS_UNKNOWN;
		others &= (above.st_mode & S_IXOTH) != 0;
		group &= (above.st_mode & S_IXOTH) || ((above.st_mode & S_IXGRP) && above.st_gid == info->st_gid);
		if (str_is(folder, "/") || str_is(folder, "."))
			break;
		folder = path_folder(folder);
	}
	/* The owner's own group is nobody else; root's neither. */
	return others ? HOST_READERS_EVERYONE : group && info->st_gid != 0 ? HOST_READERS_GROUP : HOST_READERS_OWNER;
}

bool access_has_list(struct look *look, struct str real)
{
	return lgetxattr(path_open(look, real), "system.posix_acl_access", NULL, 0) > 0;
}
