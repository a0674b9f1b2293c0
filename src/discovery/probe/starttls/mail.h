/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* mail - SMTP and LMTP differ in one word. */

#include "discovery/probe/starttls/starttls.h"

enum starttls_step mail_speak(struct starttls_talk *talk, struct bytes *in, struct buf *out, const char *hello);
