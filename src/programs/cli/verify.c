/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid verify FILE - whether a certificate is trusted: by given roots, or by each root program
 * in turn. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/limits.h"
#include "decisions/trust.h"
#include "facts/hostname.h"
#include "programs/cli.h"
#include "programs/cli/command.h"
#include "programs/cli/verify_files.h"
#include "programs/pack.h"

#define PROGRAMS_MAX 8

struct verdict {
	const struct trust_store *store;
	struct trust_answer answer;
};

struct verify {
	struct arena *arena;
	struct command_call *call;
	struct trust_set *set;     /* the programs; NULL with --roots */
	struct trust_store *given; /* NULL without */
	struct trust_pool *pool;
	struct verify_files files;
	struct hostname name;
	struct trust_query query;
	struct verdict verdicts[PROGRAMS_MAX];
	size_t count;
	bool trusted;
	struct str reason;
	const struct trust_answer
		*shown; /* whose path is printed; NULL when the certificate cannot be read */
};

static const struct command_option options[] = {
	{"roots", 0, "FILE", "trust these roots instead of the root programs'", true},
	{"intermediates", 0, "FILE", "more certificates that a path may lead over", true},
	{"crls", 0, "FILE", "revocation lists; then every certificate of the path needs a good one",
	 true},
	{"name", 0, "NAME", "host name or address that the certificate must be for", false},
	{"at", 0, "TIME", "verify as of this time (RFC 3339, or seconds since 1970)", false},
	{"purpose", 0, "WORD", "server (also the rules of the CA/Browser Forum), client, or any",
	 false},
	{"depth", 0, "N", "at most so many intermediates", false},
	{"data", 0, "FOLDER", "data packs of this folder instead of those in the binary", false},
	{"json", 0, NULL, "one JSON document", false},
	{0},
};

static bool read_purpose(const char *text, enum trust_purpose *out)
{
	static const struct {
		const char *word;
		enum trust_purpose purpose;
	} words[] = {{"server", TRUST_SERVER}, {"client", TRUST_CLIENT}, {"any", TRUST_ANY}};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (!text || strcmp(text, words[i].word) == 0) {
			*out = words[i].purpose;
			return true;
		}
	return false;
}

static bool read_options(struct verify *v, struct err *err)
{
	const char *purpose = command_value(v->call, "purpose"),
		   *name = command_value(v->call, "name");
	uint64_t depth;

	if (!command_time(v->call, "at", clock_now_s(), &v->query.now, err) ||
	    !command_number(v->call, "depth", 0, LIMIT_PATH_CERTS, UINT32_MAX, &depth, err))
		return false;
	v->query.depth = depth == UINT32_MAX ? -1 : (int32_t)depth;
	if (!read_purpose(purpose, &v->query.purpose)) {
		err_set(err, ERR_INPUT, "--purpose %s: no such purpose", purpose);
		return err_fix(err, "option-purpose", "write server, client or any");
	}
	if (!name)
		return true;
	v->query.name = &v->name;
	return hostname_read(v->arena, str_of(name), &v->name, err) || err_wrap(err, "--name");
}

static bool read_roots(struct verify *v, struct err *err)
{
	struct verify_files roots = {.arena = v->arena};
	const char *path;

	if (!command_has(v->call, "roots"))
		return pack_trust_set(command_value(v->call, "data"), &v->set, err);
	for (size_t i = 0; (path = command_value_at(v->call, "roots", i)); i++)
		if (!verify_files_read(&roots, path, err))
			return err_wrap(err, "--roots");
	v->given = trust_store_new(STR("given"), (struct str){"", 0}, INT64_MIN);
	for (size_t i = 0; i < roots.cert_count; i++)
		trust_store_add(v->given, roots.certs[i], NULL);
	return true;
}

static bool read_many(struct verify *v, const char *option, struct err *err)
{
	const char *path;

	for (size_t i = 0; (path = command_value_at(v->call, option, i)); i++)
		if (!verify_files_read(&v->files, path, err))
			return err_wrap(err, "--%s", option);
	return true;
}

