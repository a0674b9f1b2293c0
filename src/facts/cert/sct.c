/* SPDX-License-Identifier: Apache-2.0 */

/* Signed certificate timestamps in a certificate, after RFC 6962 section 3.3. Counted and dated, not verified. */

#include "facts/cert/reading.h"

#include "facts/der.h"
#include "facts/oid.h"

/* version, log id, timestamp, extensions, hash, signature algorithm, signature. */
static bool sct_read(struct bytes sct, int64_t *at_ms)
{
	struct bytes log_id, extensions, signature;
	uint64_t at;
	uint8_t version;
	uint16_t algorithm;

	if (!bytes_take_u8(&sct, &version))
		return false;
	if (version != 0) {
		*at_ms = INT64_MAX; /* RFC 6962 section 3.3: kept, and not understood */
		return true;
	}
	if (!bytes_take(&sct, 32, &log_id) || !bytes_take_u64(&sct, &at) ||
	    !bytes_take_vector16(&sct, &extensions) || !bytes_take_u16(&sct, &algorithm) ||
	    !bytes_take_vector16(&sct, &signature) || sct.len)
		return false;
	*at_ms = at > INT64_MAX ? INT64_MAX : (int64_t)at;
	return true;
}

size_t cert_sct_list_read(struct bytes list, int64_t *to_ms, size_t max)
{
	struct bytes scts, sct;
	size_t count = 0;

	if (!bytes_take_vector16(&list, &scts) || list.len)
		return 0;
	while (scts.len) {
		int64_t at_ms;

		if (!bytes_take_vector16(&scts, &sct) || !sct_read(sct, &at_ms))
			return 0;
		if (count < max)
			to_ms[count] = at_ms;
		count++;
	}
	return count;
}

size_t cert_sct_times(const struct cert *cert, int64_t *to_ms, size_t max)
{
	const struct cert_extension *extension = cert_extension(cert, OID(OID_SCT_LIST));
	struct bytes list;

	if (!extension || !der_take_only(extension->value, DER_OCTET_STRING, &list))
		return 0;
	return cert_sct_list_read(list, to_ms, max);
}
