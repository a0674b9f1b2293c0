/* SPDX-License-Identifier: Apache-2.0 */

/* All forms, the usual columns of each noun, and the frame that every export shares. */

#include "reporting/export.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"

static const struct export_form *const forms[] = {
#define X(name) &export_##name,
	EXPORT_FORMS_ALL(X)
#undef X
};

/* clang-format off */
static const struct { const char *of, *columns; } usual[] = {
	{"certificates", "name,sha256,serial,subject,issuer_cn,not_before,not_after,state,key.algorithm,key.bits,key.curve,"
			 "names_count,facts.names.dns,type,owner.name,environment,tags,lineage.name,lineage.path,served,"
			 "problems,first_seen,last_seen"},
	{"lineages",     "name,path,path_reason,owner.name,environment,criticality,purpose,tags,service.name,not_after,"
			 "certificates_count,problems,note"},
	{"endpoints",    "host,address,port,protocol,server_name,outcome,name,certificate,not_after,problems,first_seen,"
			 "last_seen"},
	{"hosts",        "name,service.name,owner.name,cmdb_id,endpoints,certificates,first_seen,last_seen"},
	{"keys",         "sha256,algorithm,bits,curve,certificates,hosts,lineages,teams,first_seen"},
};
/* clang-format on */

const struct export_form *export_form_at(size_t index)
{
	return index < COUNT_OF(forms) ? forms[index] : NULL;
}

const struct export_form *export_form_find(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (str_is(name, forms[i]->name))
			return forms[i];
	return NULL;
}

const char *export_columns_usual(struct str of)
{
	for (size_t i = 0; i < COUNT_OF(usual); i++)
		if (str_is(of, usual[i].of))
			return usual[i].columns;
	return NULL;
}

void export_start(struct export *out, const struct export_form *form, const struct export_options *options,
		  struct buf *to)
{
	*out = (struct export){.form = form, .options = *options, .to = to, .arena = arena_new()};
	out->json = json_out_start(to);
	form->start(out);
}

bool export_item(struct export *out, const struct export_item *item, struct err *err)
{
	if (json_in_type(item->row) != JSON_IS_OBJECT)
		return err_set(err, ERR_INPUT, "export: row %llu is not an object", (unsigned long long)out->count);
	if (!out->form->item(out, item, err))
		return false;
	out->count++;
	return buf_ok(out->to) || err_set(err, ERR_INPUT, "export: row %llu is too large",
					  (unsigned long long)out->count);
}

void export_end(struct export *out)
{
	out->form->end(out);
}

void export_done(struct export *out)
{
	map_free(out->seen);
	arena_free(out->arena);
	out->seen = NULL;
	out->arena = NULL;
}

const struct json_value *export_member(const struct export_item *item, struct str path)
{
	const struct json_value *at = item->row;
	struct str part;
	bool first = true;

	while (str_split(&path, '.', &part)) {
		char key[64];

		if (part.len >= sizeof key)
			return NULL;
		memcpy(key, part.data, part.len);
		key[part.len] = 0;
		at = first && str_is(part, "facts") ? item->facts : json_in_get(at, key);
		first = false;
	}
	return at;
}