static bool read_files(struct verify *v, struct err *err)
{
	v->files = (struct verify_files){.arena = v->arena};
	if (!verify_files_read(&v->files, v->call->args[0], err))
		return false;
	v->query.leaf = v->files.first_is_broken ? NULL
			: v->files.cert_count    ? v->files.certs[0]
						 : NULL;
	if (!read_many(v, "intermediates", err) || !read_many(v, "crls", err) ||
	    !read_roots(v, err))
		return false;
	v->pool = trust_pool_new();
	for (size_t i = 0; i < v->files.cert_count; i++)
		if (v->files.certs[i] != v->query.leaf)
			trust_pool_add(v->pool, v->files.certs[i]);
	v->query.pool = v->pool;
	v->query.crls = v->files.crls;
	v->query.crl_count = v->files.crl_count;
	v->query.crls_required = command_has(v->call, "crls");
	return true;
}

static void check_one(struct verify *v, const struct trust_store *store)
{
	struct verdict *verdict = &v->verdicts[v->count++];

	verdict->store = store;
	v->query.store = store;
	trust_check(v->arena, &v->query, &verdict->answer);
}

/* Trusted by all root programs; the system's store is shown beside them and decides only when it
 * stands alone. */
static void sum_up(struct verify *v)
{
	const struct verdict *against = NULL;

	for (size_t i = 0; i < v->count; i++) {
		const struct verdict *one = &v->verdicts[i];

		if (!one->answer.trusted && !against &&
		    (!v->set || !str_is(trust_store_name(one->store), "system")))
			against = one;
		if (!v->shown || (one->answer.trusted && !v->shown->trusted))
			v->shown = &one->answer;
	}
	v->trusted = v->count && !against;
	v->reason = v->trusted ? STR("trusted")
		    : against  ? against->answer.reason
			       : STR("nothing to verify against");
	if (against && v->set)
		v->reason = arena_format(v->arena, "%.*s: %.*s",
					 STR_ARG(trust_store_name(against->store)),
					 STR_ARG(against->answer.reason));
}

static void check(struct verify *v)
{
	if (!v->query.leaf) {
		v->reason = arena_format(v->arena, "the certificate cannot be read: %.*s",
					 STR_ARG(v->files.problem.data ? v->files.problem
								       : STR("the file has none")));
		return;
	}
	if (v->given)
		check_one(v, v->given);
	for (size_t i = 0; v->set && i < trust_set_count(v->set) && v->count < PROGRAMS_MAX; i++)
		check_one(v, trust_set_at(v->set, i));
	sum_up(v);
}

static void write_json(struct verify *v)
{
	CLEANUP(buf_done) struct buf buf = buf_capped(1 << 20);
	struct json_out json = json_out_start(&buf);

	json_out_object(&json);
	json_out_key_bool(&json, "trusted", v->trusted);
	json_out_key_str(&json, "reason", v->reason);
	json_out_key(&json, "path");
	json_out_array(&json);
	for (size_t i = 0; v->shown && i < v->shown->path_count; i++)
		json_out_hex(&json, bytes_of(v->shown->path[i]->sha256, 32));
	json_out_end_array(&json);
	json_out_key(&json, "programs");
	json_out_object(&json);
	for (size_t i = 0; v->set && i < v->count; i++) {
		const struct verdict *one = &v->verdicts[i];

		json_out_key_named(&json, trust_store_name(one->store));
		json_out_object(&json);
		json_out_key_bool(&json, "trusted", one->answer.trusted);
		json_out_key_str(&json, "reason", one->answer.reason);
		if (one->answer.limit == INT64_MAX)
			json_out_key_null(&json, "limit");
		else
			json_out_key_time(&json, "limit", one->answer.limit);
		json_out_end_object(&json);
	}
	json_out_end_object(&json);
	json_out_end_object(&json);
	printf("%s\n", buf.data);
}

static struct str date_of(struct arena *arena, int64_t at, int64_t none)
{
	char text[CLOCK_TEXT];

	if (at == none)
		return STR("-");
	clock_write(at, text);
	return arena_str(arena, (struct str){text, 10});
}

/* "2026-05-01 (203 days old)" */
static struct str age_of(struct verify *v, const struct trust_store *store)
{
	int64_t dated = trust_store_dated(store), now = clock_now_s();

	if (dated == INT64_MIN)
		return STR("-");
	return arena_format(v->arena, "%.*s (%lld days old)",
			    STR_ARG(date_of(v->arena, dated, INT64_MIN)),
			    (long long)(now > dated ? (now - dated) / 86400 : 0));
}

static bool is_colourful(void)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

