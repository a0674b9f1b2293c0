/* SPDX-License-Identifier: Apache-2.0 */

/*
 * inspect for people: a page an item. On a terminal values stand in a column; elsewhere a tab parts name and value, so
 * that cut(1) and awk(1) can have them.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/foreign.h"
#include "base/hex.h"
#include "programs/cli/inspect.h"

enum { COLUMN = 14, DAY = 86400, USAGES_ON_A_LINE = 12 };

struct page {
	struct arena *arena;
	bool terminal, colour;
	int64_t now;
};

static const char *paint(const struct page *page, const char *code)
{
	return page->colour ? code : "";
}

#define BOLD  "\033[1m"
#define RED   "\033[31m"
#define DIM   "\033[2m"
#define PLAIN "\033[0m"

static void print_text(struct str text)
{
	CLEANUP(buf_done) struct buf shown = buf_capped(text.len * 6 + 1);

	foreign_add(&shown, text);
	fwrite(shown.data ? shown.data : "", 1, shown.len, stdout);
}

static void print_name(const struct page *page, const char *name)
{
	if (page->terminal)
		printf("  %s%-*s%s", paint(page, DIM), COLUMN, name, paint(page, PLAIN));
	else
		printf("%s\t", name);
}

static void print_row(const struct page *page, const char *name, struct str value)
{
	if (!value.data)
		return;
	print_name(page, name);
	print_text(value);
	putchar('\n');
}

/* One value a line; the name stands before the first on a terminal, before each elsewhere. */
static void print_list(const struct page *page, const char *name, struct cert_strs list)
{
	for (size_t i = 0; i < list.count; i++)
		print_row(page, i && page->terminal ? "" : name, list.at[i]);
}

static struct str joined(struct arena *arena, const struct str *list, size_t count)
{
	struct str text = {NULL, 0};

	for (size_t i = 0; i < count; i++)
		text = i ? arena_format(arena, "%.*s, %.*s", STR_ARG(text), STR_ARG(list[i])) : list[i];
	return text;
}

static void print_hex(const struct page *page, const char *name, struct bytes value)
{
	if (value.data)
		print_row(page, name, hex_str(page->arena, value));
}

static struct str spell_days(struct arena *arena, int64_t seconds)
{
	int64_t days = seconds / DAY;

	if (days >= 2)
		return arena_format(arena, "%lld days", (long long)days);
	if (seconds >= 7200)
		return arena_format(arena, "%lld hours", (long long)(seconds / 3600));
	return arena_format(arena, "%lld minutes", (long long)(seconds / 60));
}

static struct str state_of(const struct page *page, const struct cert *cert, bool *bad)
{
	*bad = true;
	if (page->now < cert->not_before)
		return arena_format(page->arena, "not valid for another %.*s",
				    STR_ARG(spell_days(page->arena, cert->not_before - page->now)));
	if (page->now > cert->not_after)
		return arena_format(page->arena, "expired %.*s ago",
				    STR_ARG(spell_days(page->arena, page->now - cert->not_after)));
	*bad = false;
	return arena_format(page->arena, "%.*s left",
			    STR_ARG(spell_days(page->arena, cert->not_after - page->now)));
}

static void print_validity(const struct page *page, const struct cert *cert)
{
	char from[CLOCK_TEXT], to[CLOCK_TEXT];
	bool bad;
	struct str state = state_of(page, cert, &bad);

	clock_write(cert->not_before, from);
	clock_write(cert->not_after, to);
	print_row(page, "valid from", str_of(from));
	print_name(page, "valid to");
	printf("%s (%.*s, %s%.*s%s)\n", to,
	       STR_ARG(spell_days(page->arena, cert->not_after - cert->not_before + 1)),
	       bad ? paint(page, RED) : "", STR_ARG(state), bad ? paint(page, PLAIN) : "");
}

