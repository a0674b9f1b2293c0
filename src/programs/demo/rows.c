/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The cast of the demo. A new listener is one entry here; nothing else changes unless it speaks in a new way
 * (dialogue.c) or is broken in a new way (fault.c). The nth row listens on 127.83.N.(10 + n): add at the end.
 */

#include "programs/demo/rows.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

enum { MINUTE = 60, DAY = 86400, FIRST_ADDRESS = 10 };

/* clang-format off */
const struct demo_row demo_rows[] = {
	{ .name = "good",
	  .shows = "All is well: 60 of 90 days left, the name is right, the chain is whole." },
	{ .name = "expired", .problems = "expired",
	  .shows = "Ran out twelve days ago and is still served.",
	  .leaf = { .from_s = -102 * DAY, .to_s = -12 * DAY } },
	{ .name = "three-days", .problems = "expiring",
	  .shows = "Runs out in three days.",
	  .leaf = { .from_s = -87 * DAY, .to_s = 3 * DAY } },
	{ .name = "twenty-days", .problems = "expiring",
	  .shows = "Runs out in twenty days: time to renew.",
	  .leaf = { .from_s = -70 * DAY, .to_s = 20 * DAY } },
	{ .name = "not-yet", .problems = "not-yet-valid",
	  .shows = "Becomes valid in five days: installed too early, or a clock is wrong.",
	  .leaf = { .from_s = 5 * DAY, .to_s = 95 * DAY } },
	{ .name = "wrong-name", .problems = "name-mismatch",
	  .shows = "The certificate is for another name.",
	  .leaf = { .host = "other." DEMO_DOMAIN, .no_address = true } },
	{ .name = "incomplete", .problems = "incomplete-chain",
	  .shows = "Sends the leaf without its intermediate: browsers cope, programs fail.",
	  .leaf = { .chain = CHAIN_LEAF } },
	{ .name = "self-signed", .problems = "self-signed",
	  .shows = "Signed by its own key: nobody vouches for it.",
	  .leaf = { .issuer = BY_SELF, .chain = CHAIN_LEAF, .to_s = 700 * DAY } },
	{ .name = "sha1", .problems = "weak-signature", .old = true,
	  .shows = "Signed with SHA-1, which no browser has accepted since 2017.",
	  .leaf = { .key = KEY_RSA, .issuer = BY_RSA_INTERMEDIATE, .sha1 = true } },
	{ .name = "rsa1024", .problems = "weak-key", .old = true,
	  .shows = "A 1024-bit RSA key: too short since 2013.",
	  .leaf = { .key = KEY_RSA1024, .issuer = BY_RSA_INTERMEDIATE } },
	{ .name = "wildcard",
	  .shows = "A wildcard certificate on one host.",
	  .host = "www.apps." DEMO_DOMAIN, .leaf = { .host = "*.apps." DEMO_DOMAIN } },
	{ .name = "shared-a", .problems = "shared-key",
	  .shows = "A wildcard certificate and its key, copied to more than one host (the first).",
	  .host = "shop.stores." DEMO_DOMAIN, .leaf = { .host = "*.stores." DEMO_DOMAIN, .key = KEY_RSA,
	  .issuer = BY_RSA_INTERMEDIATE } },
	{ .name = "shared-b", .problems = "shared-key",
	  .shows = "The same wildcard certificate and key on a second host.",
	  .host = "pay.stores." DEMO_DOMAIN, .leaf = { .key_of = "shared-a", .copy = true, .issuer = BY_RSA_INTERMEDIATE } },
	{ .name = "shared-c", .problems = "shared-key",
	  .shows = "Another certificate made with the key of that wildcard.",
	  .host = "mail.stores." DEMO_DOMAIN, .leaf = { .key_of = "shared-a", .issuer = BY_RSA_INTERMEDIATE } },
	{ .name = "pair-old", .problems = "expiring",
	  .shows = "A roll-out that stopped half way: this node still serves the old certificate.",
	  .host = "rollout." DEMO_DOMAIN, .leaf = { .from_s = -83 * DAY, .to_s = 7 * DAY } },
	{ .name = "pair-new",
	  .shows = "The other node of that name serves the renewed one.",
	  .host = "rollout." DEMO_DOMAIN, .leaf = { .from_s = -1 * DAY, .to_s = 89 * DAY } },
	{ .name = "tls13",
	  .shows = "Speaks TLS 1.3 only: old clients see nothing.",
	  .least = TLS1_3_VERSION, .most = TLS1_3_VERSION },
	{ .name = "tls12",
	  .shows = "Speaks TLS 1.2 only, without forward secrecy.",
	  .least = TLS1_2_VERSION, .most = TLS1_2_VERSION, .ciphers = "AES128-SHA:AES256-SHA:@SECLEVEL=0", .old = true,
	  .leaf = { .key = KEY_RSA, .issuer = BY_RSA_INTERMEDIATE } },
	{ .name = "tls10",
	  .shows = "Speaks TLS 1.0 only, as an old appliance does.",
	  .least = TLS1_VERSION, .most = TLS1_VERSION, .ciphers = "ALL:@SECLEVEL=0", .old = true,
	  .leaf = { .key = KEY_RSA, .issuer = BY_RSA_INTERMEDIATE } },
	{ .name = "sslv3", .problems = "incomplete-chain",
	  .shows = "Answers with SSL 3.0, broken since 2014 (canned: no library of today speaks it).",
	  .kind = SPEAKS_SSLV3, .leaf = { .key = KEY_RSA, .issuer = BY_RSA_INTERMEDIATE } },
	{ .name = "dual",
	  .shows = "Has two certificates, ECDSA and RSA, and shows the one the client can use.",
	  .has_other = true, .other = { .key = KEY_RSA, .issuer = BY_RSA_INTERMEDIATE } },
	{ .name = "dual-forgotten",
	  .shows = "Has two certificates; the RSA one, which few clients see, ran out.", .problems = "expired",
	  .has_other = true, .other = { .key = KEY_RSA, .issuer = BY_RSA_INTERMEDIATE, .from_s = -95 * DAY, .to_s = -5 * DAY } },
	{ .name = "client",
	  .shows = "Wants a certificate from its clients before it talks.", .wants_client = true },
	{ .name = "smtp",
	  .shows = "A mail server: SMTP, then STARTTLS.", .kind = SPEAKS_SMTP },
	{ .name = "imap", .problems = "expired",
	  .shows = "A mailbox server: IMAP, then STARTTLS, with a certificate that ran out yesterday.", .kind = SPEAKS_IMAP,
	  .leaf = { .from_s = -91 * DAY, .to_s = -1 * DAY } },
	{ .name = "postgres",
	  .shows = "A database: PostgreSQL's SSLRequest, then TLS; an internal certificate of two years.",
	  .kind = SPEAKS_POSTGRES, .leaf = { .from_s = -200 * DAY, .to_s = 530 * DAY } },
	{ .name = "ldap",
	  .shows = "A directory: LDAP's StartTLS operation, then TLS.", .kind = SPEAKS_LDAP },
	{ .name = "needs-name", .outcome = "sni-needed",
	  .shows = "Answers only to clients that name it; all others get an alert.", .needs_name = true },
	{ .name = "many-names",
	  .shows = "One certificate for a thousand names: 36 kilobytes in the handshake.",
	  .leaf = { .numbered_names = 999 } },
	{ .name = "ed25519",
	  .shows = "An Ed25519 key: fast, small, and refused by many clients.",
	  .leaf = { .key = KEY_ED25519 } },
	{ .name = "odd-text",
	  .shows = "A subject with umlauts, Greek, an emoji and a very long name, in four string types.",
	  .leaf = { .subject = "odd" } },
	{ .name = "internal",
	  .shows = "A short internal name and an address of a private network: no public CA may certify these.",
	  .host = "intranet.internal", .leaf = { .also = "intranet 10.83.0.5" } },
	{ .name = "extra",
	  .shows = "Sends a certificate that has nothing to do with its chain.",
	  .leaf = { .chain = CHAIN_EXTRA } },
	{ .name = "old-issuer", .problems = "untrusted",
	  .shows = "The leaf is valid, its intermediate has run out.", .leaf = { .issuer = BY_EXPIRED } },
	{ .name = "days47",
	  .shows = "A certificate of 47 days, the most that public CAs will issue from March 2029.",
	  .leaf = { .from_s = -2 * DAY, .to_s = 45 * DAY } },
	{ .name = "days6",
	  .shows = "A short-lived certificate of six days: no revocation needed, and no time to lose.",
	  .leaf = { .from_s = -1 * DAY, .to_s = 5 * DAY } },
	{ .name = "ten-years",
	  .shows = "Made once for ten years, as appliances do: nobody will remember where its key lies.",
	  .leaf = { .from_s = -400 * DAY, .to_s = 3252 * DAY } },
	{ .name = "no-names", .problems = "name-mismatch",
	  .shows = "The name stands in the CN only: no client has looked there since 2017.", .leaf = { .no_names = true } },
	{ .name = "ca-leaf",
	  .shows = "A server certificate that may sign others: who has its key can be anybody.", .leaf = { .ca = true } },
	{ .name = "renews", .renews = true,
	  .shows = "A three-minute certificate, renewed before it ends by the demo's own CA.",
	  .leaf = { .from_s = -10, .to_s = 3 * MINUTE } },
	{ .name = "plain", .outcome = "no-tls", .kind = SPEAKS_HTTP,
	  .shows = "Plain HTTP on a port where TLS is expected." },
	{ .name = "garbage", .outcome = "garbage", .kind = SPEAKS_GARBAGE,
	  .shows = "Answers in the form of TLS with bytes that mean nothing." },
	{ .name = "silent", .outcome = "timeout", .kind = SPEAKS_NOTHING,
	  .shows = "Accepts the connection and never says a word." },
	{ .name = "closed", .outcome = "refused", .kind = SPEAKS_CLOSED,
	  .shows = "Nobody listens: the server is gone." },
};
/* clang-format on */
const size_t demo_row_count = COUNT_OF(demo_rows);

