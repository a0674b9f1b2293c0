/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* engine - what the files of programs/engine share. */

#include "base/loop.h"
#include "jobs/ct.h"
#include "jobs/scan.h"
#include "programs/engine.h"
#include "programs/message.h"

struct api;
struct events;
struct runner;
struct store;

/* ---- logs.c: the way of log readers to the probe process ---- */

struct engine_logs;
struct engine_logs_options {
	struct str list_json; /* the list of logs */
	const struct str *allow; /* egress.allow */
	size_t allow_count;
	struct str roots_pem; /* of our own, for logs over HTTPS; may be empty */
	void (*send)(void *data, const struct message *message); /* from the loop */
	void *data;
};
struct engine_logs *engine_logs_new(struct loop *loop, const struct engine_logs_options *options);
void engine_logs_free(struct engine_logs *logs); /* NULL is fine; nobody has a line any more */
struct ct_port *engine_logs_port(struct engine_logs *logs);
/* From the loop: a probe process is there; it is gone; it said something about a log. */
void engine_logs_here(struct engine_logs *logs);
void engine_logs_gone(struct engine_logs *logs);
void engine_logs_message(struct engine_logs *logs, const struct message *message);

/* ---- port.c: the way of scans to the probe process ---- */

struct engine_port;
/* roots: files of roots of our own, looked at before each scan; those that are not there are passed over. */
/* logs: its send and data are set here. */
struct engine_port *engine_port_new(struct loop *loop, const struct str *roots, size_t root_count,
				    const struct engine_logs_options *logs);
void engine_port_free(struct engine_port *port);
struct scan_port *engine_port_scans(struct engine_port *port);
/* A probe process is at the other end of fd, which is taken over. The one before is forgotten. */
void engine_port_attach(struct engine_port *port, int fd);

/* ---- finder_port.c: the way to the finder process ---- */

/* The door of jobs/host is opened: looks wait for a finder. */
void finder_port_open(void);
/* A finder process is at the other end of fd, which is taken over. The one before is forgotten. From any thread. */
void finder_port_attach(int fd);
void finder_port_close(void);

/* ---- control.c: the supervisor ---- */

struct control;
/* ended is called when the supervisor is gone. */
MUST_CHECK bool control_open(struct loop *loop, int fd, struct engine_port *port, void (*ended)(void *data),
			     void *data, struct control **out, struct err *err);
void control_ready(struct control *control); /* tells it; NULL is fine */
void control_close(struct control *control); /* NULL is fine */

/* ---- folder.c: the data folder ---- */

/* Makes it, closes it to others, locks it. *lock_fd holds the lock. err ERR_CONFLICT when another engine has it. */

/* ---- scans.c: sources that nobody made ---- */

struct own_scans;
struct own_scans *own_scans_new(struct loop *loop, struct store *store, struct runner *runner, const char *demo_folder,
				bool at_start);
void own_scans_free(struct own_scans *own);

/* demo_end.c: deletes the demo's objects when there is a note that says so. note lives longer. */
struct demo_end;
struct demo_end *demo_end_new(struct loop *loop, struct store *store, const char *note);
void demo_end_free(struct demo_end *end); /* NULL is fine */
