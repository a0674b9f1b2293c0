/* SPDX-License-Identifier: Apache-2.0 */

/* The listeners' end of the control socket: requests are a table, one line each. */

#include "programs/demo/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "programs/demo/stage.h"

enum { CLIENT_MS = 5000, CLIENTS_MAX = 16 };

struct demo_control {
	struct loop_watch watch;
	struct demo_stage *stage;
	int folder_fd;
	unsigned client_count;
	struct client *clients;
};

struct client {
	struct loop_watch watch;
	struct loop_timer life;
	struct demo_control *control;
	struct client *next, **here;
	struct buf in;
};

void demo_control_name(int folder_fd, struct sockaddr_un *to)
{
	*to = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(to->sun_path, sizeof to->sun_path, "/proc/self/fd/%d/control", folder_fd);
}

static bool ask_list(struct demo_stage *stage, struct str *words, struct buf *out, struct err *err)
{
	(void)words;
	(void)err;
	demo_write_table(stage->network, stage->listeners, out);
	return true;
}

static bool no_listener(struct str name, struct err *err)
{
	err_set(err, ERR_ABSENT, "there is no listener \"%.*s\"", STR_ARG(str_head(name, 64)));
	return err_fix(err, "demo-name", "see keepvalid demo list");
}

static struct demo_listener *find(struct demo_stage *stage, struct str name)
{
	for (size_t i = 0; i < stage->listener_count; i++)
		if (str_is(name, stage->listeners[i].row->name))
			return &stage->listeners[i];
	return NULL;
}

static bool ask_break(struct demo_stage *stage, struct str *words, struct buf *out, struct err *err)
{
	struct demo_listener *listener = find(stage, words[1]);
	const struct demo_fault *fault;

	if (!listener)
		return no_listener(words[1], err);
	fault = demo_fault_find(words[2].len ? words[2] :
				demo_kind_has_certificate(listener->row->kind) ? STR("expire") : STR("stop"));
	if (!fault) {
		err_set(err, ERR_INPUT, "nothing breaks in the way \"%.*s\"", STR_ARG(str_head(words[2], 64)));
		return err_fix(err, "demo-break", "see keepvalid help demo");
	}
	if (!demo_break(listener, fault, clock_now_s(), err))
		return false;
	log_info("demo broken", F("listener", listener->row->name), F("how", fault->name));
	buf_addf(out, "%s %s", listener->row->name, fault->what);
	return true;
}

static bool ask_heal(struct demo_stage *stage, struct str *words, struct buf *out, struct err *err)
{
	bool all = str_is(words[1], "all");
	unsigned healed = 0;

	if (!all && !find(stage, words[1]))
		return no_listener(words[1], err);
	for (size_t i = 0; i < stage->listener_count; i++) {
		struct demo_listener *listener = &stage->listeners[i];

		if (!listener->fault || (!all && !str_is(words[1], listener->row->name)))
			continue;
		if (!demo_heal(listener, clock_now_s(), err))
			return false;
		healed++;
		log_info("demo healed", F("listener", listener->row->name));
	}
	buf_addf(out, "%u healed", healed);
	return true;
}

static bool ask_stop(struct demo_stage *stage, struct str *words, struct buf *out, struct err *err)
{
	(void)words;
	(void)err;
	buf_add_text(out, "stopping");
	loop_stop(stage->loop);
	return true;
}

static const struct {
	const char *word;
	bool (*ask)(struct demo_stage *stage, struct str *words, struct buf *out, struct err *err);
} requests[] = {
	{"list", ask_list},
	{"break", ask_break},
	{"heal", ask_heal},
	{"stop", ask_stop},
};

static void answer(struct demo_stage *stage, struct str line, struct buf *out)
{
	CLEANUP(buf_done) struct buf text = buf_capped(DEMO_ANSWER_MAX - 64);
	struct str words[3] = {{0}};
	struct err err = {0};
	bool good = false;

	for (size_t i = 0; i < COUNT_OF(words) && str_split(&line, ' ', &words[i]); i++)
		;
	err_set(&err, ERR_INPUT, "unknown request");
	for (size_t i = 0; i < COUNT_OF(requests); i++)
		if (str_is(words[0], requests[i].word))
			good = requests[i].ask(stage, words, &text, &err);
	if (good)
		buf_addf(out, "ok\n%.*s\n", STR_ARG(buf_str(&text)));
	else
		buf_addf(out, "error\n%s\n%s\n", err.text, err.fix);
}