static void print_key(const struct page *page, const char *name, const struct cert_key *key)
{
	static const char *const algorithms[] = {
		[CERT_KEY_UNKNOWN] = "unknown", [CERT_KEY_RSA] = "RSA",       [CERT_KEY_EC] = "EC",
		[CERT_KEY_ED25519] = "Ed25519", [CERT_KEY_ED448] = "Ed448",   [CERT_KEY_DSA] = "DSA",
		[CERT_KEY_ML_DSA] = "ML-DSA",
	};
	const char *algorithm = algorithms[key->algorithm];
	bool fixed = key->algorithm == CERT_KEY_ED25519 || key->algorithm == CERT_KEY_ED448;

	if (key->curve.data)
		print_row(page, name, arena_format(page->arena, "%s %.*s", algorithm, STR_ARG(key->curve)));
	else if (key->bits && !fixed)
		print_row(page, name, arena_format(page->arena, "%s %u bits", algorithm, key->bits));
	else
		print_row(page, name, str_of(algorithm));
}

static void print_usage(const struct page *page, const struct cert *cert)
{
	struct str usages[CERT_USAGES];
	size_t count = cert_usage_names(cert->key_usage, usages);

	print_row(page, "key usage", joined(page->arena, usages, count));
	if (cert->extended_key_usage.count > USAGES_ON_A_LINE)
		print_list(page, "used for", cert->extended_key_usage);
	else
		print_row(page, "used for",
			  joined(page->arena, cert->extended_key_usage.at, cert->extended_key_usage.count));
}

/* "CA, path length 0", "domain validated, wildcard, …" */
static struct str kind_of(const struct page *page, const struct cert *cert)
{
	static const char *const validated[] = {NULL, "domain validated", "organisation validated",
						"individual validated", "extended validation"};
	struct str words[8];
	size_t count = 0;

	if (cert->ca)
		words[count++] = cert->path_length >= 0
					 ? arena_format(page->arena, "CA, path length %d", cert->path_length)
					 : STR("CA");
	if (validated[cert->validation])
		words[count++] = str_of(validated[cert->validation]);
	if (cert->self_issued)
		words[count++] = cert->self_signed ? STR("self-signed") : STR("self-issued");
	if (cert->wildcard)
		words[count++] = STR("wildcard");
	if (cert->must_staple)
		words[count++] = STR("must staple");
	if (cert->precertificate)
		words[count++] = STR("precertificate");
	return joined(page->arena, words, count);
}

static void print_names(const struct page *page, const struct cert *cert)
{
	print_list(page, "names", cert->names.dns);
	print_list(page, "addresses", cert->names.ip);
	print_list(page, "mailboxes", cert->names.email);
	print_list(page, "URIs", cert->names.uri);
}

static void print_certificate(const struct page *page, const struct cert *cert)
{
	print_row(page, "subject", cert->subject.len ? cert->subject : STR("(empty)"));
	print_row(page, "issuer", cert->issuer.len ? cert->issuer : STR("(empty)"));
	print_names(page, cert);
	print_validity(page, cert);
	print_row(page, "kind", kind_of(page, cert));
	print_key(page, "key", &cert->key);
	print_row(page, "signature", cert->signature);
	print_usage(page, cert);
	print_list(page, "policies", cert->policies);
	print_row(page, "serial", cert->serial);
	print_hex(page, "key id", cert->subject_key_id);
	print_hex(page, "issuer's key", cert->authority_key_id);
	print_list(page, "OCSP", cert->ocsp);
	print_list(page, "CRL", cert->crl);
	print_list(page, "CA issuers", cert->ca_issuers);
	if (cert->scts)
		print_row(page, "CT timestamps", arena_format(page->arena, "%u", cert->scts));
	print_hex(page, "sha256", bytes_of(cert->sha256, sizeof cert->sha256));
	print_hex(page, "key sha256", bytes_of(cert->key.sha256, sizeof cert->key.sha256));
	print_list(page, "odd", cert->oddities);
}

static void print_request(const struct page *page, const struct request *request)
{
	const struct cert *facts = request->facts;

	print_row(page, "subject", facts->subject.len ? facts->subject : STR("(empty)"));
	print_names(page, facts);
	print_row(page, "asks for", kind_of(page, facts));
	print_key(page, "key", &facts->key);
	print_row(page, "signature", arena_format(page->arena, "%.*s, %s", STR_ARG(request->signature),
						  request->signature_good ? "good" : "not good"));
	print_usage(page, facts);
	if (request->has_challenge)
		print_row(page, "challenge", STR("a challenge password is in it"));
	print_hex(page, "sha256", bytes_of(request->sha256, sizeof request->sha256));
	print_hex(page, "key sha256", bytes_of(facts->key.sha256, sizeof facts->key.sha256));
	print_list(page, "odd", facts->oddities);
}

