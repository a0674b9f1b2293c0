/* SPDX-License-Identifier: Apache-2.0 */

/* What each field is, and the words that its values usually are: for completion, help and docs/QUERY.md. */

#include "decisions/query/inside.h"

/* clang-format off */
static const char *const hints[MODEL_FIELD_COUNT] = {
	[MODEL_FIELD_TEXT]        = "any name, subject, issuer, serial number or SHA-256",
	[MODEL_FIELD_NAME]        = "a name of the certificate: subject alternative names and common name",
	[MODEL_FIELD_SUBJECT]     = "the subject, after RFC 4514",
	[MODEL_FIELD_ISSUER]      = "common name of the issuer",
	[MODEL_FIELD_SERIAL]      = "serial number, hexadecimal",
	[MODEL_FIELD_SHA256]      = "fingerprint of the certificate, or the beginning of it",
	[MODEL_FIELD_KEY]         = "algorithm of the key",
	[MODEL_FIELD_BITS]        = "length of the key",
	[MODEL_FIELD_CURVE]       = "curve of an elliptic key",
	[MODEL_FIELD_SIGNATURE]   = "algorithm of the signature",
	[MODEL_FIELD_EXPIRES]     = "when it ends; expires<30d: within 30 days, or ended already",
	[MODEL_FIELD_ISSUED]      = "when it begins",
	[MODEL_FIELD_LIFETIME]    = "how long it is valid in all; lifetime>398d",
	[MODEL_FIELD_FIRST_SEEN]  = "when it was first seen; first_seen<7d: this week",
	[MODEL_FIELD_LAST_SEEN]   = "when it was last seen; last_seen>30d: not for a month",
	[MODEL_FIELD_STATE]       = "in its time or not",
	[MODEL_FIELD_PROBLEM]     = "what is wrong with it now",
	[MODEL_FIELD_SERVED]      = "places that show it now",
	[MODEL_FIELD_ACTIVE]      = "a server shows it as its own now",
	[MODEL_FIELD_CA]          = "may sign certificates",
	[MODEL_FIELD_SELF_SIGNED] = "signed by its own key",
	[MODEL_FIELD_PATH]        = "whether its renewal is known to work",
	[MODEL_FIELD_LINEAGE]     = "name of its lineage",
	[MODEL_FIELD_HAS]         = "what it has; -has:owner finds what has none",
	[MODEL_FIELD_SELECTION]   = "number of a selection that it is in (POST /api/v1/selections)",
	[MODEL_FIELD_SPKI]        = "SHA-256 of the public key",
	[MODEL_FIELD_LOCATION]    = "kind of a place that shows or holds it now",
	[MODEL_FIELD_AT]          = "address or path of such a place",
	[MODEL_FIELD_TLS]         = "version of TLS that was spoken there",
	[MODEL_FIELD_GROUP]       = "key exchange group that was chosen there",
	[MODEL_FIELD_HOST]        = "host that shows it now",
	[MODEL_FIELD_ADDRESS]     = "IP address that shows it now",
	[MODEL_FIELD_PORT]        = "port that shows it now",
	[MODEL_FIELD_PROTOCOL]    = "what is spoken there: tls, smtp, postgres …",
	[MODEL_FIELD_OUTCOME]     = "what came of the last look there",
	[MODEL_FIELD_DEMO]        = "belongs to the demo",
	[MODEL_FIELD_OWNER]       = "team that answers for it",
	[MODEL_FIELD_TAG]         = "a tag of its lineage",
	[MODEL_FIELD_PURPOSE]     = "what it is for",
	[MODEL_FIELD_ENV]         = "environment: production, test …",
	[MODEL_FIELD_CRITICALITY] = "how much hangs on it; criticality>normal",
	[MODEL_FIELD_SERVICE]     = "service that it is for",
	[MODEL_FIELD_TYPE]        = "what its issuer validated, or private or self-signed",
	[MODEL_FIELD_WILDCARD]    = "has a name with a star",
	[MODEL_FIELD_PRIVATE_CA]  = "ends in no public root",
	[MODEL_FIELD_IGNORED]     = "nobody wants to hear of it",
	[MODEL_FIELD_NEED_YOU]    = "counted by the overview as needing somebody",
};

