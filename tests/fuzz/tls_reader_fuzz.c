/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The handshake reader on any bytes, in pieces that the input chooses.
 *
 * The first byte picks the ClientHello; the second, when odd, sets handshake keys as if a TLS 1.3 ServerHello had come, with
 * all that follows taken as sealed under the null cipher of the test: the records are sealed here, so that the fuzzer reaches
 * what lies behind the AEAD. The third byte is the length of a piece (0: all).
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "wire/tls.h"
#include "wire/tls/room.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct tls_machine *machine;

/* Seals what the fuzzer says as one record of TLS_AES_128_GCM_SHA256 under the reader's keys. */
static void seal(const struct tls_reader *reader, uint64_t sequence, struct bytes plain, struct buf *to)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t nonce[12], header[5] = {23, 3, 3}, sealed[65536 + 32];
	int done = 0, more = 0;

	memcpy(nonce, reader->iv, sizeof nonce);
	for (int i = 0; i < 8; i++)
		nonce[11 - i] ^= (uint8_t)(sequence >> 8 * i);
	header[3] = (uint8_t)((plain.len + 16) >> 8);
	header[4] = (uint8_t)(plain.len + 16);
	if (!EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, reader->key, nonce) ||
	    !EVP_EncryptUpdate(ctx, NULL, &done, header, sizeof header) ||
	    !EVP_EncryptUpdate(ctx, sealed, &done, plain.data, (int)plain.len) ||
	    !EVP_EncryptFinal_ex(ctx, sealed + done, &more) ||
	    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, 16, sealed + done))
		abort();
	buf_add(to, header, sizeof header);
	buf_add(to, sealed, (size_t)done + 16);
	EVP_CIPHER_CTX_free(ctx);
}

/* A ServerHello of TLS 1.3 with a share on X25519. */
static void add_server_hello(struct buf *to)
{
	size_t record, message;

	buf_add(to, "\x16\x03\x03", 3);
	record = buf_open_vector16(to);
	buf_add_u8(to, 2);
	message = buf_open_vector24(to);
	buf_add_u16(to, 0x0303);
	buf_add(to, "0123456789abcdef0123456789abcdef", 32);
	buf_add(to, "\0\x13\x01\0\0\x2e\0\x2b\0\2\3\4\0\x33\0\x24\0\x1d\0\x20", 20);
	buf_add(to, "sharesharesharesharesharesharesh", 32);
	buf_close_vector24(to, message);
	buf_close_vector16(to, record);
}

static void read_all(struct tls_reader *reader, struct bytes all, size_t step)
{
	CLEANUP(buf_done) struct buf again = buf_capped(1 << 20);

	while (all.len) {
		struct bytes piece = {all.data, step && step < all.len ? step : all.len};
		enum tls_event event;
		size_t count, bytes = 0;

		all = bytes_of(all.data + piece.len, all.len - piece.len);
		while ((event = tls_reader_read(reader, &piece)) != TLS_MORE) {
			const struct bytes *chain = tls_reader_chain(reader, &count);

			if (event == TLS_CERTIFICATE) {
				for (size_t i = 0; i < count; i++)
					for (size_t k = 0; k < chain[i].len; k++)
						bytes += chain[i].data[k];
				if (bytes == SIZE_MAX || !count || count > LIMIT_CHAIN_CERTS)
					abort();
			}
			if (event == TLS_RETRY && !tls_reader_retry(reader, &again))
				return;
			if (event >= TLS_NO_CERTIFICATE)
				return;
		}
		if (piece.len)
			abort(); /* MORE means that all was taken */
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	CLEANUP(buf_done) struct buf sealed = buf_capped(1 << 21);
	struct tls_reader reader = {0};
	struct tls_hello hello = {.server_name = STR("fuzz.test"), .seed = 1};
	struct bytes rest, part;
	uint16_t part_len;

	if (len < 3)
		return 0;
	if (!machine)
		machine = tls_machine_new();
	hello.kind = (enum tls_hello_kind)(data[0] % TLS_HELLO_COUNT);
	rest = bytes_of(data + 3, len - 3);
	if (!(data[1] & 1)) {
		tls_reader_start(&reader, machine, &hello);
		read_all(&reader, rest, data[2]);
		tls_reader_done(&reader);
		return 0;
	}
	hello.kind = TLS_HELLO_ALL;
	tls_reader_start(&reader, machine, &hello);
	add_server_hello(&sealed);
	read_all(&reader, buf_bytes(&sealed), 0);
	if (!reader.sealed)
		abort();
	buf_clear(&sealed);
	for (uint64_t sequence = 0; bytes_take_u16(&rest, &part_len); sequence++) {
		part_len &= 0x3fff;
		if (!bytes_take(&rest, part_len < rest.len ? part_len : rest.len, &part))
			break;
		seal(&reader, sequence, part, &sealed);
	}
	read_all(&reader, buf_bytes(&sealed), data[2]);
	tls_reader_done(&reader);
	return 0;
}
