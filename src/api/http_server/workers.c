/* SPDX-License-Identifier: Apache-2.0 */

/* The workers: a queue of whole requests, a few threads that call the handler and resume the connection. */

#include "api/http_server/inside.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"

struct start {
	struct workers *workers;
	unsigned number;
};

static struct exchange *take(struct workers *workers)
{
	struct exchange *exchange;

	pthread_mutex_lock(&workers->lock);
	while (!workers->first && !workers->closing)
		pthread_cond_wait(&workers->wake, &workers->lock);
	exchange = workers->first;
	if (exchange) {
		workers->first = exchange->next;
		if (!workers->first)
			workers->last = NULL;
		workers->waiting--;
	}
	pthread_mutex_unlock(&workers->lock);
	return exchange;
}

static void *run(void *data)
{
	struct start start = *(struct start *)data;
	struct exchange *exchange;

	free(data);
	while ((exchange = take(start.workers))) {
		struct MHD_Connection *connection = exchange->connection;

		exchange_work(exchange, start.number);
		MHD_resume_connection(connection); /* from here on the exchange is the other thread's */
	}
	return NULL;
}

void workers_start(struct http_server *server, unsigned count)
{
	struct workers *workers = &server->workers;

	pthread_mutex_init(&workers->lock, NULL);
	pthread_cond_init(&workers->wake, NULL);
	workers->threads = memory_new(count * sizeof *workers->threads);
	workers->count = count;
	for (workers->started = 0; workers->started < count; workers->started++) {
		struct start *start = NEW(struct start);

		*start = (struct start){workers, workers->started};
		if (pthread_create(&workers->threads[workers->started], NULL, run, start) != 0) {
			free(start);
			memory_exhausted(count);
		}
	}
}

bool workers_give(struct workers *workers, struct exchange *exchange)
{
	bool taken = false;

	pthread_mutex_lock(&workers->lock);
	if (!workers->closing && workers->waiting < LIMIT_REQUESTS_WAITING) {
		MHD_suspend_connection(exchange->connection);
		exchange->next = NULL;
		if (workers->last)
			workers->last->next = exchange;
		else
			workers->first = exchange;
		workers->last = exchange;
		workers->waiting++;
		taken = true;
		pthread_cond_signal(&workers->wake);
	}
	pthread_mutex_unlock(&workers->lock);
	return taken;
}

size_t workers_waiting(struct workers *workers)
{
	size_t waiting;

	pthread_mutex_lock(&workers->lock);
	waiting = workers->waiting;
	pthread_mutex_unlock(&workers->lock);
	return waiting;
}

/* What waits is still answered; afterwards no connection is suspended by a worker. */
void workers_stop(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	workers->closing = true;
	pthread_cond_broadcast(&workers->wake);
	pthread_mutex_unlock(&workers->lock);
	for (unsigned i = 0; i < workers->started; i++)
		pthread_join(workers->threads[i], NULL);
	free(workers->threads);
	pthread_mutex_destroy(&workers->lock);
	pthread_cond_destroy(&workers->wake);
}
