/* SPDX-License-Identifier: Apache-2.0 */

#include "base/address.h"

#include <arpa/inet.h>
#include <string.h>

/* One number of a dotted quad from the front: no sign, no superfluous zeros. */
static bool take_number(struct str *text, uint8_t *to)
{
	unsigned value = 0;
	size_t len = 0;

	while (len < text->len && len < 3 && ascii_is_digit(text->data[len]))
		value = value * 10 + (unsigned)(text->data[len++] - '0');
	if (len == 0 || value > 255 || (len > 1 && text->data[0] == '0'))
		return false;
	*to = (uint8_t)value;
	*text = str_skip(*text, len);
	return true;
}

static bool read_v4(struct str text, uint8_t to[4])
{
	uint8_t read[4];

	for (size_t i = 0; i < 4; i++) {
		if (i && (!text.len || text.data[0] != '.'))
			return false;
		if (i)
			text = str_skip(text, 1);
		if (!take_number(&text, &read[i]))
			return false;
	}
	if (text.len)
		return false;
	memcpy(to, read, sizeof read);
	return true;
}

bool address_read(struct str text, uint8_t to[16], uint8_t *len)
{
	char copy[ADDRESS_TEXT];
	uint8_t read[16];

	if (read_v4(text, to)) {
		*len = 4;
		return true;
	}
	if (text.len < 2 || text.len >= sizeof copy || str_find_char(text, ':') == SIZE_MAX || memchr(text.data, 0, text.len))
		return false;
	memcpy(copy, text.data, text.len);
	copy[text.len] = 0;
	if (inet_pton(AF_INET6, copy, read) != 1)
		return false;
	memcpy(to, read, sizeof read);
	*len = 16;
	return true;
}

struct str address_write(const uint8_t *address, size_t len, char to[ADDRESS_TEXT])
{
	char *at = to;

	if (len != 4) {
		inet_ntop(AF_INET6, address, to, ADDRESS_TEXT);
		return str_of(to);
	}
	for (size_t i = 0; i < 4; i++) {
		if (i)
			*at++ = '.';
		if (address[i] >= 100)
			*at++ = (char)('0' + address[i] / 100);
		if (address[i] >= 10)
			*at++ = (char)('0' + address[i] / 10 % 10);
		*at++ = (char)('0' + address[i] % 10);
	}
	*at = 0;
	return (struct str){to, (size_t)(at - to)};
}
