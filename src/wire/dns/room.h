/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* room - what the files of wire/dns share. */

#include "wire/dns.h"

/* Names and addresses of /etc/hosts, read once: the probe's process may open no file later. */
struct hosts;
struct hosts *hosts_new(struct str text);
void hosts_free(struct hosts *hosts); /* NULL is fine */
/* Addresses of a name in the order of the file; NULL and 0 when it is not there. */
const struct dns_address *hosts_find(const struct hosts *hosts, struct str name, size_t *count);
