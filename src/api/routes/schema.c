/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The shapes of bodies, in a notation of one line a shape, from which come both the JSON Schemas of the OpenAPI
 * document and the check of what clients send.
 *
 *     shape  = field {" " field}          field = name ["?"] ":" type ["?"]     "?" after the name: may be left out
 *     type   = word | "@" shape | "[" type "]" | "enum(" a "|" b … ")"          "?" after the type: may be null
 */

#include "api/routes/route.h"

#include <string.h>

#define STATES "enum(valid|expiring|expired|future)"
#define PATHS "enum(none|untested|failing|manual|proven)"
#define PROBLEMS                                                                                     \
	"[enum(expired|expiring|not-yet-valid|name-mismatch|incomplete-chain|untrusted|self-signed|" \
	"weak-key|weak-signature|shared-key)]"
#define OUTCOMES                                                                                   \
	"enum(ok|no-tls|refused|timeout|unreachable|dns|starttls-missing|sni-needed|"              \
	"client-certificate-needed|alert|garbage|excluded|limit)"
#define LOCATIONS "enum(endpoint|file|keystore|trust-store|kubeconfig|ct-log|import)"
#define KINDS "enum(dv|ov|iv|ev|private|self-signed)"
#define CRITICALITIES "enum(low|normal|high|critical)"
#define NOUNS "enum(certificates|endpoints|lineages)"
#define RUNS "enum(waiting|running|done|stopped|failed)"