static const struct {
	const char *name;
	uint16_t port;
} kinds[] = {
	[SPEAKS_TLS] = {"tls", 18443},          [SPEAKS_SMTP] = {"smtp", 12525},
	[SPEAKS_IMAP] = {"imap", 11143},        [SPEAKS_POSTGRES] = {"postgres", 15432},
	[SPEAKS_LDAP] = {"ldap", 11389},        [SPEAKS_HTTP] = {"tls", 18443},
	[SPEAKS_SSLV3] = {"tls", 18443},        [SPEAKS_GARBAGE] = {"tls", 18443},
	[SPEAKS_NOTHING] = {"tls", 18443},      [SPEAKS_CLOSED] = {"tls", 18443},
};

const struct demo_row *demo_row_find(const char *name, size_t *nth)
{
	for (size_t i = 0; i < demo_row_count; i++) {
		if (strcmp(demo_rows[i].name, name) != 0)
			continue;
		if (nth)
			*nth = i;
		return &demo_rows[i];
	}
	return NULL;
}

const char *demo_row_host(const struct demo_row *row, char to[128])
{
	if (row->host)
		snprintf(to, 128, "%s", row->host);
	else
		snprintf(to, 128, "%s.%s", row->name, DEMO_DOMAIN);
	return to;
}

const char *demo_row_protocol(const struct demo_row *row)
{
	return kinds[row->kind].name;
}

uint16_t demo_row_port(const struct demo_row *row)
{
	return row->port ? row->port : kinds[row->kind].port;
}

void demo_row_address(size_t nth, int network, char to[16])
{
	snprintf(to, 16, "127.83.%u.%u", (unsigned)network & 255, FIRST_ADDRESS + (unsigned)nth % 240);
}