static void write_row(struct verify *v, const struct verdict *one, bool table, bool colour)
{
	const struct str name = trust_store_name(one->store),
			 reason = one->answer.trusted ? STR("") : one->answer.reason;
	const struct str limit = date_of(v->arena, one->answer.limit, INT64_MAX),
			 age = age_of(v, one->store);
	const char *word = one->answer.trusted ? "trusted" : "not trusted";
	const char *on = !colour               ? ""
			 : one->answer.trusted ? "\033[32m"
					       : "\033[31m",
		   *off = colour ? "\033[0m" : "";

	if (!table) {
		printf("%.*s\t%s\t%.*s\t%.*s\t%.*s\n", STR_ARG(name), word, STR_ARG(reason),
		       STR_ARG(limit), STR_ARG(age));
		return;
	}
	printf("%-10.*s %s%-12s%s %-11.*s %-26.*s %.*s\n", STR_ARG(name), on, word, off,
	       STR_ARG(limit), STR_ARG(age), STR_ARG(reason));
}

static void write_path(struct verify *v, bool table)
{
	for (size_t i = 0; v->shown && i < v->shown->path_count; i++) {
		const struct cert *cert = v->shown->path[i];
		struct str subject = cert_visible(v->arena, cert->subject);
		struct str until = date_of(v->arena, cert->not_after, INT64_MAX);

		if (table)
			printf("  %zu  until %.*s  %.*s\n", i, STR_ARG(until), STR_ARG(subject));
		else
			printf("path\t%zu\t%.*s\t%.*s\t%.*s\n", i,
			       STR_ARG(hex_str(v->arena, bytes_of(cert->sha256, 32))),
			       STR_ARG(until), STR_ARG(subject));
	}
}

static void write_text(struct verify *v)
{
	const bool table = isatty(STDOUT_FILENO), colour = is_colourful();

	if (!v->query.leaf) {
		printf("not trusted\t%.*s\n", STR_ARG(v->reason));
		return;
	}
	if (table)
		printf("%-10s %-12s %-11s %-26s %s\n", "PROGRAM", "VERDICT", "LIMIT", "LIST OF",
		       "WHY");
	for (size_t i = 0; i < v->count; i++)
		write_row(v, &v->verdicts[i], table, colour);
	if (table && v->shown && v->shown->path_count)
		printf("\nPATH\n");
	write_path(v, table);
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct verify v = {.arena = arena, .call = call};
	struct err err = {0};
	int code;

	if (call->arg_count != 1)
		return command_usage(call, "one FILE is wanted");
	if (!read_options(&v, &err)) {
		command_fail(call, &err);
		return CLI_USAGE;
	}
	if (read_files(&v, &err)) {
		check(&v);
		if (command_has(call, "json"))
			write_json(&v);
		else
			write_text(&v);
		code = v.trusted ? CLI_OK : CLI_FAILED;
	} else {
		code = command_fail(call, &err);
	}
	trust_pool_free(v.pool);
	trust_store_free(v.given);
	trust_set_free(v.set);
	return code;
}

const struct command command_verify = {
	.name = "verify",
	.arguments = "FILE",
	.summary = "say whether a certificate is trusted, by whom, and why not",
	.details = "Validates the path from the first certificate in FILE (PEM, DER or PKCS#7; "
		   "\"-\" is standard input) after RFC 5280: signatures, "
		   "dates, CA rights, name constraints, policies, usages, and revocation lists "
		   "when there are any. Other "
		   "certificates in FILE serve as intermediates.\n\n"
		   "Without --roots every root program is asked in turn: mozilla, chrome, apple, "
		   "microsoft, and the system's own "
		   "bundle. The verdict is \"trusted\" when all four programs trust it; the "
		   "system's bundle is shown beside them. "
		   "LIMIT is the date from which a program does not trust what the root issues "
		   "(Mozilla) or what is logged "
		   "(Chrome). The lists grow old: their dates are shown, and --data or "
		   "KEEPVALID_DATA replaces them.\n\n"
		   "With --roots, purpose server also holds the chain to the rules of RFC 5280 and "
		   "of the CA/Browser Forum for what "
		   "CAs must issue, client to those of RFC 5280, and any to path validation alone. "
		   "Chains to the root programs "
		   "are judged as browsers judge.\n\n"
		   "Exit status: 0 trusted, 1 not.",
	.examples = "$ keepvalid verify chain.pem --name www.example.org\n"
		    "$ keepvalid verify leaf.pem --roots ca.pem --intermediates sub.pem --crls "
		    "lists.pem --json\n"
		    "$ keepvalid verify leaf.pem --at 2027-01-01T00:00:00Z\n",
	.options = options,
	.run = run,
};
