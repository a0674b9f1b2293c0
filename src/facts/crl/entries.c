/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The entries of a list, and finding one. They are read in one walk into an array, and an index sorted by serial
 * is laid over it. After RFC 5280 section 5.3.
 */

#include "facts/crl/reading.h"

#include <stdlib.h>

#include "base/arena.h"
#include "facts/der.h"
#include "facts/oid.h"

/* Sign octets that say nothing go, so that equal numbers are equal bytes. */
static struct bytes normal_serial(struct bytes serial)
{
	while (serial.len > 1 && ((serial.data[0] == 0 && !(serial.data[1] & 0x80)) ||
				  (serial.data[0] == 0xff && serial.data[1] & 0x80))) {
		serial.data++;
		serial.len--;
	}
	return serial;
}

/* GeneralNames with a directoryName: [4] around the Name. */
static bool issuer_of(struct bytes value, struct bytes *name)
{
	struct bytes names;
	struct der one;

	if (!der_take_only(value, DER_SEQUENCE, &names))
		return false;
	while (names.len) {
		if (!der_take(&names, &one))
			return false;
		if (one.tag == DER_CONTEXT_MADE(4) && der_next_is(one.content, DER_SEQUENCE)) {
			*name = one.content;
			return true;
		}
	}
	return false;
}

static bool read_reason(struct bytes value, uint8_t *reason)
{
	struct bytes content;
	int64_t number;

	if (!der_take_only(value, DER_ENUMERATED, &content) || !der_integer(content, &number) ||
	    number < 0 || number >= CRL_NO_REASON)
		return false;
	*reason = (uint8_t)number;
	return true;
}

static bool take_extension(struct bytes *from, struct cert_extension *out)
{
	struct bytes inside, critical;

	out->critical = false;
	return der_take_tag(from, DER_SEQUENCE, &inside) && der_take_tag(&inside, DER_OID, &out->oid) &&
	       (!der_take_tag(&inside, DER_BOOLEAN, &critical) || der_boolean(critical, &out->critical)) &&
	       der_take_only(inside, DER_OCTET_STRING, &out->value);
}

static bool read_entry_extensions(struct reading *r, struct bytes list, struct crl_entry *entry)
{
	struct cert_extension extension;

	while (list.len) {
		if (!take_extension(&list, &extension))
			return false;
		if (OID_IS(extension.oid, OID_REASON_CODE)) {
			if (!read_reason(extension.value, &entry->reason))
				crl_odd(r, "entry", "has a reason that cannot be read");
		} else if (OID_IS(extension.oid, OID_CERTIFICATE_ISSUER)) {
			if (!issuer_of(extension.value, &entry->issuer))
				entry->unknown_critical = true;
		} else if (extension.critical && !OID_IS(extension.oid, OID_INVALIDITY_DATE)) {
			entry->unknown_critical = true;
		}
	}
	return true;
}

static bool read_entry(struct reading *r, struct bytes inside, struct crl_entry *entry)
{
	struct bytes serial, extensions, at = inside;
	const char *odd = NULL;
	struct der time;

	if (!der_take_tag(&inside, DER_INTEGER, &serial))
		return crl_fail(r, "userCertificate", at, DER_INTEGER);
	entry->serial = normal_serial(serial);
	entry->reason = CRL_NO_REASON;
	at = inside;
	if (!der_take(&inside, &time))
		return crl_fail(r, "revocationDate", at, 0);
	if (!der_time(time.tag, time.content, &entry->revoked_at, &odd))
		return crl_wrong(r, "revocationDate", at, "is no time");
	if (odd)
		crl_odd(r, "revocationDate", odd);
	if (!inside.len)
		return true;
	if (!der_take_only(inside, DER_SEQUENCE, &extensions))
		return crl_fail(r, "crlEntryExtensions", inside, DER_SEQUENCE);
	if (!read_entry_extensions(r, extensions, entry))
		return crl_wrong(r, "crlEntryExtensions", inside, "cannot be read");
	return true;
}

static int by_serial(const void *a, const void *b, void *entries)
{
	const struct crl_entry *all = entries;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	int order = bytes_compare(all[i].serial, all[j].serial);

	return order ? order : (i > j) - (i < j);
}

static void index_entries(struct reading *r, struct crl_entry *entries, size_t count)
{
	uint32_t *order = ARENA_ARRAY(r->arena, uint32_t, count);

	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, count, sizeof *order, by_serial, entries);
	r->crl->by_serial = order;
}

bool crl_entries(struct reading *r, struct bytes list)
{
	struct bytes rest = list, inside, issuer = r->crl->issuer_der;
	struct crl_entry *entries;
	size_t count = 0;

	for (; rest.len; count++) {
		struct bytes at = rest;

		if (!der_take_tag(&rest, DER_SEQUENCE, &inside))
			return crl_fail(r, "revokedCertificates entry", at, DER_SEQUENCE);
	}
	entries = ARENA_ARRAY(r->arena, struct crl_entry, count);
	for (size_t i = 0; i < count && der_take_tag(&list, DER_SEQUENCE, &inside); i++) {
		entries[i].issuer = issuer;
		if (!read_entry(r, inside, &entries[i]))
			return false;
		issuer = entries[i].issuer; /* holds until an entry says another: RFC 5280 section 5.3.3 */
	}
	index_entries(r, entries, count);
	r->crl->entries = entries;
	r->crl->entry_count = count;
	return true;
}

/* The first place in the index whose serial is not less. */
static size_t lower_bound(const struct crl *crl, struct bytes serial)
{
	size_t low = 0, high = crl->entry_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bytes_compare(crl->entries[crl->by_serial[middle]].serial, serial) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct crl_entry *crl_find_next(const struct crl *crl, struct bytes serial, size_t *at)
{
	size_t place;

	serial = normal_serial(serial);
	place = *at ? *at : lower_bound(crl, serial);
	if (place >= crl->entry_count ||
	    !bytes_equal(crl->entries[crl->by_serial[place]].serial, serial))
		return NULL;
	*at = place + 1;
	return &crl->entries[crl->by_serial[place]];
}

const struct crl_entry *crl_find(const struct crl *crl, struct bytes issuer, struct bytes serial)
{
	const struct crl_entry *entry;
	size_t at = 0;

	while ((entry = crl_find_next(crl, serial, &at)))
		if (bytes_equal(entry->issuer, issuer))
			return entry;
	return NULL;
}

const char *crl_reason_name(enum crl_reason reason)
{
	static const char *const names[] = {
		[CRL_UNSPECIFIED] = "unspecified",
		[CRL_KEY_COMPROMISE] = "keyCompromise",
		[CRL_CA_COMPROMISE] = "cACompromise",
		[CRL_AFFILIATION_CHANGED] = "affiliationChanged",
		[CRL_SUPERSEDED] = "superseded",
		[CRL_CESSATION] = "cessationOfOperation",
		[CRL_HOLD] = "certificateHold",
		[CRL_REMOVED] = "removeFromCRL",
		[CRL_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn",
		[CRL_AA_COMPROMISE] = "aACompromise",
	};

	return (size_t)reason < COUNT_OF(names) ? names[reason] : NULL;
}
