/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* inside - what the files of wire/egress share. */

#include <curl/curl.h>

#include "base/buf.h"
#include "base/loop.h"
#include "wire/egress.h"

#define EGRESS_ADDRESS_TEXT 48
#define EGRESS_ADDRESSES    16 /* of one name that are tried */

/* ---- net.c ---- */
bool egress_address_read(const char *text, struct dns_address *out);
void egress_address_write(const struct dns_address *address, char to[EGRESS_ADDRESS_TEXT]);

/* ---- multi.c: libcurl's multi interface on the loop ---- */

struct egress {
	struct loop *loop;
	struct dns *dns;
	struct egress_policy policy;
	struct bytes roots_pem;
	CURLM *multi;
	struct loop_timer timer;
	struct egress_line *lines;
	struct egress_call *calls;
};

/* Starts what the call's easy handle says; egress_call_over is called at its end. */
void egress_multi_add(struct egress *egress, struct egress_call *call);
void egress_multi_remove(struct egress *egress, struct egress_call *call);
bool egress_multi_open(struct egress *egress);
void egress_multi_close(struct egress *egress);

/* ---- call.c: one question ---- */

struct egress_call {
	struct egress *egress;
	struct egress_call *next, **here;
	egress_done_fn done;
	void *data;
	struct loop_timer later;
	CURLU *url;
	CURL *easy;
	struct curl_slist *headers, *resolve;
	struct dns_address addresses[EGRESS_ADDRESSES];
	size_t address_count;
	char *method, *host;
	struct buf body, sent, header;
	struct buf location;
	struct err err;
	char why[CURL_ERROR_SIZE];
	int64_t until_ms;
	unsigned redirects;
	bool resolving, cancelled, running;
};

void egress_call_over(struct egress_call *call, CURLcode code);

/* ---- transfer.c: its easy handle ---- */

bool egress_transfer_open(struct egress_call *call, int64_t left_ms, struct err *err);
void egress_transfer_close(struct egress_call *call);
void egress_transfer_error(struct egress_call *call, CURLcode code, struct err *err);
void egress_transfer_answer(struct egress_call *call, struct egress_answer *out, struct buf *type);
