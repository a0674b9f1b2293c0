/* SPDX-License-Identifier: Apache-2.0 */

/*
 * ClientHellos, each a row of a table: which versions, which suites, which signatures, which extensions.
 *
 * The parts that do not change are written once per process; a hello is then three copies, two fillings of what
 * looks random and a few lengths. Orders matter: groups and key shares stand in the same order (Erlang
 * refuses otherwise), ECDSA suites before static RSA before all others, so that a server which
 * follows the client shows its ECDSA certificate, or else decrypts instead of signing - which it does not even come to.
 *
 * After RFC 8446 section 4.1.2 and 4.2, RFC 5246 section 7.4.1.2, RFC 6066 section 3.
 */

#include "wire/tls.h"

#include <pthread.h>
#include <string.h>

#include "wire/tls/room.h"

enum { MOST_HELLO_BYTES = 8192, RANDOM_BYTES = 32 };

enum signatures { SIG_NONE, SIG_ANY, SIG_ECDSA, SIG_RSA, SIG_RARE };
enum groups { GROUPS_NONE, GROUPS_ANY, GROUPS_PQ_ONLY, GROUPS_FEW };
enum shares { SHARES_NONE, SHARES_BASE, SHARES_EMPTY };

#define K(kind) (1u << TLS_KIND_##kind)
#define K_USUAL (K(ECDSA) | K(RSA) | K(ERSA) | K(DHE_RSA))

struct row {
	uint16_t highest, lowest; /* versions */
	uint32_t kinds;           /* of suites; in suites.def's order */
	bool weak, few;           /* export and NULL suites too; only the strongest of each kind */
	enum signatures signatures;
	enum groups groups;
	enum shares shares;
	bool extensions;
};

/* clang-format off */
static const struct row rows[TLS_HELLO_COUNT] = {
	/*                    highest  lowest     kinds of suites                   weak few  signatures groups           shares        ext. */
	[TLS_HELLO_ALL]    = {TLS_13, TLS_SSL30, K(TLS13) | K_USUAL,                 0, 0, SIG_ANY,   GROUPS_ANY,      SHARES_BASE,  1},
	[TLS_HELLO_CHEAP]  = {TLS_12, TLS_SSL30, K_USUAL,                            0, 0, SIG_ANY,   GROUPS_ANY,      SHARES_NONE,  1},
	[TLS_HELLO_ECDSA]  = {TLS_13, TLS_SSL30, K(TLS13) | K(ECDSA) | K(ECDH),      0, 0, SIG_ECDSA, GROUPS_ANY,      SHARES_BASE,  1},
	[TLS_HELLO_RSA]    = {TLS_13, TLS_SSL30, K(TLS13) | K(RSA) | K(ERSA) | K(DHE_RSA), 0, 0, SIG_RSA, GROUPS_ANY, SHARES_BASE,  1},
	[TLS_HELLO_RARE]   = {TLS_13, TLS_SSL30, K(TLS13) | K(ECDSA) | K(DSS) | K(GOST), 0, 0, SIG_RARE, GROUPS_ANY,  SHARES_BASE,  1},
	[TLS_HELLO_PQ]     = {TLS_13, TLS_13,    K(TLS13),                           0, 0, SIG_ANY,   GROUPS_PQ_ONLY,  SHARES_EMPTY, 1},
	[TLS_HELLO_TLS11]  = {TLS_11, TLS_SSL30, K_USUAL | K(DSS) | K(ECDH),         1, 0, SIG_NONE,  GROUPS_ANY,      SHARES_NONE,  1},
	[TLS_HELLO_TLS10]  = {TLS_10, TLS_SSL30, K_USUAL | K(DSS) | K(ECDH),         1, 0, SIG_NONE,  GROUPS_ANY,      SHARES_NONE,  1},
	[TLS_HELLO_SHORT]  = {TLS_12, TLS_SSL30, K_USUAL,                            0, 1, SIG_ANY,   GROUPS_FEW,      SHARES_NONE,  1},
	[TLS_HELLO_OLD]    = {TLS_10, TLS_SSL30, K_USUAL | K(DSS),                   1, 1, SIG_NONE,  GROUPS_NONE,     SHARES_NONE,  0},
	[TLS_HELLO_SSL30]  = {TLS_SSL30, TLS_SSL30, K(RSA) | K(DHE_RSA) | K(DSS),    1, 1, SIG_NONE,  GROUPS_NONE,     SHARES_NONE,  0},
	[TLS_HELLO_LEGACY] = {TLS_12, TLS_SSL30, ~(K(TLS13)),                        1, 0, SIG_ANY,   GROUPS_ANY,      SHARES_NONE,  1},
	[TLS_HELLO_SSL20]  = {TLS_10, TLS_SSL20, 0,                                  1, 1, SIG_NONE,  GROUPS_NONE,     SHARES_NONE,  0},
};