static void print_crl(const struct page *page, const struct crl *crl)
{
	char at[CLOCK_TEXT];

	print_row(page, "issuer", crl->issuer);
	clock_write(crl->this_update, at);
	print_row(page, "this update", str_of(at));
	clock_write(crl->next_update, at);
	if (crl->has_next_update)
		print_row(page, "next update", arena_format(page->arena, "%s%s", at,
							    crl->next_update < page->now ? " (overdue)" : ""));
	print_row(page, "number", crl->number);
	print_row(page, "entries", arena_format(page->arena, "%zu%s", crl->entry_count,
						crl->base_number.data ? " (a delta list)" : ""));
	print_row(page, "signature", crl->signature);
	print_list(page, "scope", crl->scope.uris);
	print_hex(page, "issuer's key", crl->authority_key_id);
	print_hex(page, "sha256", bytes_of(crl->sha256, sizeof crl->sha256));
	print_list(page, "odd", crl->oddities);
}

static void print_key_item(const struct page *page, const struct container_key *key)
{
	print_row(page, "format", key->format);
	if (key->known)
		print_key(page, "key", &key->public);
	else if (key->public.algorithm != CERT_KEY_UNKNOWN)
		print_key(page, "key", &key->public);
	else
		print_row(page, "key", key->algorithm);
	if (key->encrypted)
		print_row(page, "encrypted", key->encryption.data ? key->encryption : STR("yes"));
	if (key->known)
		print_hex(page, "key sha256", bytes_of(key->public.sha256, sizeof key->public.sha256));
}

static const char *title_of(const struct container_item *item)
{
	static const char *const keys[] = {"private key", "public key", "secret key"};

	switch (item->kind) {
	case ITEM_CERTIFICATE:
		return "certificate";
	case ITEM_REQUEST:
		return "certification request";
	case ITEM_CRL:
		return "revocation list";
	case ITEM_KEY:
		return keys[item->key->class];
	}
	return "";
}

static void print_item(const struct page *page, const struct container_item *item, const char *format)
{
	printf("%s%s%s", paint(page, BOLD), title_of(item), paint(page, PLAIN));
	printf("%s", page->terminal ? "  " : "\t");
	printf("%s, ", format);
	print_text(item->source);
	if (item->alias.data) {
		printf(", ");
		print_text(item->alias);
	}
	putchar('\n');
	if (item->kind == ITEM_CERTIFICATE)
		print_certificate(page, item->cert);
	else if (item->kind == ITEM_REQUEST)
		print_request(page, item->request);
	else if (item->kind == ITEM_CRL)
		print_crl(page, item->crl);
	else
		print_key_item(page, item->key);
}

static bool wants_colour(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && !(term && strcmp(term, "dumb") == 0);
}

void inspect_print(struct arena *arena, const char *input, const struct container *container, int64_t now)
{
	struct page page = {arena, isatty(STDOUT_FILENO), wants_colour(), now};

	for (size_t i = 0; i < container->item_count; i++) {
		if (i)
			putchar('\n');
		print_item(&page, &container->items[i], container->format);
	}
	fflush(stdout);
	for (size_t i = 0; i < container->problem_count; i++)
		fprintf(stderr, "keepvalid inspect: %s: %.*s: %.*s\n", input,
			STR_ARG(container->problems[i].item), STR_ARG(container->problems[i].text));
	if (container->integrity == INTEGRITY_NOT_CHECKED && !container->problem_count)
		fprintf(stderr, "keepvalid inspect: %s: its integrity was not checked: that takes the password "
				"(--password-file)\n", input);
	if (!container->item_count && !container->problem_count)
		fprintf(stderr, "keepvalid inspect: %s: there is nothing in it\n", input);
}
