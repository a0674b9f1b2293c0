/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* engine - what the files of programs/engine share. */

#include "base/loop.h"
#include "jobs/scan.h"
#include "programs/engine.h"
#include "programs/message.h"

struct api;
struct events;
struct runner;
struct store;

/* ---- port.c: the way of scans to the probe process ---- */

struct engine_port;
/* roots: files of roots of our own, looked at before each scan; those that are not there are passed over. */
struct engine_port *engine_port_new(struct loop *loop, const struct str *roots, size_t root_count);
void engine_port_free(struct engine_port *port);
struct scan_port *engine_port_scans(struct engine_port *port);
/* A probe process is at the other end of fd, which is taken over. The one before is forgotten. */
void engine_port_attach(struct engine_port *port, int fd);

/* ---- control.c: the supervisor ---- */

struct control;
/* ended is called when the supervisor is gone. */
MUST_CHECK bool control_open(struct loop *loop, int fd, struct engine_port *port, void (*ended)(void *data),
			     void *data, struct control **out, struct err *err);
void control_ready(struct control *control); /* tells it; NULL is fine */
void control_close(struct control *control); /* NULL is fine */

/* ---- folder.c: the data folder ---- */

/* Makes it, closes it to others, locks it. *lock_fd holds the lock. err ERR_CONFLICT when another engine has it. */
MUST_CHECK bool folder_take(const char *path, int *lock_fd, struct err *err);

/* ---- scans.c: sources that nobody made ---- */

struct own_scans;
struct own_scans *own_scans_new(struct loop *loop, struct store *store, struct runner *runner, const char *demo_folder,
				bool at_start);
void own_scans_free(struct own_scans *own);
