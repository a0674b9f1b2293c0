/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who is next: visits wait here for a connection slot, for their turn at the rate, and for their address.
 *
 * A visit that goes on (its second connection) comes before new ones, so that little is begun and much is finished. When
 * descriptors or ports run out, fewer connections are open at once from then on, and slowly more again: a
 * shortage delays, it never loses a record.
 */

#include <errno.h>
#include <stdlib.h>

#include "discovery/probe/room.h"

enum { SHORTAGE_MS = 50, POLITE_PAUSE_MS = 250, BURST_US = 100000, RECOVERY = 64,
       SLOW_OPEN = 4, SLOW_MS = 200 };

static void list_add(struct visit ***end, struct visit *visit)
{
	visit->next = NULL;
	visit->here = *end;
	**end = visit;
	*end = &visit->next;
}

static struct visit *list_take(struct visit **first, struct visit ***end)
{
	struct visit *visit = *first;

	if (!visit)
		return NULL;
	*first = visit->next;
	if (visit->next)
		visit->next->here = first;
	else
		*end = first;
	visit->next = NULL;
	visit->here = NULL;
	return visit;
}

void queue_add(struct visit *visit)
{
	visit->phase = PHASE_WAITING;
	list_add(&visit->probe->last, visit);
}

void queue_add_again(struct visit *visit)
{
	visit->phase = PHASE_WAITING;
	list_add(&visit->probe->again_end, visit);
}

/* ---- connections to one address ---- */

/* Addresses share these places by hash; when two meet, one waits a little for the other. */
static struct host *host_of(struct visit *visit)
{
	struct probe *probe = visit->probe;
	uint64_t mixed = visit->address.v4.sin_addr.s_addr;

	if (visit->address.any.sa_family == AF_INET6)
		mixed = map_hash(bytes_of(&visit->address.v6.sin6_addr, 16));
	return &probe->hosts[mixed * 0x9e3779b97f4a7c15 >> 54];
}

static void host_release(struct host *host)
{
	struct visit *visit = list_take(&host->first, &host->last);

	if (visit)
		list_add(&visit->probe->again_end, visit);
}

static void pause_over(struct loop_timer *timer)
{
	struct host *host = container_of(timer, struct host, pause);
	struct probe *probe = host->probe;

	host_release(host);
	queue_pump(probe);
}

/* Whether the visit may dial now; when not, it waits at its host. */
static bool host_admits(struct visit *visit)
{
	struct probe *probe = visit->probe;
	struct host *host;

	if (!probe->options.per_address)
		return true;
	host = host_of(visit);
	if (host->open >= probe->options.per_address || loop_timer_runs(&host->pause)) {
		if (!host->first)
			host->last = &host->first;
		list_add(&host->last, visit);
		return false;
	}
	host->open++;
	visit->at_host = host;
	return true;
}

static void host_leave(struct visit *visit)
{
	struct probe *probe = visit->probe;
	struct host *host = visit->at_host;

	if (!host)
		return;
	visit->at_host = NULL;
	host->open--;
	if (probe->options.look == PROBE_POLITE && !probe->stopping) {
		host->probe = probe;
		loop_timer_start(probe->loop, &host->pause, POLITE_PAUSE_MS, pause_over);
	} else {
		host_release(host);
	}
}

/* ---- slots and the rate ---- */

static void refill_due(struct loop_timer *timer)
{
	queue_pump(container_of(timer, struct probe, refill));
}

/* Takes one connection's worth of credit; without it, comes back when there is. */
static bool rate_admits(struct probe *probe)
{
	int64_t cost_us, now_ms = loop_now_ms(probe->loop), most_us;

	if (!probe->options.rate)
		return true;
	cost_us = 1000000 / probe->options.rate;
	most_us = cost_us > BURST_US ? cost_us : BURST_US;
	probe->tokens_us += (now_ms - probe->tokens_at_ms) * 1000;
	if (probe->tokens_us > most_us)
		probe->tokens_us = most_us;
	probe->tokens_at_ms = now_ms;
	if (probe->tokens_us < cost_us) {
		loop_timer_start(probe->loop, &probe->refill, (cost_us - probe->tokens_us) / 1000 + 1, refill_due);
		return false;
	}
	probe->tokens_us -= cost_us;
	return true;
}