static const struct fixed { enum model_field field; const char *word, *hint; } fixed[] = {
	{MODEL_FIELD_KEY, "rsa", ""}, {MODEL_FIELD_KEY, "ec", ""}, {MODEL_FIELD_KEY, "ed25519", ""},
	{MODEL_FIELD_KEY, "ed448", ""}, {MODEL_FIELD_KEY, "dsa", "not accepted by anybody any more"},
	{MODEL_FIELD_KEY, "ml-dsa", "post-quantum"}, {MODEL_FIELD_KEY, "unknown", ""},
	{MODEL_FIELD_CURVE, "P-256", ""}, {MODEL_FIELD_CURVE, "P-384", ""}, {MODEL_FIELD_CURVE, "P-521", ""},
	{MODEL_FIELD_BITS, "2048", ""}, {MODEL_FIELD_BITS, "3072", ""}, {MODEL_FIELD_BITS, "4096", ""},
	{MODEL_FIELD_BITS, "1024", "weak for RSA"}, {MODEL_FIELD_BITS, "256", ""}, {MODEL_FIELD_BITS, "384", ""},
	{MODEL_FIELD_SIGNATURE, "sha256WithRSAEncryption", ""}, {MODEL_FIELD_SIGNATURE, "sha384WithRSAEncryption", ""},
	{MODEL_FIELD_SIGNATURE, "ecdsa-with-SHA256", ""}, {MODEL_FIELD_SIGNATURE, "ecdsa-with-SHA384", ""},
	{MODEL_FIELD_SIGNATURE, "sha1WithRSAEncryption", "weak"}, {MODEL_FIELD_SIGNATURE, "RSASSA-PSS", ""},
	{MODEL_FIELD_TLS, "TLSv1.3", ""}, {MODEL_FIELD_TLS, "TLSv1.2", ""}, {MODEL_FIELD_TLS, "TLSv1.1", "deprecated"},
	{MODEL_FIELD_TLS, "TLSv1", "deprecated"}, {MODEL_FIELD_TLS, "SSLv3", "broken"},
	{MODEL_FIELD_GROUP, "X25519MLKEM768", "post-quantum hybrid"}, {MODEL_FIELD_GROUP, "x25519", ""},
	{MODEL_FIELD_GROUP, "secp256r1", ""}, {MODEL_FIELD_GROUP, "secp384r1", ""},
	{MODEL_FIELD_PORT, "443", "HTTPS"}, {MODEL_FIELD_PORT, "8443", "HTTPS"}, {MODEL_FIELD_PORT, "25", "SMTP"},
	{MODEL_FIELD_PORT, "465", "SMTP"}, {MODEL_FIELD_PORT, "587", "SMTP submission"}, {MODEL_FIELD_PORT, "993", "IMAP"},
	{MODEL_FIELD_PORT, "636", "LDAP"}, {MODEL_FIELD_PORT, "5432", "PostgreSQL"}, {MODEL_FIELD_PORT, "3389", "RDP"},
	{MODEL_FIELD_PROTOCOL, "tls", ""}, {MODEL_FIELD_PROTOCOL, "smtp", ""}, {MODEL_FIELD_PROTOCOL, "imap", ""},
	{MODEL_FIELD_PROTOCOL, "pop3", ""}, {MODEL_FIELD_PROTOCOL, "ldap", ""}, {MODEL_FIELD_PROTOCOL, "postgres", ""},
	{MODEL_FIELD_PROTOCOL, "mysql", ""}, {MODEL_FIELD_PROTOCOL, "rdp", ""}, {MODEL_FIELD_PROTOCOL, "ftp", ""},
	{MODEL_FIELD_OUTCOME, "ok", ""}, {MODEL_FIELD_OUTCOME, "no-tls", ""}, {MODEL_FIELD_OUTCOME, "refused", ""},
	{MODEL_FIELD_OUTCOME, "timeout", ""}, {MODEL_FIELD_OUTCOME, "unreachable", ""}, {MODEL_FIELD_OUTCOME, "dns", ""},
	{MODEL_FIELD_OUTCOME, "starttls-missing", ""}, {MODEL_FIELD_OUTCOME, "sni-needed", ""},
	{MODEL_FIELD_OUTCOME, "client-certificate-needed", ""}, {MODEL_FIELD_OUTCOME, "alert", ""},
	{MODEL_FIELD_OUTCOME, "garbage", ""}, {MODEL_FIELD_OUTCOME, "limit", ""},
	{MODEL_FIELD_SERVED, "0", "nowhere"}, {MODEL_FIELD_SERVED, "1..", "somewhere"},
	{MODEL_FIELD_LIFETIME, "398d", ""}, {MODEL_FIELD_LIFETIME, "200d", ""}, {MODEL_FIELD_LIFETIME, "100d", ""},
	{MODEL_FIELD_LIFETIME, "90d", ""}, {MODEL_FIELD_LIFETIME, "47d", ""},
};
static const struct { const char *word, *ahead, *ago; } times[] = {
	{"7d", "a week from now", "a week ago"}, {"14d", "two weeks from now", "two weeks ago"},
	{"30d", "30 days from now", "30 days ago"}, {"90d", "90 days from now", "90 days ago"},
	{"now", "", ""}, {"today", "all of today, UTC", "all of today, UTC"},
	{"2026-12-24", "a day", "a day"}, {"2026-12", "a month", "a month"},
};
/* clang-format on */

