/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A listener: a row of the table on its address. Dressing it gives it the certificates of its row, spoiled by its
 * fault if it has one; connections that are open keep the ones they began with.
 */

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "programs/demo/pki.h"
#include "programs/demo/stage.h"
#include "programs/demo/x509.h"

enum { BACKLOG = 256, RENEW_BEFORE_S = 45, RETRY_S = 5, ACCEPTS_A_TURN = 32 };

static void renew(struct loop_timer *timer)
{
	struct demo_listener *listener = container_of(timer, struct demo_listener, renewal);
	struct err err = {0};

	if (listener->fault || demo_listener_dress(listener, clock_now_s(), &err)) {
		if (!loop_timer_runs(timer))
			loop_timer_start(listener->stage->loop, timer, RETRY_S * 1000, renew);
		return;
	}
	log_warn("demo certificate not renewed", F("listener", listener->row->name), F("why", err.text));
	loop_timer_start(listener->stage->loop, timer, RETRY_S * 1000, renew);
}

static void plan_renewal(struct demo_listener *listener, const X509 *cert, int64_t now)
{
	int64_t left_s = demo_x509_not_after(cert) - RENEW_BEFORE_S - now;

	if (listener->row->renews)
		loop_timer_start(listener->stage->loop, &listener->renewal, (left_s > 1 ? left_s : 1) * 1000, renew);
}

/* The canned SSL 3.0 server needs the bytes alone. */
static bool keep_leaf(struct demo_listener *listener, X509 *cert)
{
	uint8_t *der = NULL;
	int len = i2d_X509(cert, &der);

	if (len <= 0)
		return false;
	OPENSSL_free((void *)(uintptr_t)listener->canned_leaf.data);
	listener->canned_leaf = bytes_of(der, (size_t)len);
	return true;
}

static bool put_on(struct demo_listener *listener, const struct demo_pair *pair, const struct demo_pair *other,
		   struct err *err)
{
	SSL_CTX *context;

	if (listener->kind == SPEAKS_SSLV3)
		return keep_leaf(listener, pair->cert) || demo_crypto_err(err, "encode a certificate");
	context = demo_context_new(listener->row, demo_pki_root(listener->stage->pki), pair, other, err);
	if (!context)
		return false;
	SSL_CTX_free(listener->context);
	listener->context = context;
	return true;
}

/* The certificates of a healthy listener are kept from start to start; those of a fault are made for it. */
static bool find_pairs(struct demo_listener *listener, int64_t now, struct demo_pair *pair, struct demo_pair *other,
		       struct err *err)
{
	const struct demo_row *row = listener->row;
	struct demo_pki *pki = listener->stage->pki;
	char name[64];

	if (listener->fault && listener->fault->spoil) {
		struct demo_leaf spoiled = row->leaf;

		listener->fault->spoil(&spoiled);
		return demo_pki_make(pki, listener->nth, &spoiled, now, pair, err);
	}
	if (!demo_pki_leaf(pki, listener->nth, &row->leaf, row->name, now, pair, err))
		return false;
	snprintf(name, sizeof name, "%s-other", row->name);
	return !row->has_other || demo_pki_leaf(pki, listener->nth, &row->other, name, now, other, err);
}

/* Who watches the demo is told when another certificate is served than before. */
static void note_change(struct demo_listener *listener, const X509 *cert)
{
	const ASN1_INTEGER *number = X509_get0_serialNumber(cert);
	struct bytes serial = bytes_of(ASN1_STRING_get0_data(number), (size_t)ASN1_STRING_length(number));
	bool same = serial.len == listener->serial_len && memcmp(serial.data, listener->serial, serial.len) == 0;

	if (same || serial.len > sizeof listener->serial)
		return;
	memcpy(listener->serial, serial.data, serial.len);
	listener->serial_len = serial.len;
	demo_news_add(listener->stage, listener->nth);
}

bool demo_listener_dress(struct demo_listener *listener, int64_t now, struct err *err)
{
	CLEANUP(demo_pair_done) struct demo_pair pair = {0};
	CLEANUP(demo_pair_done) struct demo_pair other = {0};

	if (!demo_kind_has_certificate(listener->kind))
		return true;
	if (!find_pairs(listener, now, &pair, &other, err))
		return false;
	plan_renewal(listener, pair.cert, now);
	if (!put_on(listener, &pair, other.cert ? &other : NULL, err))
		return false;
	note_change(listener, pair.cert);
	return true;
}

static void incoming(struct loop_watch *watch, uint32_t events)
{
	struct demo_listener *listener = container_of(watch, struct demo_listener, watch);

	(void)events;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			return;
		demo_connection_new(listener, fd);
	}
}

static bool listen_err(const struct demo_listener *listener, const char *address, int why, struct err *err)
{
	err_set(err, why == EADDRINUSE ? ERR_CONFLICT : ERR_INTERNAL, "demo listener %s: listen on %s port %u: %s",
		listener->row->name, address, demo_row_port(listener->row), strerror(why));
	if (why == EADDRINUSE)
		return err_fix(err, "demo-port-taken",
			       "another demo runs, or a program has this port: end it, or take other addresses "
			       "with KEEPVALID_DEMO_NET=1 (127.83.1.x; 0 to 255)");
	return err_fix(err, "demo-listen", "the demo needs all of 127.0.0.0/8 on the loopback interface");
}

bool demo_listener_open(struct demo_listener *listener, struct err *err)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(demo_row_port(listener->row))};
	char address[16];
	int fd, one = 1, why;

	listener->watch.fd = -1;
	if (listener->kind == SPEAKS_CLOSED)
		return true;
	demo_row_address(listener->nth, listener->stage->network, address);
	if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
		return listen_err(listener, address, EADDRNOTAVAIL, err);
	assert(ntohl(at.sin_addr.s_addr) >> 24 == 127); /* never outside loopback */
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
	    bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, BACKLOG) == 0 &&
	    loop_watch(listener->stage->loop, &listener->watch, fd, EPOLLIN, incoming))
		return true;
	why = errno;
	if (fd >= 0)
		close(fd);
	listener->watch.fd = -1;
	return listen_err(listener, address, why, err);
}

void demo_listener_shut(struct demo_listener *listener)
{
	int fd = listener->watch.fd;

	if (fd < 0)
		return;
	loop_unwatch(listener->stage->loop, &listener->watch);
	close(fd);
}

void demo_listener_done(struct demo_listener *listener)
{
	demo_listener_shut(listener);
	loop_timer_stop(listener->stage->loop, &listener->renewal);
	SSL_CTX_free(listener->context);
	OPENSSL_free((void *)(uintptr_t)listener->canned_leaf.data);
	listener->context = NULL;
	listener->canned_leaf = (struct bytes){0};
}
