/* SPDX-License-Identifier: Apache-2.0 */

/*
 * PKCS#12, after RFC 7292. The structure is walked here, so that certificates come out byte by byte as they went in and
 * iterations are counted before they are spent; decryption and MAC are OpenSSL's.
 */

#include "facts/container/reading.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/secret.h"
#include "facts/der.h"
#include "facts/oid.h"

#define OID_PKCS7_DATA      "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define OID_PKCS7_ENCRYPTED "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
#define OID_BAG             "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01" /* and one arc more */
#define OID_FRIENDLY_NAME   "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x14"

enum bag { KEY_BAG = 1, SHROUDED_BAG, CERT_BAG, CRL_BAG, SECRET_BAG, SAFE_BAG };

static void read_safe(struct reading *r, struct bytes safe, const struct place *place);

/* The friendlyName among a bag's attributes. */
static struct str alias_of(struct reading *r, struct bytes attributes)
{
	struct bytes one, oid, values;
	struct der name;
	struct str text;
	bool clean = true;

	while (der_take_tag(&attributes, DER_SEQUENCE, &one)) {
		if (!der_take_tag(&one, DER_OID, &oid) || !OID_IS(oid, OID_FRIENDLY_NAME) ||
		    !der_take_tag(&one, DER_SET, &values) || !der_take(&values, &name) ||
		    !der_is_string(name.tag))
			continue;
		text = der_string(r->arena, name.tag, name.content, &clean);
		while (text.len && text.data[text.len - 1] == 0)
			text.len--; /* some tools count the end of their string in */
		return cert_visible(r->arena, text);
	}
	return (struct str){NULL, 0};
}

/* CertBag and CRLBag: a type, and an OCTET STRING with the thing. */
static bool bag_octets(struct bytes value, struct bytes *octets)
{
	struct bytes inside, type, outer;

	return der_take_only(value, DER_SEQUENCE, &inside) && der_take_tag(&inside, DER_OID, &type) &&
	       der_take_only(inside, DER_CONTEXT_MADE(0), &outer) &&
	       der_take_only(outer, DER_OCTET_STRING, octets);
}

static void read_bag_value(struct reading *r, uint8_t kind, struct bytes value, const struct place *place)
{
	struct bytes octets;

	switch (kind) {
	case KEY_BAG:
		container_pkcs8(r, value, place);
		return;
	case SHROUDED_BAG:
		container_pkcs8_encrypted(r, value, place);
		return;
	case CERT_BAG:
	case CRL_BAG:
		if (!bag_octets(value, &octets))
			container_problem(r, place, "the bag cannot be read");
		else if (kind == CERT_BAG)
			container_certificate(r, octets, place);
		else
			container_crl(r, octets, place);
		return;
	case SECRET_BAG:
		container_key_add(r, KEY_SECRET, STR("PKCS#12 secret"), place);
		return;
	case SAFE_BAG:
		read_safe(r, value, place);
		return;
	default:
		container_problem(r, place, "is a bag of unknown kind %u", kind);
	}
}

static bool read_bag(struct reading *r, struct bytes bag, const struct place *place)
{
	struct bytes oid, prefix, value, attributes = {NULL, 0};
	struct place here = *place;
	uint8_t kind;

	if (!der_take_tag(&bag, DER_OID, &oid) || !der_take_tag(&bag, DER_CONTEXT_MADE(0), &value))
		return false;
	if (der_take_tag(&bag, DER_SET, &attributes))
		here.alias = alias_of(r, attributes);
	if (!bytes_take(&oid, sizeof OID_BAG - 1, &prefix) || !OID_IS(prefix, OID_BAG) ||
	    !bytes_take_u8(&oid, &kind) || oid.len)
		return false;
	read_bag_value(r, kind, value, &here);
	return true;
}