/* clang-format off */
static const struct schema {
	const char *name, *text;
	bool open; /* other fields may come */
} schemas[] = {
	{"problem", "type:str title:str status:int detail:str code:str hint:str? column?:int", false},
	{"user", "id:id? name:str role:enum(admin|viewer)", false},
	{"session", "created_at:time expires_at:time", false},
	{"setup", "needed:bool", false},
	{"setup_do", "token:str name:str password:str", false},
	{"login", "name:str password:str", false},
	{"session_opened", "user:@user", false},
	{"whoami", "user:@user session:@session? console:str?", false},
	{"headline", "active:int proven:int need_you:int", false},
	{"totals", "certificates:int lineages:int endpoints:int hosts:int", false},
	{"week", "week:date count:int", false},
	{"need", "lineage:id? certificate:sha256 name:str why:str code:str severity:enum(critical|warning|notice) "
		 "not_after:time", false},
	{"overview", "at:time headline:@headline totals:@totals expiring_weeks:[@week] needs:[@need] last_scan:@scan? "
		     "demo:bool", false},
	{"key", "algorithm:str bits:int curve:str?", false},
	{"trust", "mozilla:str? chrome:str? system:str?", false},
	{"ref", "id:id name:str", false},
	{"ignored", "at:time until:time? reason:str?", false},
	{"lineage_short", "id:id name:str path:" PATHS, false},
	{"certificate", "sha256:sha256 name:str subject:str issuer_cn:str? not_before:time not_after:time lifetime_s:int "
			"key:@key names_count:int ca:bool self_signed:bool state:" STATES " served:int "
			"first_seen:time last_seen:time trust:@trust? lineage:@lineage_short? problems:" PROBLEMS
			" type:" KINDS "? wildcard:bool multi_name:bool private_ca:bool replaces:sha256? "
			"replaced_by:sha256? gone_at:time? owner:@ref? tags:[str] environment:str? "
			"criticality:" CRITICALITIES "? demo:bool", false},
	{"names", "dns:[str] ip:[str] email:[str] uri:[str]", false},
	{"facts_key", "algorithm:str bits:int? curve:str? sha256:sha256", false},
	{"facts", "sha256:sha256 serial:str version:int subject:str subject_cn:str? issuer:str issuer_cn:str? names:@names "
		  "not_before:time not_after:time lifetime_s:int key:@facts_key signature:str validation:str? ca:bool "
		  "path_length:int? self_issued:bool self_signed:bool wildcard:bool key_usage:[str] "
		  "extended_key_usage:[str] policies:[str] subject_key_id:str? authority_key_id:str? ocsp:[str] "
		  "crl:[str] ca_issuers:[str] scts:int must_staple:bool precertificate:bool", true},
	{"tls", "version:str? cipher:str? group:str? alpn:str?", true},
	{"location", "id:id kind:" LOCATIONS " endpoint:id? address:str host:str? port:int? protocol:str? "
		     "server_name:str? position:int first_seen:time last_seen:time current:bool outcome:str? detail:str? "
		     "name_matches:bool? chain_complete:bool? trust:@trust? tls:@tls? file:@location_file?", false},
	{"location_file", "path:str alias:str? server:str? config:str? line:int? mode:str? modified_at:time? "
			  "key_readable_by:str? key_matches:bool? automation:str? renewals:int matches_served:bool? "
			  "compared_at:time?", false},
	{"lineage_of_certificate", "id:id name:str path:" PATHS " path_reason:str? purpose:str? note:str? service:@ref? "
				   "ignored:@ignored? certificates:[@certificate]", false},
	{"certificate_whole", "row:@certificate facts:@facts locations:[@location] locations_more:bool chain:[@certificate] "
			      "issued_count:int lineage:@lineage_of_certificate? key_history:[@certificate] "
			      "same_names:[@certificate] hosts:int", false},
	{"endpoint", "id:id host:str address:str? port:int protocol:str server_name:str? outcome:" OUTCOMES " detail:str? "
		     "certificate:sha256? name:str? not_after:time? problems:" PROBLEMS " first_seen:time last_seen:time "
		     "demo:bool", false},
	{"endpoint_whole", "row:@endpoint tls:@tls? trust:@trust? name_matches:bool? chain_complete:bool? "
			   "certificates:[@certificate]", false},
	{"lineage", "id:id name:str path:" PATHS " path_reason:str? active:bool certificates_count:int "
		    "certificate:sha256? not_after:time? problems:" PROBLEMS " created_at:time owner:@ref? tags:[str] purpose:str? "
		    "environment:str? criticality:" CRITICALITIES "? note:str? service:@ref? ignored:@ignored? "
		    "demo:bool", false},
	{"lineage_change", "owner?:id? service?:id? tags?:[str]? add_tags?:[str]? remove_tags?:[str]? purpose?:str? "
			   "environment?:str? criticality?:" CRITICALITIES "? note?:str?", false},
	{"tag", "tag:str lineages:int", false},
	{"tags", "items:[@tag]", false},
	{"contact", "role:enum(owner|technical|security) name:str email:str?", false},
	{"contact_new", "role:enum(owner|technical|security) name:str email?:str?", false},
	{"team", "id:id name:str note:str? contacts:[@contact] lineages:int services:int hosts:int created_at:time demo:bool",
		 false},
	{"team_new", "name:str note?:str? contacts?:[@contact_new]?", false},
	{"team_change", "name?:str note?:str? contacts?:[@contact_new]?", false},
	{"service", "id:id name:str criticality:" CRITICALITIES "? environment:str? note:str? cmdb_id:str? owner:@ref? "
		    "lineages:int hosts:int created_at:time demo:bool", false},
	{"service_new", "name:str criticality?:" CRITICALITIES "? environment?:str? note?:str? cmdb_id?:str? owner?:id?",
			false},
	{"service_change", "name?:str criticality?:" CRITICALITIES "? environment?:str? note?:str? cmdb_id?:str? owner?:id?",
			   false},
	{"host", "id:id name:str cmdb_id:str? note:str? service:@ref? owner:@ref? endpoints:int certificates:int "
		 "first_seen:time last_seen:time demo:bool", false},
	{"host_whole", "row:@host endpoints:[@endpoint]", false},
	{"host_change", "cmdb_id?:str? note?:str? service?:id? owner?:id?", false},
	{"key_row", "sha256:sha256 algorithm:str bits:int curve:str? certificates:int hosts:int lineages:int teams:int "
		    "first_seen:time? demo:bool", false},
	{"key_whole", "row:@key_row certificates:[@certificate] hosts:[@host] teams:[@team]", false},
	{"authority", "sha256:sha256 name:str subject:str kind:enum(root|intermediate) not_before:time not_after:time "
		      "state:" STATES " key:@key issued:int issued_active:int served:int trust:@trust? problems:" PROBLEMS
		      " demo:bool", false},
	{"lineage_whole", "row:@lineage certificates:[@certificate]", false},
	{"scan", "id:id state:" RUNS " targets:[str] targets_total:int? targets_done:int outcomes:@outcomes "
		 "new_certificates:int created_at:time started_at:time? ended_at:time? by:str? detail:str? demo:bool", false},
	{"outcomes", "ok?:int no-tls?:int refused?:int timeout?:int unreachable?:int dns?:int starttls-missing?:int "
		     "sni-needed?:int client-certificate-needed?:int alert?:int garbage?:int excluded?:int limit?:int", false},
	{"scan_new", "targets:[str] ports?:str? starttls?:str? server_name?:str? all_addresses?:bool "
		     "look?:enum(whole|light|polite)? rate?:int timeout_s?:int", false},
	{"backup", "name:str bytes:int made_at:time", false},
	{"backup_list", "items:[@backup]", false},
	{"nothing", "", false},
	{"import_map", "title:str field:str", false},
	{"import_entry", "name?:str names?:str pem?:str place?:str target?:str port?:str expires?:str owner?:str tags?:str environment?:str "
			 "purpose?:str criticality?:str service?:str note?:str", false},
	{"import_new", "name:str text?:str entries?:[@import_entry] mapping?:[@import_map]", false},
	{"import_counts", "added:int changed:int same:int refused:int", false},
	{"import_row", "line:int outcome:enum(added|changed|same|refused) name:str? detail:str?", false},
	{"import_report", "dry_run:bool counts:@import_counts certificates_added:int lineages_made:int ignored_columns:[str] targets:[str] "
			  "rows:[@import_row]", false},
	{"calendar", "id:id name:str q:str url:str? created_at:time by:str last_read_at:time?", false},
	{"calendar_new", "name:str q?:str", false},
	{"demo_gone", "certificates:int endpoints:int scans:int", false},
	{"scan_made", "scan:@scan? dry_run?:bool targets_total?:int?", false},
	{"scan_record", "target:str host:str? address:str? port:int? protocol:str? server_name:str? outcome:" OUTCOMES
			" detail:str? tls:@tls? chain:[@facts] other_leaves:[@facts] name_matches:bool? "
			"chain_complete:bool? trust:@trust? at:time elapsed_ms:int", true},
	{"progress", "done:int total:int?", false},
	{"job", "id:id kind:str subject:id? state:" RUNS " attempts:int due_at:time created_at:time ended_at:time? "
		"detail:str? stop_asked:bool progress:@progress result:any?", false},
	{"facet_value", "value:str? label:str? count:int term:str? q:str?", false},
	{"facet", "field:str values:[@facet_value] more:bool", false},
	{"facets", "total:int? approximate:bool at:time facets:[@facet]", false},
	{"group", "value:str? label:str? count:int next_not_after:time? term:str? q:str?", false},
	{"groups", "total:int? approximate:bool at:time by:str items:[@group] more:bool", false},
	{"suggestion", "insert:str label:str kind:enum(field|operator|value) hint:str", false},
	{"completion", "from:int to:int items:[@suggestion]", false},
	{"timeline_day", "day:date count:int without_path:int?", false},
	{"timeline_week", "week:date count:int without_path:int?", false},
	{"timeline_load", "per_week_now:real per_week_then:real? lifetime_days:int?", false},
	{"timeline", "from:date approximate:bool at:time overdue:int days:[@timeline_day] weeks:[@timeline_week] "
		     "load:@timeline_load? sentence:str", false},
	{"map_node", "id:str kind:enum(certificate|key|host|file|service|authority|team) depth:int name:str state:" STATES "? "
		     "sub:str? href:str? more:int", false},
	{"map_edge", "from:str to:str kind:str", false},
	{"map_reach", "certificates:int hosts:int files:int services:int teams:int oldest:time? bounded:bool", false},
	{"map", "root:str nodes:[@map_node] edges:[@map_edge] cut:int reach:@map_reach sentence:str", false},
	{"action_set", "environment?:str? purpose?:str? criticality?:str? service?:id?", false},
	{"action_new", "action:str hash:str team?:id? tags?:[str]? remove_tags?:[str]? set?:@action_set? reason?:str? until?:time?", false},
	{"action_change", "name:str before:str after:str", false},
	{"action_preview", "count:int sample:[@action_change] changes:int?", false},
	{"action_made", "job?:@job preview?:@action_preview", false},
	{"view_owner", "id:id? name:str", false},
	{"view", "id:id name:str of:" NOUNS " q:str sort:str columns:[str] group_by:str shared:bool owner:@view_owner mine:bool "
		 "created_at:time", false},
	{"view_new", "name:str of?:" NOUNS "? q?:str? sort?:str? columns?:[str]? group_by?:str? shared?:bool?", false},
	{"view_change", "name?:str of?:" NOUNS " q?:str sort?:str columns?:[str] group_by?:str shared?:bool", false},
	{"selection_new", "of?:" NOUNS "? q?:str? ids?:[str]?", false},
	{"selection_item", "", true},
	{"selection", "id:id of:" NOUNS " count:int hash:sha256 q:str? by:str created_at:time expires_at:time "
		      "sample:[@selection_item]", false},
	{"rule_values", "owner:id? tags:[str] purpose:str? environment:str? criticality:str? service:id? ignore:str?", false},
	{"rule_set", "owner?:id? tags?:[str] purpose?:str? environment?:str? criticality?:str? service?:id? ignore?:str?", false},
	{"rule", "id:id name:str position:int q:str set:@rule_values enabled:bool matches:int created_at:time", false},
	{"rule_new", "name:str q:str set:@rule_set position?:int enabled?:bool", false},
	{"rule_change", "name?:str q?:str set?:@rule_set position?:int enabled?:bool", false},
	{"rule_try", "q:str set:@rule_set", false},
	{"rule_trial", "matches:int would_change:int approximate:bool sample:[@certificate]", false},
	{"job_made", "job:@job", false},
	{"quiet", "days:str from:str to:str", false},
	{"schedule", "every_s:int quiet:[@quiet] zone:str paused:bool", false},
	{"schedule_set", "every_s?:int quiet?:[@quiet] zone?:str paused?:bool", false},
	{"run", "id:id source:id state:" RUNS " scan:id? due_at:time started_at:time? ended_at:time? targets:int outcomes:any "
		"new_certificates:int changed:int gone:int by:str? detail:str?", false},
	{"run_made", "run:@run", false},
	{"source", "id:id? name:str kind:str options:any schedule:@schedule created_at:time next_run_at:time? running:bool "
		   "last_run:@run? found:int demo:bool", false},
	{"source_new", "name:str kind:str options:any schedule?:@schedule_set", false},
	{"source_change", "name?:str kind?:str options?:any schedule?:@schedule_set", false},
	{"source_option", "name:str type:enum(words|text|choice|number|flag) label:str help:str needed:bool usual:str? "
			  "choices:[str] least:int most:int", false},
	{"source_kind", "name:str title:str about:str options:[@source_option]", false},
	{"source_kinds", "items:[@source_kind]", false},
	{"source_log", "log:str name:str url:str tree_size:int next_index:int read:int found:int unreadable:int read_at:time? "
		       "problem:str? problem_code:str? problem_at:time?", false},
	{"source_logs", "items:[@source_log]", false},
	{"source_short", "id:id name:str", false},
	{"change", "id:id at:time kind:enum(new|changed|gone) certificate:@certificate before:sha256? location_kind:"
		   LOCATIONS "? location:str? endpoint:id? source:@source_short? run:id? demo:bool", false},
	{"coverage_port", "port:int tls:int other:int", false},
	{"coverage_row", "source:id scope:str targets:int answered:int tls:int certificates:int last_scanned_at:time? "
			 "ports:[@coverage_port]", false},
	{"coverage", "rows:[@coverage_row]", false},
	{"unclear", "id:id target:str server_name:str? address:str? protocol:str? outcome:" OUTCOMES " detail:str? at:time "
		    "scan:id? source:id? demo:bool", false},
	{"audit", "index:int at:time who:str what:str object:str why:str? from:str hash:sha256", false},
};

