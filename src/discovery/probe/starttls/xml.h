/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* xml - XMPP client and server streams differ in a namespace. */

#include "discovery/probe/starttls/starttls.h"

enum starttls_step xml_speak(struct starttls_talk *talk, struct bytes *in, struct buf *out, const char *xmlns);