/* SafeContents: a SEQUENCE of bags. */
static void read_safe(struct reading *r, struct bytes safe, const struct place *place)
{
	struct bytes bags, bag;
	size_t number = 0;

	if (r->depth >= LIMIT_DER_DEPTH || !der_take_only(safe, DER_SEQUENCE, &bags)) {
		container_problem(r, place, "the safe cannot be read");
		return;
	}
	r->depth++;
	while (bags.len && !r->full) {
		struct place here = *place;

		here.source = arena_format(r->arena, "%.*s, bag %zu", STR_ARG(place->source), ++number);
		if (!der_take_tag(&bags, DER_SEQUENCE, &bag) || !read_bag(r, bag, &here)) {
			container_problem(r, &here, "the bag cannot be read");
			break;
		}
	}
	r->depth--;
}

/* [0] IMPLICIT OCTET STRING, in one piece or in pieces. */
static bool encrypted_octets(struct reading *r, struct bytes from, struct bytes *out)
{
	struct bytes pieces, piece;
	uint8_t *room;
	size_t len = 0;

	if (der_take_only(from, DER_CONTEXT(0), out))
		return true;
	if (!der_take_only(from, DER_CONTEXT_MADE(0), &pieces))
		return false;
	room = (uint8_t *)arena_chars(r->arena, pieces.len);
	while (pieces.len) {
		if (!der_take_tag(&pieces, DER_OCTET_STRING, &piece))
			return false;
		if (piece.len)
			memcpy(room + len, piece.data, piece.len);
		len += piece.len;
	}
	*out = bytes_of(room, len);
	return true;
}

static bool read_encrypted(struct reading *r, struct bytes content, const struct place *place)
{
	struct bytes data, version, inside, type, cipher, plain, definite;
	struct der algorithm;
	enum decrypted result;

	if (!der_take_only(content, DER_SEQUENCE, &data) || !der_take_tag(&data, DER_INTEGER, &version) ||
	    !der_take_tag(&data, DER_SEQUENCE, &inside) || !der_take_tag(&inside, DER_OID, &type) ||
	    !der_take(&inside, &algorithm) || !encrypted_octets(r, inside, &cipher))
		return false;
	result = r->integrity == INTEGRITY_WRONG ? WRONG_PASSWORD
						 : container_decrypt(r, algorithm.whole, cipher, &plain);
	if (result != DECRYPTED)
		container_problem(r, place, "%s (%.*s)", container_decrypted_why(result, r->password),
				  STR_ARG(container_encryption_name(r->arena, algorithm.whole)));
	else if (!container_definite(r->arena, plain, &definite))
		return false;
	else
		read_safe(r, definite, place);
	return true;
}

/* One ContentInfo of the AuthenticatedSafe. */
static bool read_content(struct reading *r, struct bytes info, const struct place *place)
{
	struct bytes type, content, octets, definite;

	if (!der_take_tag(&info, DER_OID, &type) || !der_take_only(info, DER_CONTEXT_MADE(0), &content))
		return false;
	if (OID_IS(type, OID_PKCS7_ENCRYPTED))
		return read_encrypted(r, content, place);
	if (!OID_IS(type, OID_PKCS7_DATA)) {
		container_problem(r, place, "%.*s is not supported", STR_ARG(oid_long(r->arena, type)));
		return true;
	}
	if (!der_take_only(content, DER_OCTET_STRING, &octets) ||
	    !container_definite(r->arena, octets, &definite))
		return false;
	read_safe(r, definite, place);
	return true;
}

static void read_safes(struct reading *r, struct bytes octets, const struct place *place)
{
	struct bytes definite, infos, info;
	size_t number = 0;

	if (!container_definite(r->arena, octets, &definite) ||
	    !der_take_only(definite, DER_SEQUENCE, &infos)) {
		container_problem(r, place, "the contents of this PKCS#12 cannot be read");
		return;
	}
	while (infos.len && !r->full) {
		struct place here = *place;

		here.source = arena_format(r->arena, "safe %zu", ++number);
		if (!der_take_tag(&infos, DER_SEQUENCE, &info) || !read_content(r, info, &here)) {
			container_problem(r, &here, "the safe cannot be read");
			return;
		}
	}
}

