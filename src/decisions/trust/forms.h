/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* forms - the forms of a GeneralName (RFC 5280 section 4.2.1.6), and whether one is spelt as its
 * form wants. */

#include "base/bytes.h"

enum form {
	FORM_OTHER = 0,
	FORM_EMAIL = 1,
	FORM_DNS = 2,
	FORM_X400 = 3,
	FORM_DIRECTORY = 4,
	FORM_EDI = 5,
	FORM_URI = 6,
	FORM_IP = 7,
	FORM_REGISTERED = 8,
	FORM_COUNT = 9,
};

/* content: of the implicit tag; of a directoryName the whole Name; of an otherName type-id and [0]
 * value. */
struct form_name {
	enum form form;
	struct bytes content;
};

MUST_CHECK
bool form_take(struct bytes *from, struct form_name *out);

const char *form_word(enum form form); /* "DNS name", … */

/* An LDH host name (underscores too when odd is true), no final dot, no empty label; at least one
 * dot when dotted. */
bool form_is_host(struct str host, bool odd, bool dotted);

/* A host name that may begin with "*." */
bool form_is_dns_name(struct str name);

/* local-part and host of one mailbox. False when it is not exactly that. */
bool form_split_mailbox(struct str mailbox, struct str *local, struct str *host);

/* Host of a URI with an authority: not an address, port (if any) of digits. */
bool form_uri_host(struct str uri, struct str *host);

/* A mailbox in an otherName of RFC 9598 (SmtpUTF8Mailbox). False when it is none. */
bool form_smtp_utf8(struct bytes other_name, struct str *mailbox);
