/* SPDX-License-Identifier: Apache-2.0 */

/* Zone files by ldns, from memory; lists of names by lines; key files. */

#include <stdio.h>

#include "discovery/zone/inside.h"

static ldns_rdf *dname_of(struct arena *arena, struct str name)
{
	return ldns_dname_new_frm_str(arena_str(arena, name).data);
}

static bool read_records(FILE *from, ldns_rdf **origin, struct gather *gather, struct zone *zone, struct err *err)
{
	ldns_rdf *previous = NULL;
	uint32_t ttl = 3600;
	int line = 1;
	bool ok = true;

	while (ok && !feof(from)) {
		ldns_rr *rr = NULL;
		ldns_status status = ldns_rr_new_frm_fp_l(&rr, from, &ttl, origin, &previous, &line);

		if (status == LDNS_STATUS_OK) {
			if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA && ldns_rr_rd_count(rr) > 2)
				zone->serial = ldns_rdf2native_int32(ldns_rr_rdf(rr, 2));
			ok = gather_record(gather, rr, err);
			ldns_rr_free(rr);
		} else if (status != LDNS_STATUS_SYNTAX_EMPTY && status != LDNS_STATUS_SYNTAX_TTL &&
			   status != LDNS_STATUS_SYNTAX_ORIGIN) {
			ok = err_set(err, ERR_INPUT, "line %d: %s", line, ldns_get_errorstr_by_id(status));
		}
	}
	ldns_rdf_deep_free(previous);
	return ok;
}

bool zone_file_read(struct arena *arena, struct str text, struct str origin, struct zone *out, struct err *err)
{
	struct gather gather = gather_start(arena, origin);
	struct zone zone = {0};
	ldns_rdf *start;
	FILE *from;
	bool ok;

	if (text.len == 0 || text.len > LIMIT_ZONE_BYTES)
		return err_set(err, ERR_INPUT, "a zone file of %zu bytes: 1 to %d may be", text.len, LIMIT_ZONE_BYTES);
	start = dname_of(arena, origin);
	from = fmemopen((void *)(uintptr_t)text.data, text.len, "r");
	if (!start || !from) {
		if (from)
			fclose(from);
		ldns_rdf_deep_free(start);
		return err_set(err, ERR_INPUT, "%.*s: not the name of a zone", STR_ARG(origin));
	}
	ok = read_records(from, &start, &gather, &zone, err);
	fclose(from);
	ldns_rdf_deep_free(start);
	if (!ok)
		return false;
	gather_end(&gather, &zone);
	*out = zone;
	return true;
}

static bool list_line(struct gather *gather, struct str line, struct err *err)
{
	size_t hash = str_find_char(line, '#'), colon;
	struct str name;
	uint64_t port = 0;

	name = str_trim(hash == SIZE_MAX ? line : str_head(line, hash));
	colon = str_find_last_char(name, ':');
	if (colon != SIZE_MAX) {
		if (!str_to_u64(str_skip(name, colon + 1), 65535, &port) || port == 0)
			return err_set(err, ERR_INPUT, "\"%.*s\" has no port after its colon", STR_ARG(name));
		name = str_head(name, colon);
	}
	if (name.len && name.data[name.len - 1] == '.')
		name.len--;
	if (name.len > 253 || str_find_char(name, ' ') != SIZE_MAX || !str_is_utf8(name))
		return err_set(err, ERR_INPUT, "\"%.*s\" is not a name", STR_ARG(str_head(name, 80)));
	gather_name(gather, arena_lower(gather->arena, name), (uint16_t)port, "list");
	return true;
}

bool zone_list_read(struct arena *arena, struct str text, struct zone *out, struct err *err)
{
	struct gather gather = gather_start(arena, STR(""));
	struct zone zone = {0};
	struct str line;
	size_t number = 0;

	if (text.len > LIMIT_ZONE_BYTES)
		return err_set(err, ERR_INPUT, "a list of %zu bytes: at most %d", text.len, LIMIT_ZONE_BYTES);
	while (str_split(&text, '\n', &line)) {
		if (++gather.records > LIMIT_ZONE_RECORDS)
			return err_set(err, ERR_INPUT, "more than %d lines", LIMIT_ZONE_RECORDS);
		if (!list_line(&gather, line, err))
			return err_wrap(err, "line %zu", ++number);
		number++;
	}
	gather_end(&gather, &zone);
	*out = zone;
	return true;
}

/* ---- keys ---- */

/* The next word of a key file: quoted, or up to white space or one of {};. */
static bool take_word(struct str *from, struct str *word)
{
	*from = str_trim(*from);
	while (from->len && (from->data[0] == '{' || from->data[0] == '}' || from->data[0] == ';'))
		*from = str_trim(str_skip(*from, 1));
	if (from->len == 0)
		return false;
	if (from->data[0] == '"') {
		size_t end = str_find_char(str_skip(*from, 1), '"');

		if (end == SIZE_MAX)
			return false;
		*word = str_head(str_skip(*from, 1), end);
		*from = str_skip(*from, end + 2);
		return true;
	}
	for (size_t i = 0; i <= from->len; i++)
		if (i == from->len || ascii_is_space(from->data[i]) || from->data[i] == ';' || from->data[i] == '{' ||
		    from->data[i] == '}') {
			*word = str_head(*from, i);
			*from = str_skip(*from, i);
			return true;
		}
	return false;
}

static bool key_statement(struct str text, struct zone_key *key)
{
	struct str word, value;

	if (!take_word(&text, &word) || !str_is(word, "key") || !take_word(&text, &key->name))
		return false;
	while (take_word(&text, &word) && take_word(&text, &value)) {
		if (str_is(word, "algorithm"))
			key->algorithm = value;
		else if (str_is(word, "secret"))
			key->secret = value;
	}
	return true;
}

static struct str dotted(struct arena *arena, struct str name)
{
	name = arena_lower(arena, str_trim(name));
	return name.len && name.data[name.len - 1] == '.' ? name : arena_format(arena, "%.*s.", STR_ARG(name));
}

bool zone_key_read(struct arena *arena, struct str text, struct zone_key *out, struct err *err)
{
	struct zone_key key = {STR(""), STR(""), STR("")};
	struct str rest = str_trim(text);

	if (!key_statement(text, &key) &&
	    (!str_split(&rest, ':', &key.algorithm) || !str_split(&rest, ':', &key.name) || !rest.data))
		key = (struct zone_key){STR(""), STR(""), STR("")};
	else if (!key.secret.len)
		key.secret = rest;
	if (!key.name.len || !key.algorithm.len || !key.secret.len || key.secret.len > 1024 || key.name.len > 253) {
		err_set(err, ERR_INPUT, "it holds no key of TSIG");
		return err_fix(err, "zone-key-file", "write it with tsig-keygen, or as hmac-sha256:NAME:BASE64 in one line");
	}
	out->name = dotted(arena, key.name);
	out->algorithm = dotted(arena, key.algorithm);
	out->secret = arena_str(arena, str_trim(key.secret));
	return true;
}