static void client_end(struct client *client)
{
	struct demo_control *control = client->control;
	int fd = client->watch.fd;

	loop_timer_stop(control->stage->loop, &client->life);
	loop_unwatch(control->stage->loop, &client->watch);
	*client->here = client->next;
	if (client->next)
		client->next->here = client->here;
	control->client_count--;
	buf_done(&client->in);
	free(client);
	close(fd);
}

static void client_over(struct loop_timer *timer)
{
	client_end(container_of(timer, struct client, life));
}

static void client_ready(struct loop_watch *watch, uint32_t events)
{
	struct client *client = container_of(watch, struct client, watch);
	CLEANUP(buf_done) struct buf out = buf_capped(DEMO_ANSWER_MAX);
	char piece[DEMO_REQUEST_MAX];
	ssize_t got = recv(watch->fd, piece, sizeof piece, 0);
	struct str rest, line;

	(void)events;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	buf_add(&client->in, piece, got > 0 ? (size_t)got : 0);
	rest = buf_str(&client->in);
	if (got > 0 && !client->in.full && !str_take_line(&rest, &line))
		return;
	if (got > 0 && !client->in.full) {
		answer(client->control->stage, line, &out);
		/* It fits into the socket's buffer (SO_SNDBUF below), so it goes whole or the client is gone. */
		if (send(watch->fd, out.data, out.len, MSG_NOSIGNAL) != (ssize_t)out.len)
			log_warn("demo answer not sent", F("bytes", out.len));
	}
	client_end(client);
}

static bool is_ours(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

static void incoming(struct loop_watch *watch, uint32_t events)
{
	struct demo_control *control = container_of(watch, struct demo_control, watch);
	int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), room = DEMO_ANSWER_MAX;
	struct client *client;

	(void)events;
	if (fd < 0)
		return;
	client = NEW(struct client);
	if (!is_ours(fd) || control->client_count >= CLIENTS_MAX ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room) != 0 ||
	    !loop_watch(control->stage->loop, &client->watch, fd, EPOLLIN, client_ready)) {
		free(client);
		close(fd);
		return;
	}
	client->control = control;
	client->in = buf_capped(DEMO_REQUEST_MAX);
	client->next = control->clients;
	client->here = &control->clients;
	if (client->next)
		client->next->here = &client->next;
	control->clients = client;
	control->client_count++;
	loop_timer_start(control->stage->loop, &client->life, CLIENT_MS, client_over);
}

bool demo_control_open(struct demo_stage *stage, struct demo_control **out, struct err *err)
{
	struct demo_control *control = NEW(struct demo_control);
	struct sockaddr_un name;
	int fd;

	control->stage = stage;
	control->watch.fd = -1;
	control->folder_fd = open(stage->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	demo_control_name(control->folder_fd, &name);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (control->folder_fd >= 0)
		unlinkat(control->folder_fd, "control", 0); /* of a demo that was killed; the lock is ours */
	if (fd >= 0 && control->folder_fd >= 0 && bind(fd, (struct sockaddr *)&name, sizeof name) == 0 &&
	    fchmodat(control->folder_fd, "control", 0600, 0) == 0 && listen(fd, CLIENTS_MAX) == 0 &&
	    loop_watch(stage->loop, &control->watch, fd, EPOLLIN, incoming)) {
		*out = control;
		return true;
	}
	err_set(err, ERR_INTERNAL, "open the control socket %s/control: %s", stage->folder, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (control->folder_fd >= 0)
		close(control->folder_fd);
	free(control);
	return false;
}

void demo_control_close(struct demo_control *control)
{
	int fd;

	if (!control)
		return;
	while (control->clients)
		client_end(control->clients);
	fd = control->watch.fd;
	loop_unwatch(control->stage->loop, &control->watch);
	close(fd);
	unlinkat(control->folder_fd, "control", 0);
	close(control->folder_fd);
	free(control);
}