/* Rounds of the MacData; it may be PBMAC1, whose rounds stand in its algorithm and are counted the same way. */
static uint64_t mac_rounds(struct bytes mac)
{
	struct bytes salt, number;
	struct der digest;
	int64_t rounds = 1;

	if (!der_take(&mac, &digest) || !der_take_tag(&mac, DER_OCTET_STRING, &salt))
		return UINT64_MAX;
	if (mac.len && (!der_take_only(mac, DER_INTEGER, &number) || !der_integer(number, &rounds) || rounds < 1))
		return UINT64_MAX;
	return (uint64_t)rounds;
}

/* Whether OpenSSL knows how to make such a MAC at all: PBMAC1 (RFC 9579) is younger than OpenSSL 3.0. */
static bool mac_is_known(struct bytes mac)
{
	struct bytes digest, algorithm, oid;

	return der_take_tag(&mac, DER_SEQUENCE, &digest) &&
	       der_take_tag(&digest, DER_SEQUENCE, &algorithm) && der_take_tag(&algorithm, DER_OID, &oid) &&
	       !OID_IS(oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0e");
}

static bool verify(struct reading *r, PKCS12 *p12, uint64_t rounds)
{
	struct bytes given = r->password ? secret_reveal(r->password) : bytes_of(NULL, 0);

	if (given.len)
		return PKCS12_verify_mac(p12, (const char *)given.data, (int)given.len) == 1;
	return PKCS12_verify_mac(p12, NULL, 0) == 1 ||
	       (container_spend_rounds(r, rounds) && PKCS12_verify_mac(p12, "", 0) == 1);
}

static void check_mac(struct reading *r, struct bytes der, struct bytes mac, const struct place *place)
{
	const uint8_t *at = der.data;
	uint64_t rounds = mac_rounds(mac);
	bool given = r->password && secret_reveal(r->password).len;
	PKCS12 *p12;

	r->integrity = INTEGRITY_NOT_CHECKED;
	if (!mac_is_known(mac)) {
		container_problem(r, place, "its MAC (PBMAC1) is not supported and was not checked");
		return;
	}
	if (!container_spend_rounds(r, rounds)) {
		container_problem(r, place, "its MAC %s", container_decrypted_why(TOO_MANY_ROUNDS, NULL));
		return;
	}
	p12 = d2i_PKCS12(NULL, &at, (long)der.len);
	r->integrity = p12 && verify(r, p12, rounds) ? INTEGRITY_GOOD : INTEGRITY_WRONG;
	if (r->integrity == INTEGRITY_WRONG)
		container_problem(r, place, "%s",
				  given ? "the password does not fit, or the file is damaged (its MAC is wrong)"
					: "is protected by a password: give it by --password-file");
	PKCS12_free(p12);
	ERR_clear_error();
}

void container_pkcs12(struct reading *r, struct bytes der, const struct place *place)
{
	struct bytes definite, inside, version, safe, type, content, octets, mac;

	r->format = r->format && strcmp(r->format, "PEM") == 0 ? r->format : "PKCS#12";
	if (!container_definite(r->arena, der, &definite) ||
	    !der_take_only(definite, DER_SEQUENCE, &inside) ||
	    !der_take_tag(&inside, DER_INTEGER, &version) || !der_take_tag(&inside, DER_SEQUENCE, &safe) ||
	    !der_take_tag(&safe, DER_OID, &type) || !der_take_only(safe, DER_CONTEXT_MADE(0), &content)) {
		container_problem(r, place, "the PKCS#12 structure cannot be read");
		return;
	}
	if (!OID_IS(type, OID_PKCS7_DATA) || !der_take_only(content, DER_OCTET_STRING, &octets)) {
		container_problem(r, place, "%.*s as integrity of a PKCS#12 is not supported",
				  STR_ARG(oid_long(r->arena, type)));
		return;
	}
	if (der_take_tag(&inside, DER_SEQUENCE, &mac))
		check_mac(r, der, mac, place);
	read_safes(r, octets, place);
}