static const struct { const char *word, *type, *format, *pattern; } words[] = {
	{"str",    "string",  NULL,        NULL},
	{"int",    "integer", NULL,        NULL},
	{"bool",   "boolean", NULL,        NULL},
	{"real",   "number",  NULL,        NULL},
	{"time",   "string",  "date-time", NULL},
	{"date",   "string",  "date",      NULL},
	{"sha256", "string",  NULL,        "^[0-9a-f]{64}$"},
	{"id",     "string",  NULL,        "^[0-9]{1,19}$"},
	{"any",    NULL,      NULL,        NULL}, /* any value */
};
/* clang-format on */

static const struct schema *find(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(schemas); i++)
		if (str_is(name, schemas[i].name))
			return &schemas[i];
	return NULL;
}

const char *schema_text(const char *name)
{
	const struct schema *schema = find(str_of(name));

	return schema ? schema->text : NULL;
}

struct field {
	struct str name, type;
	bool optional, nullable;
};

/* Takes the next field off a shape. */
static bool field_next(struct str *shape, struct field *field)
{
	struct str one;
	size_t colon;

	if (!shape->data || !str_split(shape, ' ', &one) || one.len == 0)
		return false;
	colon = str_find_char(one, ':');
	field->name = str_head(one, colon);
	field->type = str_skip(one, colon + 1);
	field->optional = str_ends(field->name, STR("?"));
	field->nullable = str_ends(field->type, STR("?"));
	field->name.len -= field->optional;
	field->type.len -= field->nullable;
	return true;
}

