/* SPDX-License-Identifier: Apache-2.0 */

/* Landlock: see landlock.h. After Documentation/userspace-api/landlock.rst of Linux. */

#include "programs/sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CREATE_RULESET 444
#define ADD_RULE       445
#define RESTRICT_SELF  446
#define PATH_BENEATH   1
#define READ_FILE      (1u << 2)
#define READ_FOLDER    (1u << 3)
#define CONNECT_TCP    (1u << 1)
#define ASK_VERSION    1u

struct ruleset {
	uint64_t files;
	uint64_t net;    /* from ABI 4 */
	uint64_t scoped; /* from ABI 6 */
};

/* Rights that each ABI knows: asking for more is an error. */
static const struct {
	int abi;
	uint64_t files, net, scoped;
} steps[] = {
	{1, (1u << 13) - 1, 0, 0}, /* execute, write, read, read_dir, remove and make of all kinds */
	{2, 1u << 13, 0, 0},       /* refer */
	{3, 1u << 14, 0, 0},       /* truncate */
	{4, 0, 1u << 0, 0},        /* bind a TCP port; connecting is what the probe is for */
	{5, 1u << 15, 0, 0},       /* ioctl of devices */
	{6, 0, 0, 3},              /* abstract unix sockets, signals */
};

int landlock_abi(void)
{
	long abi = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);

	return abi > 0 ? (int)abi : 0;
}

struct beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

/* Reading of everything there is. */
static bool allow_reading(int rules, struct err *err)
{
	struct beneath all = {READ_FILE | READ_FOLDER, open("/", O_PATH | O_CLOEXEC)};
	bool ok = all.parent >= 0 && syscall(ADD_RULE, rules, PATH_BENEATH, &all, 0) == 0;

	if (!ok)
		err_set(err, ERR_INTERNAL, "landlock: add a rule: %s", strerror(errno));
	if (all.parent >= 0)
		close(all.parent);
	return ok;
}

static bool restrict_self(int abi, bool reading, struct err *err)
{
	struct ruleset rules = {0};
	size_t len = abi >= 6 ? sizeof rules : abi >= 4 ? 16 : 8;
	long fd;
	bool ok;

	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (abi >= steps[i].abi) {
			rules.files |= steps[i].files;
			rules.net |= steps[i].net;
			rules.scoped |= steps[i].scoped;
		}
	if (reading && abi >= 4)
		rules.net |= CONNECT_TCP;
	fd = syscall(CREATE_RULESET, &rules, len, 0);
	if (fd < 0)
		return err_set(err, ERR_INTERNAL, "landlock: make rules: %s", strerror(errno));
	ok = !reading || allow_reading((int)fd, err);
	if (ok && syscall(RESTRICT_SELF, (int)fd, 0) != 0)
		ok = err_set(err, ERR_INTERNAL, "landlock: apply rules: %s", strerror(errno));
	close((int)fd);
	return ok;
}

bool landlock_nothing(int abi, struct err *err)
{
	return restrict_self(abi, false, err);
}

bool landlock_reading(int abi, struct err *err)
{
	return restrict_self(abi, true, err);
}