/* No descriptor, port or memory: fewer at once from now on. */
static void shortage(struct probe *probe)
{
	loop_timer_stop(probe->loop, &probe->slow);
	probe->open_max = probe->open > 1 ? probe->open : 1;
	if (!probe->open)
		loop_timer_start(probe->loop, &probe->refill, SHORTAGE_MS, refill_due);
}

void queue_connection_over(struct visit *visit)
{
	struct probe *probe = visit->probe;

	probe->open--;
	*visit->here = visit->next;
	if (visit->next)
		visit->next->here = visit->here;
	visit->here = NULL;
	host_leave(visit);
	if (probe->open_max < probe->open_most && !loop_timer_runs(&probe->slow) && probe->stats.connections % RECOVERY == 0)
		probe->open_max++;
}

/* ---- a slow beginning ---- */

static void slow_over(struct loop_timer *timer)
{
	struct probe *probe = container_of(timer, struct probe, slow);

	probe->open_max = probe->open_most;
	queue_pump(probe);
}

void queue_begin_slowly(struct probe *probe)
{
	if (probe->open_most <= SLOW_OPEN)
		return;
	probe->open_max = SLOW_OPEN;
	loop_timer_start(probe->loop, &probe->slow, SLOW_MS, slow_over);
}

void queue_record_over(struct probe *probe)
{
	if (loop_timer_runs(&probe->slow) && ++probe->open_max == probe->open_most)
		loop_timer_stop(probe->loop, &probe->slow);
}

static void activate(struct visit *visit)
{
	struct probe *probe = visit->probe;

	visit->next = probe->active;
	visit->here = &probe->active;
	if (visit->next)
		visit->next->here = &visit->next;
	probe->active = visit;
	probe->open++;
}

/* False when nothing more can be dialled now. */
static bool dial_next(struct probe *probe)
{
	struct visit *visit;
	int error;

	if (probe->open >= probe->open_max || (!probe->again && !probe->first) || !rate_admits(probe))
		return false;
	visit = list_take(&probe->again, &probe->again_end);
	if (!visit)
		visit = list_take(&probe->first, &probe->last);
	if (!host_admits(visit)) {
		probe->tokens_us += probe->options.rate ? 1000000 / probe->options.rate : 0;
		return true;
	}
	if (!visit->connections) {
		visit->started_ms = loop_now_ms(probe->loop);
		visit->ask = visit_first_ask(visit);
	}
	switch (visit_dial(visit)) {
	case DIALLED:
		visit->connections++;
		probe->stats.connections++;
		activate(visit);
		return true;
	case DIAL_LATER:
		host_leave(visit);
		queue_add_again(visit);
		shortage(probe);
		return false;
	case DIAL_FAILED:
		break;
	}
	error = errno;
	host_leave(visit);
	visit->connections++;
	probe->stats.connections++;
	visit_fail_to_connect(visit, error);
	return true;
}

void queue_pump(struct probe *probe)
{
	if (probe->pumping || probe->stopping)
		return;
	probe->pumping = true;
	while (dial_next(probe))
		;
	probe->pumping = false;
}

/* ---- stopping ---- */

static void stop_list(struct visit **first, struct visit ***end)
{
	struct visit *visit;

	while ((visit = list_take(first, end))) {
		visit->interrupted = true;
		visit_report(visit);
	}
}

void queue_stop(struct probe *probe)
{
	while (probe->active) {
		probe->active->interrupted = true;
		visit_end(probe->active, ANSWER_NONE);
	}
	for (size_t i = 0; i < HOSTS; i++) {
		loop_timer_stop(probe->loop, &probe->hosts[i].pause);
		stop_list(&probe->hosts[i].first, &probe->hosts[i].last);
	}
	stop_list(&probe->again, &probe->again_end);
	stop_list(&probe->first, &probe->last);
	loop_timer_stop(probe->loop, &probe->refill);
	loop_timer_stop(probe->loop, &probe->slow);
}