bool schema_has_field(const char *name, struct str wanted)
{
	struct str shape = str_of(schema_text(name));
	struct field field;

	while (field_next(&shape, &field))
		if (str_equal(field.name, wanted))
			return true;
	return false;
}

/* ---- as JSON Schema ---- */

static struct str inside(struct str type, size_t before, size_t after)
{
	type = str_skip(type, before);
	type.len -= after;
	return type;
}

static void write_enum(struct json_out *json, struct str choices, bool nullable)
{
	struct str one;

	json_out_key(json, "enum");
	json_out_array(json);
	while (str_split(&choices, '|', &one))
		json_out_str(json, one);
	if (nullable)
		json_out_null(json);
	json_out_end_array(json);
}

static void write_type(struct json_out *json, struct str type, bool nullable);

static void write_nullable(struct json_out *json, struct str type)
{
	json_out_key(json, "anyOf");
	json_out_array(json);
	json_out_object(json);
	write_type(json, type, false);
	json_out_end_object(json);
	json_out_object(json);
	json_out_key_text(json, "type", "null");
	json_out_end_object(json);
	json_out_end_array(json);
}

static void write_word(struct json_out *json, struct str type)
{
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_is(type, words[i].word)) {
			if (words[i].type)
				json_out_key_text(json, "type", words[i].type);
			if (words[i].format)
				json_out_key_text(json, "format", words[i].format);
			if (words[i].pattern)
				json_out_key_text(json, "pattern", words[i].pattern);
		}
}

