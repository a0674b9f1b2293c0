/* SPDX-License-Identifier: Apache-2.0 */

/* libcurl's multi interface on the loop: its sockets become watches, its timeout a timer. */

#include <stdlib.h>
#include <sys/epoll.h>

#include "base/memory.h"
#include "wire/egress/inside.h"

struct egress_line {
	struct loop_watch watch;
	struct egress *egress;
	struct egress_line *next, **here;
};

/* Finished transfers; a call that ends may start another, so the list is asked anew each time. */
static void finished(struct egress *egress)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(egress->multi, &left))) {
		struct egress_call *call = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
		egress_multi_remove(egress, call);
		egress_call_over(call, code);
	}
}

static void line_ready(struct loop_watch *watch, uint32_t events)
{
	struct egress_line *line = container_of(watch, struct egress_line, watch);
	struct egress *egress = line->egress;
	int running, what = 0;

	if (events & EPOLLIN)
		what |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		what |= CURL_CSELECT_OUT;
	if (events & (EPOLLERR | EPOLLHUP))
		what |= CURL_CSELECT_ERR;
	curl_multi_socket_action(egress->multi, line->watch.fd, what, &running);
	finished(egress);
}

static void line_end(struct egress_line *line)
{
	loop_unwatch(line->egress->loop, &line->watch);
	*line->here = line->next;
	if (line->next)
		line->next->here = line->here;
	free(line);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *of_socket)
{
	struct egress *egress = data;
	struct egress_line *line = of_socket;
	uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (line)
			line_end(line);
		return 0;
	}
	if (line) {
		loop_rewatch(egress->loop, &line->watch, events);
		return 0;
	}
	line = NEW(struct egress_line);
	line->egress = egress;
	if (!loop_watch(egress->loop, &line->watch, fd, events, line_ready)) {
		free(line);
		return -1;
	}
	line->next = egress->lines;
	line->here = &egress->lines;
	if (line->next)
		line->next->here = &line->next;
	egress->lines = line;
	curl_multi_assign(egress->multi, fd, line);
	return 0;
}

static void timer_due(struct loop_timer *timer)
{
	struct egress *egress = container_of(timer, struct egress, timer);
	int running;

	curl_multi_socket_action(egress->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	finished(egress);
}

static int on_timer(CURLM *multi, long after_ms, void *data)
{
	struct egress *egress = data;

	(void)multi;
	loop_timer_stop(egress->loop, &egress->timer);
	if (after_ms >= 0)
		loop_timer_start(egress->loop, &egress->timer, after_ms, timer_due);
	return 0;
}

void egress_multi_add(struct egress *egress, struct egress_call *call)
{
	call->running = true;
	curl_multi_add_handle(egress->multi, call->easy);
}

void egress_multi_remove(struct egress *egress, struct egress_call *call)
{
	if (call->running)
		curl_multi_remove_handle(egress->multi, call->easy);
	call->running = false;
}

bool egress_multi_open(struct egress *egress)
{
	egress->multi = curl_multi_init();
	if (!egress->multi)
		return false;
	curl_multi_setopt(egress->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(egress->multi, CURLMOPT_SOCKETDATA, egress);
	curl_multi_setopt(egress->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(egress->multi, CURLMOPT_TIMERDATA, egress);
	curl_multi_setopt(egress->multi, CURLMOPT_MAXCONNECTS, 32L);
	return true;
}

void egress_multi_close(struct egress *egress)
{
	curl_multi_cleanup(egress->multi);
	while (egress->lines)
		line_end(egress->lines);
	loop_timer_stop(egress->loop, &egress->timer);
}