const char *query_field_hint(enum model_field field)
{
	return hints[field] ? hints[field] : "";
}

static bool fixed_word(enum model_field field, size_t nth, const char **word, const char **hint)
{
	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		if (fixed[i].field == field && nth-- == 0) {
			*word = fixed[i].word;
			*hint = fixed[i].hint;
			return true;
		}
	return false;
}

static bool time_word(enum model_field field, size_t nth, const char **word, const char **hint)
{
	if (nth >= COUNT_OF(times))
		return false;
	*word = times[nth].word;
	*hint = field_looks_ahead(field) ? times[nth].ahead : times[nth].ago;
	return true;
}

/* clang-format off */
#define WORD2(name, text) {text, ""},
#define WORD3(name, text, what) {text, what},
#define PLACE3(name, text, place) {text, ""},
#define WORD4(name, bit, text, weight) {text, ""},
struct kind_word { const char *word, *hint; };
static const struct kind_word flags[] = {{"yes", ""}, {"no", ""}, {NULL, NULL}};
static const struct kind_word states[] = {MODEL_STATES_ALL(WORD2) {NULL, NULL}};
static const struct kind_word problems[] = {{"any", "any problem"}, MODEL_PROBLEMS_ALL(WORD4) {NULL, NULL}};
static const struct kind_word paths[] = {MODEL_PATHS_ALL(WORD2) {NULL, NULL}};
static const struct kind_word havings[] = {MODEL_HAVINGS_ALL(WORD3) {NULL, NULL}};
static const struct kind_word locations[] = {MODEL_LOCATIONS_ALL(PLACE3) {NULL, NULL}};
static const struct kind_word criticalities[] = {MODEL_CRITICALITIES_ALL(WORD2) {NULL, NULL}};
static const struct kind_word types[] = {MODEL_KINDS_ALL(WORD2) {NULL, NULL}};
static const struct kind_word *const kinds[] = {
	[MODEL_TYPE_FLAG] = flags, [MODEL_TYPE_STATE] = states, [MODEL_TYPE_PROBLEM] = problems, [MODEL_TYPE_PATH] = paths,
	[MODEL_TYPE_CRITICALITY] = criticalities, [MODEL_TYPE_KIND] = types,
	[MODEL_TYPE_HAVING] = havings, [MODEL_TYPE_LOCATION] = locations,
};
/* clang-format on */

bool query_field_word(enum model_field field, size_t nth, const char **word, const char **hint)
{
	enum model_type type = model_field_type(field);
	const struct kind_word *words = type < COUNT_OF(kinds) ? kinds[type] : NULL;

	if (type == MODEL_TYPE_TIME)
		return time_word(field, nth, word, hint);
	if (!words)
		return fixed_word(field, nth, word, hint);
	for (size_t i = 0; words[i].word; i++)
		if (i == nth) {
			*word = words[i].word;
			*hint = words[i].hint;
			return true;
		}
	return false;
}

bool query_field_has_order(enum model_field field)
{
	enum model_type type = model_field_type(field);

	return type == MODEL_TYPE_NUMBER || type == MODEL_TYPE_TIME || type == MODEL_TYPE_CRITICALITY;
}

bool query_field_is_part(enum model_field field)
{
	return field_is_free_text(field);
}
