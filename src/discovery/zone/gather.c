/* SPDX-License-Identifier: Apache-2.0 */

/* From records to names: one row a type that tells where a certificate may be. */

#include <stdlib.h>
#include <string.h>

#include "discovery/zone/inside.h"

enum { NAME_MAX_BYTES = 253 };

struct gather gather_start(struct arena *arena, struct str zone)
{
	if (zone.len && zone.data[zone.len - 1] == '.')
		zone.len--;
	return (struct gather){.arena = arena, .zone = arena_lower(arena, zone)};
}

static bool in_zone(const struct gather *gather, struct str name)
{
	if (gather->zone.len == 0 || str_equal(name, gather->zone))
		return true;
	return name.len > gather->zone.len && str_ends(name, gather->zone) &&
	       name.data[name.len - gather->zone.len - 1] == '.';
}

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || ascii_is_digit(c) || c == '-' || c == '_';
}

struct str dname_text(struct arena *arena, struct bytes wire, size_t *used)
{
	char *text = arena_chars(arena, NAME_MAX_BYTES + 2);
	size_t len = 0, whole = wire.len;
	struct bytes label;
	bool fine = true;

	while (bytes_take_vector8(&wire, &label) && label.len) {
		if (label.len > 63 || len + label.len + 1 > NAME_MAX_BYTES) {
			fine = false;
			break;
		}
		if (len)
			text[len++] = '.';
		for (size_t i = 0; i < label.len; i++) {
			char c = ascii_lower((char)label.data[i]);

			fine = fine && (is_host_char(c) || (c == '*' && label.len == 1));
			text[len++] = c;
		}
	}
	if (used)
		*used = whole - wire.len;
	return fine ? (struct str){text, len} : (struct str){text, 0};
}

static struct str rdf_name(struct gather *gather, const ldns_rr *rr, size_t at)
{
	const ldns_rdf *rdf = at < ldns_rr_rd_count(rr) ? ldns_rr_rdf(rr, at) : NULL;

	if (!rdf || ldns_rdf_get_type(rdf) != LDNS_RDF_TYPE_DNAME)
		return STR("");
	return dname_text(gather->arena, bytes_of(ldns_rdf_data(rdf), ldns_rdf_size(rdf)), NULL);
}

void gather_name(struct gather *gather, struct str name, uint16_t port, const char *from)
{
	/* a wildcard says nothing about where; what begins with _ is no host */
	if (name.len == 0 || name.data[0] == '*' || name.data[0] == '_' || !in_zone(gather, name))
		return;
	if (gather->count == gather->room) {
		struct zone_target *grown;

		gather->room = gather->room ? gather->room * 2 : 256;
		grown = ARENA_ARRAY(gather->arena, struct zone_target, gather->room);
		if (gather->count)
			memcpy(grown, gather->targets, gather->count * sizeof *grown);
		gather->targets = grown;
	}
	gather->targets[gather->count++] = (struct zone_target){arena_str(gather->arena, name), port, from};
}

/* "_443._tcp.www.example.org" -> 443, "www.example.org" */
static void from_tlsa(struct gather *gather, struct str owner)
{
	struct str port, protocol;
	uint64_t number;

	if (str_split(&owner, '.', &port) && str_split(&owner, '.', &protocol) && owner.data && port.len > 1 &&
	    port.data[0] == '_' && str_to_u64(str_skip(port, 1), 65535, &number) && number && str_is(protocol, "_tcp"))
		gather_name(gather, owner, (uint16_t)number, "TLSA");
}

/* The rest of SvcParams in wire format: key, length, value; key 3 is the port. After RFC 9460 section 7. */
static uint16_t svc_port(struct bytes params)
{
	struct bytes value;
	uint16_t key, port = 443;

	while (bytes_take_u16(&params, &key) && bytes_take_vector16(&params, &value))
		if (key == 3 && (!bytes_take_u16(&value, &port) || value.len))
			return 443;
	return port;
}

static void from_https(struct gather *gather, struct str owner, const ldns_rr *rr)
{
	CLEANUP(buf_done) struct buf whole = buf_capped(65536);
	struct bytes rest;
	struct str target;
	uint16_t priority, port;
	size_t used;

	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
		buf_add(&whole, ldns_rdf_data(ldns_rr_rdf(rr, i)), ldns_rdf_size(ldns_rr_rdf(rr, i)));
	rest = buf_bytes(&whole);
	if (!bytes_take_u16(&rest, &priority))
		return;
	target = dname_text(gather->arena, rest, &used);
	port = svc_port(bytes_of(rest.data + used, rest.len - used));
	if (str_starts(owner, STR("_"))) /* "_8443._https.example.org" */
		return;
	gather_name(gather, owner, port, "HTTPS");
	if (target.len)
		gather_name(gather, target, port, "HTTPS");
}

static void from_srv(struct gather *gather, struct str owner, const ldns_rr *rr)
{
	const ldns_rdf *port = ldns_rr_rd_count(rr) == 4 ? ldns_rr_rdf(rr, 2) : NULL;
	size_t dot = str_find_char(owner, '.');

	/* _udp and the like have no TLS over TCP */
	if (port && ldns_rdf_size(port) == 2 && dot != SIZE_MAX && str_starts(str_skip(owner, dot + 1), STR("_tcp")))
		gather_name(gather, rdf_name(gather, rr, 3), ldns_rdf2native_int16(port), "SRV");
}

bool gather_record(struct gather *gather, const ldns_rr *rr, struct err *err)
{
	const ldns_rdf *owner_rdf = ldns_rr_owner(rr);
	struct str owner = dname_text(gather->arena, bytes_of(ldns_rdf_data(owner_rdf), ldns_rdf_size(owner_rdf)), NULL);

	if (++gather->records > LIMIT_ZONE_RECORDS) {
		err_set(err, ERR_PROTOCOL, "more than %d records", LIMIT_ZONE_RECORDS);
		return err_fix(err, "zone-limit", "name the parts of it that have servers as zones of their own");
	}
	switch (ldns_rr_get_type(rr)) {
	case LDNS_RR_TYPE_A:
		gather_name(gather, owner, 0, "A");
		break;
	case LDNS_RR_TYPE_AAAA:
		gather_name(gather, owner, 0, "AAAA");
		break;
	case LDNS_RR_TYPE_CNAME:
		gather_name(gather, owner, 0, "CNAME");
		break;
	case LDNS_RR_TYPE_MX:
		gather_name(gather, rdf_name(gather, rr, 1), 25, "MX");
		break;
	case LDNS_RR_TYPE_SRV:
		from_srv(gather, owner, rr);
		break;
	case LDNS_RR_TYPE_TLSA:
		from_tlsa(gather, owner);
		break;
	case LDNS_RR_TYPE_CAA:
		gather->caa++;
		break;
	default:
		if ((unsigned)ldns_rr_get_type(rr) == 65)
			from_https(gather, owner, rr);
	}
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct zone_target *x = a, *y = b;
	int order = str_compare(x->name, y->name);

	return order ? order : (int)x->port - (int)y->port;
}

void gather_end(struct gather *gather, struct zone *out)
{
	size_t kept = 0;

	if (gather->count)
		qsort(gather->targets, gather->count, sizeof *gather->targets, by_name);
	for (size_t i = 0; i < gather->count; i++)
		if (kept == 0 || by_name(&gather->targets[kept - 1], &gather->targets[i]) != 0)
			gather->targets[kept++] = gather->targets[i];
	out->name = gather->zone;
	out->targets = gather->targets;
	out->count = kept;
	out->records = gather->records;
	out->caa = gather->caa;
}
