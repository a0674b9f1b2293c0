/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A connection: plain words if its kind has any, the handshake, an HTTP answer to whoever asks, the end. Strangers
 * may connect (anything on this machine), so each has a fixed life, a fixed amount of input, and there are at most
 * so many: who comes when the house is full is turned away at once.
 */

#include <errno.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "programs/demo/stage.h"

enum { LIFE_MS = 20000, LINGER_MS = 3000, PER_LISTENER = 64, INPUT_MAX = 8192, TALK_MAX = 65536, READS_A_TURN = 8 };

enum phase { PLAIN, HANDSHAKE, TALK, LINGER };

struct demo_connection {
	struct loop_watch watch;
	struct loop_timer life;
	struct demo_listener *listener;
	struct demo_connection *next, **here;
	enum phase phase;
	bool tls_next, end_next; /* once out is flushed */
	SSL *ssl;
	size_t heard; /* bytes read in this phase */
	struct buf in, out;
};

static void drive(struct demo_connection *c);

static void connection_free(struct demo_connection *c)
{
	struct demo_stage *stage = c->listener->stage;

	loop_timer_stop(stage->loop, &c->life);
	loop_unwatch(stage->loop, &c->watch);
	*c->here = c->next;
	if (c->next)
		c->next->here = c->here;
	stage->open--;
	c->listener->open--;
	SSL_free(c->ssl); /* without a BIO_CLOSE: the fd is ours */
	buf_done(&c->in);
	buf_done(&c->out);
	free(c);
}

static void connection_end(struct demo_connection *c)
{
	int fd = c->watch.fd;

	connection_free(c);
	close(fd);
}

static void life_over(struct loop_timer *timer)
{
	connection_end(container_of(timer, struct demo_connection, life));
}

static void ready(struct loop_watch *watch, uint32_t events)
{
	(void)events;
	drive(container_of(watch, struct demo_connection, watch));
}

static void want(struct demo_connection *c, uint32_t events)
{
	loop_rewatch(c->listener->stage->loop, &c->watch, events);
}

/* Says that nothing more will come and reads what the peer still sends, so that it sees our last words. */
static void linger(struct demo_connection *c)
{
	shutdown(c->watch.fd, SHUT_WR);
	c->phase = LINGER;
	loop_timer_start(c->listener->stage->loop, &c->life, LINGER_MS, life_over);
	want(c, EPOLLIN);
}

/* False when the connection is gone. */
static bool flush(struct demo_connection *c)
{
	while (c->out.len) {
		ssize_t sent = send(c->watch.fd, c->out.data, c->out.len, MSG_NOSIGNAL);

		if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
			want(c, EPOLLOUT);
			return true;
		}
		if (sent <= 0) {
			connection_end(c);
			return false;
		}
		buf_drop(&c->out, (size_t)sent);
	}
	return true;
}

static bool start_tls(struct demo_connection *c)
{
	if (c->in.len == 0 && c->listener->context)
		c->ssl = SSL_new(c->listener->context);
	if (!c->ssl || SSL_set_fd(c->ssl, c->watch.fd) != 1) {
		connection_end(c);
		return false;
	}
	SSL_set_accept_state(c->ssl);
	c->phase = HANDSHAKE;
	c->heard = 0;
	return true;
}

/* All that can be answered of what has come. */
static void hear_all(struct demo_connection *c)
{
	enum demo_heard heard;

	do {
		heard = demo_hear(c->listener, false, &c->in, &c->out);
	} while (heard == HEARD_ANSWER && c->in.len);
	c->tls_next = heard == HEARD_TLS;
	c->end_next = heard == HEARD_END || c->out.full;
}

/* One read in plain text. Answers whether to go on. */
static bool read_plain(struct demo_connection *c)
{
	char piece[2048];
	ssize_t got = recv(c->watch.fd, piece, sizeof piece, 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		want(c, EPOLLIN);
		return false;
	}
	c->heard += got > 0 ? (size_t)got : 0;
	buf_add(&c->in, piece, got > 0 ? (size_t)got : 0);
	if (got <= 0 || c->in.full || c->heard > TALK_MAX) {
		connection_end(c);
		return false;
	}
	hear_all(c);
	return flush(c) && c->out.len == 0;
}

