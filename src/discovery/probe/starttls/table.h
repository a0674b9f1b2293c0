/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* table - all STARTTLS protocols, one line each; the code of X(name) is starttls/name.c. */

#include "discovery/probe/starttls/starttls.h"

/* clang-format off */
#define STARTTLS_ALL(X) \
	X(smtp) \
	X(lmtp) \
	X(imap) \
	X(pop3) \
	X(sieve) \
	X(nntp) \
	X(ftp) \
	X(ldap) \
	X(xmpp) \
	X(xmpp_server) \
	X(irc) \
	X(telnet) \
	X(mysql) \
	X(postgres) \
	X(rdp) \
	X(mssql) \
	X(vnc) \
	X(amqp) \
	X(nats) \
	X(nbd) \
	X(nut) \
	X(ipp) \
	X(openvpn)
/* clang-format on */

#define X(name) extern const struct starttls starttls_##name;
STARTTLS_ALL(X)
#undef X

/* All of them, and NULL after the last. */
extern const struct starttls *const starttls_all[];

/* NULL when there is none. */
const struct starttls *starttls_named(struct str name);
const struct starttls *starttls_of_port(uint16_t port);

/* The protocol that a greeting is of; the sure ones first. NULL when none knows it. */
const struct starttls *starttls_of_greeting(struct bytes greeting);