static const struct { uint16_t code; uint8_t kind; bool weak; } suites[] = {
#define X(code, name, kind, weak) {code, TLS_KIND_##kind, weak},
#include "wire/tls/suites.def"
#undef X
};

/* RFC 8446 4.2.3, RFC 8734, RFC 5246 7.4.1.4.1 and the ML-DSA code points of draft-ietf-tls-mldsa. */
static const uint16_t signatures_ecdsa[] = {0x0403, 0x0503, 0x0603, 0x081a, 0x081b, 0x081c, 0x0303, 0x0203};
static const uint16_t signatures_eddsa[] = {0x0807, 0x0808, 0x0904, 0x0905, 0x0906};
static const uint16_t signatures_rsa[] = {0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601, 0x0301, 0x0201, 0x0101};
static const uint16_t signatures_dsa[] = {0x0402, 0x0502, 0x0602, 0x0302, 0x0202};

/* RFC 8446 4.2.7 and older; those with a share first, in the order of the shares. */
static const uint16_t groups_any[] = {
	TLS_GROUP_X25519, TLS_GROUP_P256, 0x0018, 0x0019, 0x001e, 0x001f, 0x0020, 0x0021, 0x0100, 0x0101, 0x0102, 0x0103,
	0x0104, 0x001a, 0x001b, 0x001c, 0x0016, 0x0015, 0x0014, 0x0013, 0x000e, 0x000d, 0x000c, 0x000b, 0x000a, 0x0009, 0x0006,
};
/* clang-format on */

/* Extensions that have no table of their own; RFC 8446 section 4.2, RFC 7627, RFC 8422. */
enum {
	EXT_SERVER_NAME = 0, EXT_GROUPS = 10, EXT_POINT_FORMATS = 11, EXT_SIGNATURES = 13,
	EXT_MASTER_SECRET = 23, EXT_VERSIONS = 43, EXT_COOKIE = 44, EXT_PSK_MODES = 45,
	EXT_CERT_SIGNATURES = 50, EXT_KEY_SHARE = 51,
};

struct parts {
	struct buf suites;     /* cipher_suites and compression_methods, with their lengths */
	struct buf extensions; /* all but the server name, without the length in front */
};

static struct parts made[TLS_HELLO_COUNT];
static pthread_once_t made_once = PTHREAD_ONCE_INIT;

static void add_u16s(struct buf *to, const uint16_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_u16(to, values[i]);
}

static void add_suites(const struct row *row, struct buf *to)
{
	size_t at = buf_open_vector16(to), of_kind[TLS_KIND_OTHER + 1] = {0};

	for (int weak = 0; weak <= row->weak; weak++)
		for (size_t i = 0; i < COUNT_OF(suites); i++) {
			if (!(row->kinds & 1u << suites[i].kind) || suites[i].weak != weak)
				continue;
			if (row->few && of_kind[suites[i].kind]++ >= (row->weak ? 32 : 8))
				continue;
			buf_add_u16(to, suites[i].code);
		}
	buf_add_u16(to, 0x00ff); /* TLS_EMPTY_RENEGOTIATION_INFO_SCSV, RFC 5746 section 3.3 */
	buf_close_vector16(to, at);
	buf_add_u8(to, 1); /* one compression method: none */
	buf_add_u8(to, 0);
}

