/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * oid - object identifiers and their names, in OpenSSL's spelling.
 *
 * An OID is the content of its DER value: a few bytes to compare. Names come from oid/table.h; what is not
 * there is written in dots.
 */

#include "base/bytes.h"

struct arena;

struct oid_row {
	struct str dots, short_name, long_name; /* "2.5.29.17", "subjectAltName", "X509v3 Subject …" */
};

/* The row of an OID, or NULL. */
const struct oid_row *oid_find(struct bytes oid);

/* Its long or short name, or its dots. */
struct str oid_long(struct arena *arena, struct bytes oid);
struct str oid_short(struct arena *arena, struct bytes oid);

/* "1.2.840.113549.1.1.11"; "#" and its bytes in hexadecimal when they are not an OID, or have an arc above 128 bits. */
struct str oid_dots(struct arena *arena, struct bytes oid);

/* From dots to DER content, into to[max]. Returns its length, 0 when the text is not an OID or does not fit. */
size_t oid_encode(struct str dots, uint8_t *to, size_t max);

/* The OIDs that code asks for by name: OID(OID_COMMON_NAME) is their bytes. */
#define OID(literal) ((struct bytes){(const uint8_t *)("" literal), sizeof(literal) - 1})
#define OID_IS(oid, literal)                                                                       \
	((oid).len == sizeof(literal) - 1 && __builtin_memcmp((oid).data, literal, sizeof(literal) - 1) == 0)

/* clang-format off */
#define OID_COMMON_NAME            "\x55\x04\x03"

#define OID_SUBJECT_KEY_ID         "\x55\x1d\x0e"
#define OID_KEY_USAGE              "\x55\x1d\x0f"
#define OID_SUBJECT_ALT_NAME       "\x55\x1d\x11"
#define OID_ISSUER_ALT_NAME        "\x55\x1d\x12"
#define OID_BASIC_CONSTRAINTS      "\x55\x1d\x13"
#define OID_CRL_NUMBER             "\x55\x1d\x14"
#define OID_REASON_CODE            "\x55\x1d\x15"
#define OID_INVALIDITY_DATE        "\x55\x1d\x18"
#define OID_DELTA_CRL_INDICATOR    "\x55\x1d\x1b"
#define OID_ISSUING_POINT          "\x55\x1d\x1c"
#define OID_CERTIFICATE_ISSUER     "\x55\x1d\x1d"
#define OID_NAME_CONSTRAINTS       "\x55\x1d\x1e"
#define OID_CRL_POINTS             "\x55\x1d\x1f"
#define OID_POLICIES               "\x55\x1d\x20"
#define OID_POLICY_MAPPINGS        "\x55\x1d\x21"
#define OID_AUTHORITY_KEY_ID       "\x55\x1d\x23"
#define OID_POLICY_CONSTRAINTS     "\x55\x1d\x24"
#define OID_EXTENDED_KEY_USAGE     "\x55\x1d\x25"
#define OID_FRESHEST_CRL           "\x55\x1d\x2e"
#define OID_INHIBIT_ANY_POLICY     "\x55\x1d\x36"
#define OID_AUTHORITY_INFO         "\x2b\x06\x01\x05\x05\x07\x01\x01"
#define OID_TLS_FEATURE            "\x2b\x06\x01\x05\x05\x07\x01\x18"
#define OID_ACCESS_OCSP            "\x2b\x06\x01\x05\x05\x07\x30\x01"
#define OID_ACCESS_CA_ISSUERS      "\x2b\x06\x01\x05\x05\x07\x30\x02"
#define OID_SCT_LIST               "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02"
#define OID_CT_POISON              "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x03"

#define OID_ANY_POLICY             "\x55\x1d\x20\x00"
#define OID_ANY_USAGE              "\x55\x1d\x25\x00"
#define OID_USAGE_SERVER           "\x2b\x06\x01\x05\x05\x07\x03\x01"
#define OID_USAGE_CLIENT           "\x2b\x06\x01\x05\x05\x07\x03\x02"

#define OID_RSA                    "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define OID_RSA_OAEP               "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07"
#define OID_RSA_PSS                "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#define OID_RSA_X500               "\x55\x08\x01\x01"
#define OID_DSA                    "\x2a\x86\x48\xce\x38\x04\x01"
#define OID_DSA_OLD                "\x2b\x0e\x03\x02\x0c"
#define OID_EC                     "\x2a\x86\x48\xce\x3d\x02\x01"
#define OID_PRIME_FIELD            "\x2a\x86\x48\xce\x3d\x01\x01"
#define OID_BINARY_FIELD           "\x2a\x86\x48\xce\x3d\x01\x02"
#define OID_ED25519                "\x2b\x65\x70"
#define OID_ED448                  "\x2b\x65\x71"
#define OID_ML_DSA_44              "\x60\x86\x48\x01\x65\x03\x04\x03\x11"
#define OID_ML_DSA_65              "\x60\x86\x48\x01\x65\x03\x04\x03\x12"
#define OID_ML_DSA_87              "\x60\x86\x48\x01\x65\x03\x04\x03\x13"
#define OID_P192                   "\x2a\x86\x48\xce\x3d\x03\x01\x01"
#define OID_P224                   "\x2b\x81\x04\x00\x21"
#define OID_P256                   "\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define OID_P384                   "\x2b\x81\x04\x00\x22"
#define OID_P521                   "\x2b\x81\x04\x00\x23"
/* clang-format on */
