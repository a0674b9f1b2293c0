/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* hash - SHA-256 and its kin, one call each. Never fails: the algorithms are fetched once at first use. */

#include "base/bytes.h"

#define HASH_SHA256 32
#define HASH_SHA1   20

void hash_sha256(struct bytes of, uint8_t to[HASH_SHA256]);

/* SHA-1 of the parts as if they stood in a row: for formats that prescribe it, never as a proof. */
void hash_sha1(const struct bytes *parts, size_t count, uint8_t to[HASH_SHA1]);

/* HMAC-SHA-256 after RFC 2104. */
void hash_hmac_sha256(struct bytes key, struct bytes of, uint8_t to[HASH_SHA256]);

/* SHA-256 of what comes in pieces. */
struct hash_run;
struct hash_run *hash_run_new(void);
void hash_run_add(struct hash_run *run, struct bytes piece);
void hash_run_end(struct hash_run *run, uint8_t to[HASH_SHA256]); /* frees it */