/* The members of a schema object for a type. */
static void write_type(struct json_out *json, struct str type, bool nullable)
{
	CLEANUP(buf_done) struct buf ref = buf_capped(128);

	if (str_starts(type, STR("enum("))) {
		write_enum(json, inside(type, 5, 1), nullable);
	} else if (nullable) {
		write_nullable(json, type);
	} else if (str_starts(type, STR("@"))) {
		buf_addf(&ref, "#/components/schemas/%.*s", STR_ARG(str_skip(type, 1)));
		json_out_key_str(json, "$ref", buf_str(&ref));
	} else if (str_starts(type, STR("["))) {
		json_out_key_text(json, "type", "array");
		json_out_key(json, "items");
		json_out_object(json);
		write_type(json, inside(type, 1, 1), false);
		json_out_end_object(json);
	} else {
		write_word(json, type);
	}
}

static void write_required(struct json_out *json, struct str shape)
{
	struct field field;

	json_out_key(json, "required");
	json_out_array(json);
	while (field_next(&shape, &field))
		if (!field.optional)
			json_out_str(json, field.name);
	json_out_end_array(json);
}

void schema_write_all(struct json_out *json)
{
	for (size_t i = 0; i < COUNT_OF(schemas); i++) {
		struct str shape = str_of(schemas[i].text);
		struct field field;

		json_out_key(json, schemas[i].name);
		json_out_object(json);
		json_out_key_text(json, "type", "object");
		write_required(json, shape);
		json_out_key_bool(json, "additionalProperties", schemas[i].open);
		json_out_key(json, "properties");
		json_out_object(json);
		while (field_next(&shape, &field)) {
			json_out_key_named(json, field.name);
			json_out_object(json);
			write_type(json, field.type, field.nullable);
			json_out_end_object(json);
		}
		json_out_end_object(json);
		json_out_end_object(json);
	}
}

