/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * sign - whether a signature is good. The only cryptography here is OpenSSL's; keys that it refuses
 * to load are answered as unsupported, never as good.
 */

#include "base/bytes.h"

enum sign_verdict {
	SIGN_GOOD,
	SIGN_BAD,
	SIGN_KEY_UNREADABLE,         /* OpenSSL cannot load the public key, or it is beyond LIMIT_RSA_BITS and its kin */
	SIGN_ALGORITHM_UNSUPPORTED,  /* unknown to us or to OpenSSL */
	SIGN_ALGORITHM_MISMATCH,     /* the key is of another type than the algorithm wants */
};

/*
 * spki       DER of the SubjectPublicKeyInfo of the signer
 * algorithm  DER of the AlgorithmIdentifier of the signature
 * over       the signed bytes (a tbsCertificate, a tbsCertList)
 * signature  content of the BIT STRING without its first octet
 */
enum sign_verdict sign_check(struct bytes spki, struct bytes algorithm, struct bytes over,
			     struct bytes signature);

/*
 * The same with a key that is kept: loading one costs several times as much as the check itself. It is loaded at its
 * first use; one thread at a time may use it.
 */
struct sign_key;
struct sign_key *sign_key_new(struct bytes spki); /* copied; the caller frees */
void sign_key_free(struct sign_key *key);
enum sign_verdict sign_key_check(struct sign_key *key, struct bytes algorithm, struct bytes over, struct bytes signature);

const char *sign_verdict_name(enum sign_verdict verdict);
