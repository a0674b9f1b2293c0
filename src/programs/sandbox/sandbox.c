/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The filters, by libseccomp: a list of what the probe may do, a list of what the engine may not.
 *
 * A build with sanitizers needs more (files of /proc for its reports, a tracing thread for leaks), so there the probe
 * gets the engine's list. Nothing else loosens it.
 */

#include "programs/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "programs/sandbox/landlock.h"

#ifndef KEEPVALID_SANITIZED
/* clang-format off */
static const int probe_may[] = {
	/* sockets, but making them: see probe_sockets */
	SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(shutdown), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
	SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg), SCMP_SYS(sendmmsg), SCMP_SYS(recvmmsg),
	/* descriptors that are open */
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(fcntl),
	SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(lseek), SCMP_SYS(ioctl),
	SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_create1),
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(eventfd2),
	/* memory */
	SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk),
	/* time, chance, threads' locks, the end */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(getrandom), SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(getpid),
	SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(prlimit64),
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(sysinfo), SCMP_SYS(uname),
};

static const int finder_may[] = {
	/* to look: opening is open_to_read */
	SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(statfs),
	SCMP_SYS(fstatfs), SCMP_SYS(getdents64), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(lgetxattr),
	SCMP_SYS(getcwd), SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fcntl),
	/* to tell */
	SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(poll), SCMP_SYS(ppoll),
	/* memory */
	SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk),
	/* time, chance, the end */
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(futex),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(sysinfo),
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
};
/* clang-format on */
#endif

/* clang-format off */
static const int nobody_may[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(bpf), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root),
	SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(init_module), SCMP_SYS(finit_module),
	SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff),
	SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(sethostname), SCMP_SYS(setns), SCMP_SYS(unshare),
	SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(open_by_handle_at), SCMP_SYS(io_uring_setup), SCMP_SYS(chroot), SCMP_SYS(acct), SCMP_SYS(quotactl),
#ifndef KEEPVALID_SANITIZED
	SCMP_SYS(ptrace),
#endif
};
/* clang-format on */

static bool load(scmp_filter_ctx filter, int failed, struct err *err)
{
	if (failed == 0)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	return failed == 0 || err_set(err, ERR_INTERNAL, "seccomp: %s", strerror(-failed));
}

static bool deny_list(struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int failed = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < COUNT_OF(nobody_may) && failed == 0; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), nobody_may[i], 0);
	return load(filter, failed, err);
}

#ifndef KEEPVALID_SANITIZED
/* Only sockets of the internet: no unix sockets, no netlink, no raw packets. */
static int probe_sockets(scmp_filter_ctx filter)
{
	static const uint64_t families[] = {AF_INET, AF_INET6};
	int failed = 0;

	for (size_t i = 0; i < COUNT_OF(families) && failed == 0; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
					  SCMP_A0(SCMP_CMP_EQ, families[i]),
					  SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM));
	for (size_t i = 0; i < COUNT_OF(families) && failed == 0; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
					  SCMP_A0(SCMP_CMP_EQ, families[i]),
					  SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_DGRAM));
	return failed;
}

static bool allow_list(struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int failed = filter ? probe_sockets(filter) : -ENOMEM;

	for (size_t i = 0; i < COUNT_OF(probe_may) && failed == 0; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, probe_may[i], 0);
	return load(filter, failed, err);
}
#endif

#ifndef KEEPVALID_SANITIZED
/* Files are opened to be read, and not made. */
static int open_to_read(scmp_filter_ctx filter)
{
	uint64_t changing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | O_TMPFILE;
	int failed;

	changing &= ~(uint64_t)O_DIRECTORY; /* which O_TMPFILE has within */
	failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, changing, 0));
	return failed ? failed
		      : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
					 SCMP_A1(SCMP_CMP_MASKED_EQ, changing, 0));
}

static bool finder_list(struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int failed = filter ? open_to_read(filter) : -ENOMEM;

	for (size_t i = 0; i < COUNT_OF(finder_may) && failed == 0; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, finder_may[i], 0);
	return load(filter, failed, err);
}

/* Of the powers that root has, the one to read what others may not. */
static bool keep_reading_power(struct err *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct now[2] = {{0}}, keep[2] = {{0}};

	if (syscall(SYS_capget, &header, now) != 0)
		return err_set(err, ERR_INTERNAL, "capabilities: %s", strerror(errno));
	keep[0].effective = keep[0].permitted = now[0].permitted & (1u << CAP_DAC_READ_SEARCH);
	return syscall(SYS_capset, &header, keep) == 0 ||
	       err_set(err, ERR_INTERNAL, "capabilities: %s", strerror(errno));
}
#endif

static bool no_new_privileges(struct err *err)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ||
	       err_set(err, ERR_INTERNAL, "no_new_privs: %s", strerror(errno));
}

bool sandbox_probe(struct sandbox_report *report, struct err *err)
{
	*report = (struct sandbox_report){0};
	if (!no_new_privileges(err))
		return false;
#ifdef KEEPVALID_SANITIZED
	report->seccomp = deny_list(err);
	return report->seccomp;
#else
	report->landlock = landlock_abi();
	if (report->landlock && !landlock_nothing(report->landlock, err))
		return false;
	report->seccomp = allow_list(err);
	return report->seccomp;
#endif
}

bool sandbox_finder(struct sandbox_report *report, struct err *err)
{
	*report = (struct sandbox_report){0};
	if (!no_new_privileges(err))
		return false;
#ifdef KEEPVALID_SANITIZED
	report->seccomp = deny_list(err);
	return report->seccomp;
#else
	report->landlock = landlock_abi();
	if (!keep_reading_power(err) || (report->landlock && !landlock_reading(report->landlock, err)))
		return false;
	report->seccomp = finder_list(err);
	return report->seccomp;
#endif
}

bool sandbox_engine(struct sandbox_report *report, struct err *err)
{
	*report = (struct sandbox_report){0};
	report->seccomp = no_new_privileges(err) && deny_list(err);
	return report->seccomp;
}

void sandbox_private(void)
{
	struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef KEEPVALID_SANITIZED
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

struct sandbox_report sandbox_offered(void)
{
	/* the answer to a question without a filter: EFAULT means that filters are there */
	bool seccomp = prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, NULL, 0, 0) < 0 && errno == EFAULT;

	return (struct sandbox_report){.landlock = landlock_abi(), .seccomp = seccomp};
}
