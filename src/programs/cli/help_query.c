/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid help query, and the tables of docs/QUERY.md: both from the tables of the parser. */

#include "programs/cli/help_query.h"

#include <stdio.h>
#include <string.h>

#include "decisions/query.h"
#include "programs/cli.h"

static const char *type_word(enum model_field field)
{
	static const char *const types[] = {
		[MODEL_TYPE_TEXT] = "text",	   [MODEL_TYPE_NUMBER] = "number", [MODEL_TYPE_TIME] = "time",
		[MODEL_TYPE_FLAG] = "yes or no",   [MODEL_TYPE_STATE] = "word",	   [MODEL_TYPE_PROBLEM] = "word",
		[MODEL_TYPE_PATH] = "word",	   [MODEL_TYPE_HAVING] = "word",   [MODEL_TYPE_LOCATION] = "word",
		[MODEL_TYPE_CRITICALITY] = "word, in order", [MODEL_TYPE_KIND] = "word",
	};
	enum model_type type = model_field_type(field);

	return type < COUNT_OF(types) && types[type] ? types[type] : "word";
}

static bool is_worded(enum model_field field)
{
	return strncmp(type_word(field), "word", 4) == 0;
}

/* Second names and fixed words, with a separator. */
static void print_seconds(enum model_field field, const char *before, const char *quote)
{
	const char *word;

	for (size_t i = 0; (word = query_field_second(field, i)); i++)
		printf("%s%s%s%s", i ? ", " : before, quote, word, quote);
}

static void print_words(enum model_field field, const char *before, const char *quote)
{
	const char *word, *hint;

	for (size_t i = 0; query_field_word(field, i, &word, &hint); i++)
		printf("%s%s%s%s", i ? ", " : before, quote, word, quote);
}

int help_query(void)
{
	printf("A query is terms that all must fit:  expires<30d issuer:\"R11\" -key:[rsa,dsa] example.org\n\n"
	       "  word  \"two words\"        in any name, subject, issuer, serial number or SHA-256\n"
	       "  key:value                fits; a part of free text is enough\n"
	       "  key=value  key!value     is exactly; is not\n"
	       "  < > <= >=                numbers and times\n"
	       "  key:[a,b]  key:1..9      any of a list; a range, open at either end (1..)\n"
	       "  key:*.example.org        without quotes * is any text and ? any character, of the whole value\n"
	       "  -term  NOT term          does not fit\n"
	       "  a OR b  (a OR b) c       either; parentheses\n\n"
	       "Times: 2026, 2026-12, 2026-12-24, 2026-12-24T12:00:00Z, now, today; 90s 15m 12h 30d 2w from now on for\n"
	       "expires, ago for the others: first_seen<7d is what came this week. expires:30d is between now and then.\n\n"
	       "Keys:\n");
	for (int i = 0; i < MODEL_FIELD_COUNT; i++) {
		enum model_field field = (enum model_field)i;

		printf("  %-12s %s", model_field_name(field), query_field_hint(field));
		print_seconds(field, "; also ", "");
		if (is_worded(field))
			print_words(field, ": ", "");
		putchar('\n');
	}
	printf("  %-12s %s\n", "trust", "yes: neither untrusted nor self-signed; no: one of them");
	return CLI_OK;
}

int help_query_table(void)
{
	printf("| key | also | value | what it is |\n| --- | --- | --- | --- |\n");
	for (int i = 0; i < MODEL_FIELD_COUNT; i++) {
		enum model_field field = (enum model_field)i;

		printf("| `%s` |", model_field_name(field));
		print_seconds(field, " ", "`");
		printf(" | %s%s", type_word(field), query_field_is_part(field) ? ", a part is enough for `:`" : "");
		if (is_worded(field))
			print_words(field, ": ", "`");
		printf(" | %s |\n", query_field_hint(field));
	}
	printf("| `trust` | | yes or no | `trust:yes`: neither untrusted nor self-signed |\n");
	printf("\n| facet | of | what it is |\n| --- | --- | --- |\n");
	for (int i = 0; i < MODEL_FACET_COUNT; i++) {
		const char *before = " ";

		printf("| `%s` |", model_facet_name((enum model_facet)i));
		for (int noun = 0; noun < MODEL_NOUN_COUNT; noun++)
			if (model_facet_is_of((enum model_facet)i, (enum model_noun)noun)) {
				printf("%s%s", before, model_noun_name((enum model_noun)noun));
				before = ", ";
			}
		printf(" | %s |\n", model_facet_what((enum model_facet)i));
	}
	printf("\n| `has:` | what it asks for |\n| --- | --- |\n");
	for (int i = 0; i < MODEL_HAVING_COUNT; i++)
		printf("| `has:%s` | %s |\n", model_having_name((enum model_having)i),
		       model_having_what((enum model_having)i));
	return CLI_OK;
}
