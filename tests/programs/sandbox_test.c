/* SPDX-License-Identifier: Apache-2.0 */

/* Each trial runs in a child, as nobody comes back out of a sandbox. */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#include "base/memory.h"
#include "programs/sandbox.h"

/* Answers whether the deed was refused, 2 when there was no sandbox at all. */
static int in_probe(bool (*refused)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct sandbox_report report;
		struct err err;

		_exit(sandbox_probe(&report, &err) && report.seccomp ? refused() : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool run_program(void)
{
	char name[] = "/bin/true", *args[] = {name, NULL};

	execv(name, args);
	return errno == EPERM || errno == EACCES;
}

static bool mount_namespace(void)
{
	return chroot("/") != 0 && errno == EPERM;
}

#ifndef KEEPVALID_SANITIZED
static bool open_file(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && open("/tmp/keepvalid-never", O_CREAT | O_WRONLY, 0600) < 0 &&
	       open("/proc/self/mem", O_RDWR) < 0;
}

static bool other_sockets(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 && socket(AF_NETLINK, SOCK_RAW, 0) < 0 &&
	       socket(AF_PACKET, SOCK_RAW, 0) < 0 && socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) < 0;
}

static bool new_process(void)
{
	return fork() < 0 && kill(getppid(), 0) < 0;
}

/* What the probe lives by is not refused: answers "refused" when something is missing. */
static bool what_it_needs(void)
{
	int tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int udp = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	char *memory = memory_new(8 << 20);
	bool missing = tcp < 0 || udp < 0 ||
		       (connect(tcp, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS && errno != ECONNREFUSED);

	memory_done(&memory);
	return missing;
}
#endif

TEST(nobody_in_the_sandbox_runs_a_program_or_changes_root)
{
	assert_int_equal(in_probe(run_program), 1);
	assert_int_equal(in_probe(mount_namespace), 1);
	(void)state;
}

TEST(the_probe_opens_no_file_and_no_other_socket_and_still_does_its_work)
{
#ifndef KEEPVALID_SANITIZED /* a sanitizer's reports need files and a thread */
	assert_int_equal(in_probe(open_file), 1);
	assert_int_equal(in_probe(other_sockets), 1);
	assert_int_equal(in_probe(new_process), 1);
	assert_int_equal(in_probe(what_it_needs), 0);
#endif
	assert_true(sandbox_offered().seccomp);
	(void)state;
}

#ifndef KEEPVALID_SANITIZED
/* Answers 0 when all that must go does, and all that must not does not. */
static int in_finder(void)
{
	struct sandbox_report report;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	char room[64];
	struct err err;
	int fd, spare = socket(AF_INET, SOCK_STREAM, 0);

	if (!sandbox_finder(&report, &err) || !report.seccomp)
		return 2;
	fd = open("/etc/passwd", O_RDONLY);
	if (fd < 0 || read(fd, room, sizeof room) <= 0)
		return 3;
	if (open("/etc/passwd", O_RDWR) >= 0 || open("/tmp/keepvalid-never", O_CREAT | O_WRONLY, 0600) >= 0 ||
	    open("/tmp", O_TMPFILE | O_RDWR, 0600) >= 0)
		return 4;
	if (unlink("/tmp/keepvalid-none") == 0 || errno != EPERM || mkdir("/tmp/keepvalid-never", 0700) == 0 ||
	    chmod("/tmp", 0700) == 0 || truncate("/tmp/keepvalid-none", 0) == 0)
		return 5;
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ||
	    connect(spare, (struct sockaddr *)&to, sizeof to) == 0 || errno != EPERM)
		return 6;
	if (fork() >= 0 || kill(getppid(), 0) == 0 || setuid(0) == 0)
		return 7;
	return 0;
}
#endif

TEST(the_finder_reads_files_and_does_nothing_else)
{
#ifndef KEEPVALID_SANITIZED
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(in_finder());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
#endif
	(void)state;
}

TESTS(RUN(the_finder_reads_files_and_does_nothing_else), RUN(nobody_in_the_sandbox_runs_a_program_or_changes_root),
      RUN(the_probe_opens_no_file_and_no_other_socket_and_still_does_its_work))