/* name, or "[name]" for a page of them. */
void schema_write_ref(struct json_out *json, const char *name)
{
	CLEANUP(buf_done) struct buf type = buf_capped(128);

	if (name[0] != '[') {
		buf_addf(&type, "@%s", name);
		write_type(json, buf_str(&type), false);
		return;
	}
	buf_addf(&type, "[@%.*s]", (int)strlen(name) - 2, name + 1);
	json_out_key_text(json, "type", "object");
	json_out_key(json, "required");
	json_out_raw(json, STR("[\"items\",\"next_cursor\"]"));
	json_out_key_bool(json, "additionalProperties", false);
	json_out_key(json, "properties");
	json_out_object(json);
	json_out_key(json, "items");
	json_out_object(json);
	write_type(json, buf_str(&type), false);
	json_out_end_object(json);
	json_out_key(json, "next_cursor");
	json_out_raw(json, STR("{\"type\":[\"string\",\"null\"]}"));
	json_out_key(json, "total");
	json_out_raw(json, STR("{\"type\":[\"integer\",\"null\"]}"));
	json_out_end_object(json);
}

/* ---- as a check of what clients send ---- */

static bool shape_wrong(struct err *err, struct str field, const char *why)
{
	err_set(err, ERR_INPUT, "%.*s: %s", STR_ARG(field), why);
	return err_fix(err, "body-shape", "see /api/openapi.json");
}

static bool enum_has(struct str choices, struct str value)
{
	struct str one;

	while (str_split(&choices, '|', &one))
		if (str_equal(one, value))
			return true;
	return false;
}

static bool value_check(const struct field *field, struct str type, const struct json_value *value, struct err *err)
{
	enum json_type is = json_in_type(value);

	if (str_starts(type, STR("["))) {
		if (is != JSON_IS_ARRAY)
			return shape_wrong(err, field->name, "is not an array");
		for (size_t i = 0; i < json_in_count(value); i++)
			if (!value_check(field, inside(type, 1, 1), json_in_at(value, i), err))
				return false;
		return true;
	}
	if (str_is(type, "any"))
		return true;
	if (str_starts(type, STR("@"))) {
		CLEANUP(buf_done) struct buf name = buf_capped(128);

		buf_add_str(&name, str_skip(type, 1));
		return schema_check(name.data, value, err);
	}
	if (str_is(type, "int"))
		return is == JSON_IS_INT ? true : shape_wrong(err, field->name, "is not an integer");
	if (str_is(type, "bool"))
		return is == JSON_IS_BOOL ? true : shape_wrong(err, field->name, "is neither true nor false");
	if (is != JSON_IS_STR)
		return shape_wrong(err, field->name, "is not a string");
	if (str_starts(type, STR("enum(")) && !enum_has(inside(type, 5, 1), json_in_str(value, STR(""))))
		return shape_wrong(err, field->name, "is none of the words it can be");
	return true;
}

struct member_check {
	const char *schema;
	struct err *err;
};

static bool member_known(void *data, struct str key, const struct json_value *value)
{
	struct member_check *check = data;

	return schema_has_field(check->schema, key) ? true : shape_wrong(check->err, key, "there is no such field");
}

bool schema_check(const char *name, const struct json_value *value, struct err *err)
{
	struct str shape = str_of(schema_text(name));
	struct member_check check = {name, err};
	struct field field;

	if (json_in_type(value) != JSON_IS_OBJECT)
		return shape_wrong(err, STR("body"), "is not a JSON object");
	if (!json_in_members(value, member_known, &check))
		return false;
	while (field_next(&shape, &field)) {
		CLEANUP(buf_done) struct buf key = buf_capped(64);
		const struct json_value *member;
		enum json_type is;

		buf_add_str(&key, field.name);
		member = json_in_get(value, key.data);
		is = json_in_type(member);
		if (is == JSON_ABSENT && !field.optional)
			return shape_wrong(err, field.name, "is missing");
		if (is == JSON_ABSENT || (is == JSON_IS_NULL && field.nullable))
			continue;
		if (!value_check(&field, field.type, member, err))
			return false;
	}
	return true;
}