static void add_signatures(enum signatures which, uint16_t extension, struct buf *to)
{
	size_t at, list;

	buf_add_u16(to, extension);
	at = buf_open_vector16(to);
	list = buf_open_vector16(to);
	if (which == SIG_ANY || which == SIG_ECDSA)
		add_u16s(to, signatures_ecdsa, COUNT_OF(signatures_ecdsa));
	if (which == SIG_ANY || which == SIG_ECDSA || which == SIG_RARE)
		add_u16s(to, signatures_eddsa, COUNT_OF(signatures_eddsa));
	if (which == SIG_ANY || which == SIG_RSA)
		add_u16s(to, signatures_rsa, COUNT_OF(signatures_rsa));
	if (which == SIG_ANY || which == SIG_RARE)
		add_u16s(to, signatures_dsa, COUNT_OF(signatures_dsa));
	buf_close_vector16(to, list);
	buf_close_vector16(to, at);
}

static void add_groups(enum groups which, struct buf *to)
{
	size_t at, list;

	buf_add_u16(to, EXT_GROUPS);
	at = buf_open_vector16(to);
	list = buf_open_vector16(to);
	if (which == GROUPS_PQ_ONLY)
		buf_add_u16(to, TLS_GROUP_X25519MLKEM768);
	if (which != GROUPS_PQ_ONLY)
		add_u16s(to, groups_any, which == GROUPS_FEW ? 4 : COUNT_OF(groups_any));
	buf_close_vector16(to, list);
	buf_close_vector16(to, at);
	buf_add_u16(to, EXT_POINT_FORMATS);
	buf_add_u16(to, 2);
	buf_add_u16(to, 0x0100); /* one: uncompressed */
}

static void add_versions(const struct row *row, struct buf *to)
{
	size_t at, list;

	buf_add_u16(to, EXT_VERSIONS);
	at = buf_open_vector16(to);
	list = buf_open_vector8(to);
	for (uint16_t version = row->highest; version >= row->lowest; version--)
		buf_add_u16(to, version);
	buf_close_vector8(to, list);
	buf_close_vector16(to, at);
	buf_add_u16(to, EXT_PSK_MODES);
	buf_add_u16(to, 2);
	buf_add_u16(to, 0x0101); /* one: psk_dhe_ke */
}

/* group 0: the shares of a first hello; else the one that a HelloRetryRequest wants. */
static void add_shares(const struct row *row, uint16_t group, struct buf *to)
{
	size_t at, list;

	buf_add_u16(to, EXT_KEY_SHARE);
	at = buf_open_vector16(to);
	list = buf_open_vector16(to);
	if (group) {
		tls_group_share(group, to);
	} else if (row->shares == SHARES_BASE) {
		tls_group_share(TLS_GROUP_X25519, to);
		tls_group_share(TLS_GROUP_P256, to);
	}
	buf_close_vector16(to, list);
	buf_close_vector16(to, at);
}

static void add_extensions(const struct row *row, uint16_t group, struct bytes cookie,
			   struct buf *to)
{
	buf_add_u16(to, EXT_MASTER_SECRET);
	buf_add_u16(to, 0);
	if (row->groups != GROUPS_NONE)
		add_groups(row->groups, to);
	if (row->signatures != SIG_NONE)
		add_signatures(row->signatures, EXT_SIGNATURES, to);
	if (row->highest < TLS_13)
		return;
	add_signatures(SIG_ANY, EXT_CERT_SIGNATURES, to);
	add_versions(row, to);
	if (cookie.data) {
		size_t at;

		buf_add_u16(to, EXT_COOKIE);
		at = buf_open_vector16(to);
		buf_add_u16(to, (uint16_t)cookie.len);
		buf_add_bytes(to, cookie);
		buf_close_vector16(to, at);
	}
	add_shares(row, group, to);
}

