/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* reading - what the files of this room share while one file is read. Private. */

#include "facts/container.h"

/* Where something stands: for its item, or the problem with it. */
struct place {
	struct str source, alias;
	size_t offset;
};

struct reading {
	struct arena *arena;
	const struct secret *password; /* may be NULL */
	uint64_t rounds_left;
	struct bytes content;
	const char *format;
	enum container_integrity integrity;
	struct container_item *items;
	size_t item_count, item_room;
	struct container_problem *problems;
	size_t problem_count, problem_room;
	uint32_t depth; /* containers within containers */
	bool full;      /* LIMIT_FILE_ITEMS reached, and told */
};

/* Adds. After LIMIT_FILE_ITEMS nothing is added any more, and that is a problem of its own. */
struct container_item *container_add(struct reading *r, enum container_kind kind,
				     const struct place *place);
void container_problem(struct reading *r, const struct place *place, const char *format, ...)
	PRINTF(3, 4);
void container_problem_err(struct reading *r, const struct place *place, const struct err *err);

/* One DER object of a kind that is known, or is to be found out. Reads it whole or notes a problem. */
void container_certificate(struct reading *r, struct bytes der, const struct place *place);
void container_request(struct reading *r, struct bytes der, const struct place *place);
void container_crl(struct reading *r, struct bytes der, const struct place *place);
void container_object(struct reading *r, struct bytes der, const struct place *place);
bool container_looks_known(struct bytes der); /* whether container_object would find out */

void container_pem(struct reading *r, struct str text);
void container_pkcs7(struct reading *r, struct bytes der, const struct place *place);
void container_pkcs12(struct reading *r, struct bytes der, const struct place *place);
void container_java(struct reading *r, struct bytes content);
bool container_is_java(struct bytes content);

/* Keys. They add the item, and note a problem when they cannot be read. */
void container_pkcs8(struct reading *r, struct bytes der, const struct place *place);
void container_pkcs8_encrypted(struct reading *r, struct bytes der, const struct place *place);
void container_pkcs1(struct reading *r, struct bytes der, const struct place *place);
void container_sec1(struct reading *r, struct bytes der, const struct place *place);
void container_dsa(struct reading *r, struct bytes der, const struct place *place);
void container_public_key(struct reading *r, struct bytes der, const struct place *place);
void container_public_pkcs1(struct reading *r, struct bytes der, const struct place *place);
void container_openssh(struct reading *r, struct bytes blob, const struct place *place);
/* A key that is only named: encrypted PEM, an entry of a key store. */
struct container_key *container_key_add(struct reading *r, enum container_key_class class,
					struct str format, const struct place *place);

/* Algorithm of a password encryption in words: "PBES2 aes-256-cbc, 2048 rounds". */
struct str container_encryption_name(struct arena *arena, struct bytes algorithm);

enum decrypted { DECRYPTED, WRONG_PASSWORD, TOO_MANY_ROUNDS, NO_LEGACY, NOT_SUPPORTED };
/*
 * Decrypts under the password, which has been asked for so many rounds; plain lives in the arena. Without a password
 * both the absent and the empty one are tried.
 */
enum decrypted container_decrypt(struct reading *r, struct bytes algorithm, struct bytes cipher,
				 struct bytes *plain);
const char *container_decrypted_why(enum decrypted result, const struct secret *password);

/* Takes that many rounds from what is left. False when there are not so many. */
bool container_spend_rounds(struct reading *r, uint64_t rounds);

/* BER to DER: definite lengths, strings in one piece. DER comes back as it is. False when it cannot be read. */
MUST_CHECK bool container_definite(struct arena *arena, struct bytes ber, struct bytes *der);
