/* SPDX-License-Identifier: Apache-2.0 */

/* Format: version 1, number, id, whether there is text, the text; then the signature; all in base64url. */

#include "api/routes/cursor.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hex.h"
#include "base/secret.h"

#define VERSION 1
#define MAC_BYTES 16
#define CURSOR_BYTES 8192

static void sign(const uint8_t key[HASH_SHA256], struct str bound, struct bytes payload, uint8_t mac[HASH_SHA256])
{
	CLEANUP(buf_done) struct buf whole = buf_capped(4 * CURSOR_BYTES);

	buf_add_u32(&whole, (uint32_t)bound.len);
	buf_add_str(&whole, bound);
	buf_add_bytes(&whole, payload);
	hash_hmac_sha256(bytes_of(key, HASH_SHA256), buf_bytes(&whole), mac);
}

void cursor_write(struct buf *to, const uint8_t key[HASH_SHA256], struct str bound, const struct store_cursor *cursor)
{
	CLEANUP(buf_done) struct buf payload = buf_capped(CURSOR_BYTES);
	uint8_t mac[HASH_SHA256];

	buf_add_u8(&payload, VERSION);
	buf_add_u64(&payload, (uint64_t)cursor->number);
	buf_add_u64(&payload, (uint64_t)cursor->id);
	buf_add_u8(&payload, cursor->text.data != NULL);
	buf_add_str(&payload, str_head(cursor->text, CURSOR_BYTES / 2));
	sign(key, bound, buf_bytes(&payload), mac);
	buf_add(&payload, mac, MAC_BYTES);
	base64url_write(to, buf_bytes(&payload));
}

bool cursor_read(struct arena *arena, const uint8_t key[HASH_SHA256], struct str bound, struct str text,
		 struct store_cursor *out)
{
	struct bytes whole, payload, given;
	uint8_t mac[HASH_SHA256], version, has_text;
	uint64_t number, id;

	if (text.len > CURSOR_BYTES || !base64_read(text, arena, &whole) || whole.len < MAC_BYTES)
		return false;
	payload = bytes_of(whole.data, whole.len - MAC_BYTES);
	given = bytes_of(whole.data + payload.len, MAC_BYTES);
	sign(key, bound, payload, mac);
	if (!secret_equal(given, bytes_of(mac, MAC_BYTES)))
		return false;
	if (!bytes_take_u8(&payload, &version) || version != VERSION || !bytes_take_u64(&payload, &number) ||
	    !bytes_take_u64(&payload, &id) || !bytes_take_u8(&payload, &has_text))
		return false;
	*out = (struct store_cursor){.set = true, .number = (int64_t)number, .id = (int64_t)id};
	if (has_text)
		out->text = arena_str(arena, str_from(payload));
	return true;
}
