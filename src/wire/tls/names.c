/* SPDX-License-Identifier: Apache-2.0 */

/* Names of versions, suites, groups and alerts: the IANA registries "Transport Layer Security (TLS) Parameters". */

#include "wire/tls.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct { uint16_t code; uint8_t kind; struct str name; } suites[] = {
#define X(code, name, kind, weak) {code, TLS_KIND_##kind, STR_INIT(name)},
#include "wire/tls/suites.def"
#undef X
};

#define VERSIONS_ALL(X) \
	X(TLS_SSL20, "SSLv2") X(TLS_SSL30, "SSLv3") X(TLS_10, "TLSv1.0") X(TLS_11, "TLSv1.1") X(TLS_12, "TLSv1.2") \
	X(TLS_13, "TLSv1.3")

#define GROUPS_ALL(X) \
	X(1, "sect163k1") X(2, "sect163r1") X(3, "sect163r2") X(4, "sect193r1") X(5, "sect193r2") X(6, "sect233k1") \
	X(7, "sect233r1") X(8, "sect239k1") X(9, "sect283k1") X(10, "sect283r1") X(11, "sect409k1") X(12, "sect409r1") \
	X(13, "sect571k1") X(14, "sect571r1") X(15, "secp160k1") X(16, "secp160r1") X(17, "secp160r2") X(18, "secp192k1") \
	X(19, "secp192r1") X(20, "secp224k1") X(21, "secp224r1") X(22, "secp256k1") X(23, "secp256r1") X(24, "secp384r1") \
	X(25, "secp521r1") X(26, "brainpoolP256r1") X(27, "brainpoolP384r1") X(28, "brainpoolP512r1") X(29, "x25519") \
	X(30, "x448") X(31, "brainpoolP256r1tls13") X(32, "brainpoolP384r1tls13") X(33, "brainpoolP512r1tls13") \
	X(41, "curveSM2") X(0x100, "ffdhe2048") X(0x101, "ffdhe3072") X(0x102, "ffdhe4096") X(0x103, "ffdhe6144") \
	X(0x104, "ffdhe8192") X(0x200, "MLKEM512") X(0x201, "MLKEM768") X(0x202, "MLKEM1024") \
	X(0x11eb, "SecP256r1MLKEM768") X(0x11ec, "X25519MLKEM768") X(0x11ed, "SecP384r1MLKEM1024") \
	X(0x6399, "X25519Kyber768Draft00")

#define ALERTS_ALL(X) \
	X(0, "close_notify") X(10, "unexpected_message") X(20, "bad_record_mac") X(21, "decryption_failed") \
	X(22, "record_overflow") X(30, "decompression_failure") X(40, "handshake_failure") X(41, "no_certificate") \
	X(42, "bad_certificate") X(43, "unsupported_certificate") X(44, "certificate_revoked") X(45, "certificate_expired") \
	X(46, "certificate_unknown") X(47, "illegal_parameter") X(48, "unknown_ca") X(49, "access_denied") \
	X(50, "decode_error") X(51, "decrypt_error") X(52, "too_many_cids_requested") X(60, "export_restriction") \
	X(70, "protocol_version") X(71, "insufficient_security") X(80, "internal_error") X(86, "inappropriate_fallback") \
	X(90, "user_canceled") X(100, "no_renegotiation") X(109, "missing_extension") X(110, "unsupported_extension") \
	X(111, "certificate_unobtainable") X(112, "unrecognized_name") X(113, "bad_certificate_status_response") \
	X(114, "bad_certificate_hash_value") X(115, "unknown_psk_identity") X(116, "certificate_required") \
	X(120, "no_application_protocol") X(121, "ech_required")

struct row { uint16_t code; struct str name; };
#define X(code, name) {code, STR_INIT(name)},
static const struct row versions[] = {VERSIONS_ALL(X)}, groups[] = {GROUPS_ALL(X)}, alerts[] = {ALERTS_ALL(X)};
#undef X
/* clang-format on */

/* Place of each suite plus one, by its code; a server may choose any, so looking must not walk. */
static uint16_t suite_place[65536];
static pthread_once_t suite_once = PTHREAD_ONCE_INIT;

static void suite_index(void)
{
	for (size_t i = COUNT_OF(suites); i-- > 0;)
		suite_place[suites[i].code] = (uint16_t)(i + 1);
}

static struct str number(uint16_t code, struct tls_name *room)
{
	snprintf(room->text, sizeof room->text, "0x%04X", code);
	return str_of(room->text);
}

static struct str find(const struct row *rows, size_t count, uint16_t code)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].code == code)
			return rows[i].name;
	return (struct str){0};
}

struct str tls_version_name(uint16_t version)
{
	return find(versions, COUNT_OF(versions), version);
}

struct str tls_suite_name(uint16_t suite, struct tls_name *room)
{
	pthread_once(&suite_once, suite_index);
	return suite_place[suite] ? suites[suite_place[suite] - 1].name : number(suite, room);
}

enum tls_suite_kind tls_suite_kind(uint16_t suite)
{
	pthread_once(&suite_once, suite_index);
	return suite_place[suite] ? suites[suite_place[suite] - 1].kind : TLS_KIND_OTHER;
}

struct str tls_group_name(uint16_t group, struct tls_name *room)
{
	struct str name = find(groups, COUNT_OF(groups), group);

	return name.data ? name : number(group, room);
}

struct str tls_alert_name(uint8_t alert, struct tls_name *room)
{
	struct str name = find(alerts, COUNT_OF(alerts), alert);

	if (name.data)
		return name;
	snprintf(room->text, sizeof room->text, "alert %u", alert);
	return str_of(room->text);
}