static void drive_plain(struct demo_connection *c)
{
	for (int i = 0; i < READS_A_TURN; i++) {
		if (c->out.len && (!flush(c) || c->out.len))
			return;
		if (c->end_next) {
			linger(c);
			return;
		}
		if (c->tls_next) {
			if (start_tls(c))
				drive(c);
			return;
		}
		if (!read_plain(c))
			return;
	}
	want(c, EPOLLIN);
}

/* After libssl said no: waits for what it wants, or ends. */
static void wait_or_end(struct demo_connection *c, int result)
{
	switch (SSL_get_error(c->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		want(c, EPOLLIN);
		return;
	case SSL_ERROR_WANT_WRITE:
		want(c, EPOLLOUT);
		return;
	default:
		if (c->phase == HANDSHAKE)
			linger(c); /* the alert must arrive */
		else
			connection_end(c);
	}
}

static void drive_handshake(struct demo_connection *c)
{
	int result;

	ERR_clear_error();
	result = SSL_do_handshake(c->ssl);
	if (result != 1) {
		wait_or_end(c, result);
		return;
	}
	c->phase = TALK;
	drive(c);
}

/* Whoever looks with a browser or curl is told what this listener is for. */
static void answer_page(struct demo_connection *c)
{
	const struct demo_row *row = c->listener->row;
	char page[512], head[256];
	int page_len = snprintf(page, sizeof page, "Keepvalid demo: %s\n%s\n", row->name, row->shows);
	int head_len = snprintf(head, sizeof head,
				"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
				"Content-Length: %d\r\nConnection: close\r\n\r\n", page_len);

	ERR_clear_error();
	if (SSL_write(c->ssl, head, head_len) == head_len && SSL_write(c->ssl, page, page_len) == page_len)
		SSL_shutdown(c->ssl);
	linger(c);
}

static void drive_talk(struct demo_connection *c)
{
	char piece[2048];

	for (int i = 0; i < READS_A_TURN; i++) {
		int got;

		ERR_clear_error();
		got = SSL_read(c->ssl, piece, sizeof piece);
		if (got <= 0) {
			wait_or_end(c, got);
			return;
		}
		c->heard += (size_t)got;
		buf_add(&c->in, piece, (size_t)got);
		if (c->in.full || c->heard > TALK_MAX) {
			connection_end(c);
			return;
		}
		if (demo_kind_is_tls(c->listener->row->kind) && str_has(buf_str(&c->in), STR("\r\n\r\n"))) {
			answer_page(c);
			return;
		}
	}
	want(c, EPOLLIN);
}

static void drive_linger(struct demo_connection *c)
{
	char piece[4096];
	ssize_t got = 0;

	for (int i = 0; i < READS_A_TURN; i++) {
		got = recv(c->watch.fd, piece, sizeof piece, 0);
		c->heard += got > 0 ? (size_t)got : 0;
		if (got <= 0 || c->heard > TALK_MAX)
			break;
	}
	if (got > 0 && c->heard <= TALK_MAX)
		return;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	connection_end(c);
}

static void drive(struct demo_connection *c)
{
	static void (*const phases[])(struct demo_connection *) = {
		[PLAIN] = drive_plain,
		[HANDSHAKE] = drive_handshake,
		[TALK] = drive_talk,
		[LINGER] = drive_linger,
	};

	phases[c->phase](c);
}

void demo_connection_new(struct demo_listener *listener, int fd)
{
	struct demo_stage *stage = listener->stage;
	struct demo_connection *c;

	if (stage->open >= stage->most_open || listener->open >= PER_LISTENER) {
		close(fd);
		return;
	}
	c = NEW(struct demo_connection);
	c->listener = listener;
	c->in = buf_capped(INPUT_MAX);
	c->out = buf_capped(INPUT_MAX);
	if (!loop_watch(stage->loop, &c->watch, fd, EPOLLIN, ready)) {
		free(c);
		close(fd);
		return;
	}
	c->next = stage->connections;
	c->here = &stage->connections;
	if (c->next)
		c->next->here = &c->next;
	stage->connections = c;
	stage->open++;
	listener->open++;
	loop_timer_start(stage->loop, &c->life, LIFE_MS, life_over);
	c->tls_next = demo_kind_is_tls(listener->kind);
	demo_hear(listener, true, &c->in, &c->out);
	drive(c);
}

void demo_connections_free(struct demo_stage *stage)
{
	while (stage->connections)
		connection_end(stage->connections);
}