static void make_parts(void)
{
	for (int kind = 0; kind < TLS_HELLO_COUNT; kind++) {
		made[kind].suites = buf_capped(MOST_HELLO_BYTES);
		made[kind].extensions = buf_capped(MOST_HELLO_BYTES);
		if (kind == TLS_HELLO_SSL20)
			continue;
		add_suites(&rows[kind], &made[kind].suites);
		if (rows[kind].extensions)
			add_extensions(&rows[kind], 0, (struct bytes){0}, &made[kind].extensions);
	}
}

/* SplitMix64: only has to differ from one hello to the next. */
static void add_noise(uint64_t *seed, struct buf *to)
{
	char *room = buf_reserve(to, RANDOM_BYTES);

	if (!room)
		return;
	for (size_t i = 0; i < RANDOM_BYTES; i += 8) {
		uint64_t z = *seed += 0x9e3779b97f4a7c15;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		z ^= z >> 31;
		memcpy(room + i, &z, 8);
	}
	to->len += RANDOM_BYTES;
}

static void add_name(struct str name, struct buf *to)
{
	buf_add_u16(to, EXT_SERVER_NAME);
	buf_add_u16(to, (uint16_t)(name.len + 5));
	buf_add_u16(to, (uint16_t)(name.len + 3));
	buf_add_u8(to, 0);
	buf_add_u16(to, (uint16_t)name.len);
	buf_add_str(to, name);
}

bool tls_hello_has_name(enum tls_hello_kind kind)
{
	return rows[kind].extensions;
}

bool tls_hello_offers(enum tls_hello_kind kind, uint16_t version)
{
	return version >= rows[kind].lowest && version <= rows[kind].highest;
}

void tls_hello_message(const struct tls_hello *hello, uint16_t group, struct bytes cookie,
		       struct buf *to)
{
	const struct row *row = &rows[hello->kind];
	const struct parts *parts = &made[hello->kind];
	uint64_t seed = hello->seed;
	size_t message, extensions;

	pthread_once(&made_once, make_parts);
	buf_add_u8(to, 1);
	message = buf_open_vector24(to);
	buf_add_u16(to, row->highest > TLS_12 ? TLS_12 : row->highest);
	add_noise(&seed, to);
	/* A session id makes TLS 1.3 look like TLS 1.2 to what stands between (RFC 8446 appendix D.4). */
	if (row->highest == TLS_13) {
		buf_add_u8(to, RANDOM_BYTES);
		add_noise(&seed, to);
	} else {
		buf_add_u8(to, 0);
	}
	buf_add_bytes(to, buf_bytes(&parts->suites));
	if (row->extensions) {
		extensions = buf_open_vector16(to);
		if (hello->server_name.len)
			add_name(hello->server_name, to);
		if (group || cookie.data)
			add_extensions(row, group, cookie, to);
		else
			buf_add_bytes(to, buf_bytes(&parts->extensions));
		buf_close_vector16(to, extensions);
	}
	buf_close_vector24(to, message);
}

void tls_hello_write(const struct tls_hello *hello, struct buf *to)
{
	size_t record;

	if (hello->kind == TLS_HELLO_SSL20) {
		tls_sslv2_hello(hello, to);
		return;
	}
	buf_add_u8(to, REC_HANDSHAKE);
	buf_add_u16(to, hello->kind == TLS_HELLO_SSL30 ? TLS_SSL30 : TLS_10);
	record = buf_open_vector16(to);
	tls_hello_message(hello, 0, (struct bytes){0}, to);
	buf_close_vector16(to, record);
}
