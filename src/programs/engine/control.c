/* SPDX-License-Identifier: Apache-2.0 */

/* The supervisor's end: hands out the sockets of probe and finder processes; its end is ours. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "programs/engine/engine.h"

struct control {
	struct loop *loop;
	struct loop_watch watch;
	int fd;
	struct engine_port *port;
	void (*ended)(void *data);
	void *data;
};

/* Takes one word and the descriptor that may come with it (-1: none). False: nothing more now. */
static bool take_word(struct control *control, char *word, int *passed, bool *gone)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} aside;
	struct iovec into = {word, 1};
	struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = &aside, .msg_controllen = sizeof aside};
	const struct cmsghdr *header;
	ssize_t n = recvmsg(control->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	*passed = -1;
	*gone = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
	if (n != 1)
		return false;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(passed, CMSG_DATA(header), sizeof(int));
	return true;
}

static void ready(struct loop_watch *watch, uint32_t events)
{
	struct control *control = container_of(watch, struct control, watch);
	bool gone = false;
	char word;
	int passed;

	(void)events;
	while (take_word(control, &word, &passed, &gone)) {
		if (word == ENGINE_WORD_PROBE && passed >= 0)
			engine_port_attach(control->port, passed);
		else if (word == ENGINE_WORD_FINDER && passed >= 0)
			finder_port_attach(passed);
		else if (passed >= 0)
			close(passed);
	}
	if (!gone)
		return;
	log_warn("supervisor gone");
	loop_unwatch(control->loop, &control->watch);
	control->ended(control->data);
}

bool control_open(struct loop *loop, int fd, struct engine_port *port, void (*ended)(void *data), void *data,
		  struct control **out, struct err *err)
{
	struct control *control = NEW(struct control);

	*control = (struct control){.loop = loop, .fd = fd, .port = port, .ended = ended, .data = data};
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || !loop_watch(loop, &control->watch, fd, EPOLLIN, ready)) {
		memory_done(&control);
		return err_set(err, ERR_INPUT, "descriptor %d is not the supervisor's", fd);
	}
	*out = control;
	return true;
}

void control_ready(struct control *control)
{
	char word = ENGINE_WORD_READY;

	if (control && send(control->fd, &word, 1, MSG_NOSIGNAL) < 0)
		log_warn("supervisor not told");
}

void control_close(struct control *control)
{
	if (!control)
		return;
	loop_unwatch(control->loop, &control->watch);
	close(control->fd);
	memory_done(&control);
}
