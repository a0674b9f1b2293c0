/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The authorities are a table; each is made by the one named as its issuer. When one of them is missing or about to
 * run out all are made anew, and no kept leaf verifies any more, so these follow by themselves.
 */

#include "programs/demo/pki.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "programs/demo/x509.h"

enum { DAY = 86400, AUTHORITIES = 5, ROOT = 3, STRANGER = 4 };

/* In the order of enum demo_issuer; the root and one that signs nothing come last. */
static const struct authority {
	const char *file, *cn;
	enum demo_key key;
	int issuer; /* -1: itself */
	int path_length;
	int64_t from_s, to_s;
} authorities[AUTHORITIES] = {
	[BY_INTERMEDIATE] = {"intermediate", "Keepvalid Demo Intermediate E1", KEY_EC, ROOT, 0, -400 * DAY, 1400 * DAY},
	[BY_RSA_INTERMEDIATE] = {"rsa-intermediate", "Keepvalid Demo Intermediate R1", KEY_RSA, ROOT, 0, -400 * DAY,
				 1400 * DAY},
	[BY_EXPIRED] = {"old-intermediate", "Keepvalid Demo Intermediate E0", KEY_EC, ROOT, 0, -800 * DAY, -20 * DAY},
	[ROOT] = {"root", "Keepvalid Demo Root", KEY_EC, -1, -1, -1000 * DAY, (int64_t)3650 * DAY},
	[STRANGER] = {"stranger", "A certificate that went astray", KEY_EC, -1, -1, -10 * DAY, 1000 * DAY},
};
/* Issuers before those they issue. */
static const int making_order[AUTHORITIES] = {ROOT, STRANGER, BY_INTERMEDIATE, BY_RSA_INTERMEDIATE, BY_EXPIRED};

struct demo_pki {
	char *folder;
	int network;
	struct {
		X509 *cert;
		EVP_PKEY *key;
	} authority[AUTHORITIES];
};

static void path_of(const struct demo_pki *pki, const char *name, char to[4096])
{
	snprintf(to, 4096, "%s/pki/%s.pem", pki->folder, name);
}

static void forget_authorities(struct demo_pki *pki)
{
	for (size_t i = 0; i < AUTHORITIES; i++) {
		X509_free(pki->authority[i].cert);
		EVP_PKEY_free(pki->authority[i].key);
		pki->authority[i].cert = NULL;
		pki->authority[i].key = NULL;
	}
}

static bool load_authorities(struct demo_pki *pki, int64_t now)
{
	char path[4096];

	for (size_t i = 0; i < AUTHORITIES; i++) {
		path_of(pki, authorities[i].file, path);
		if (!demo_x509_load(path, &pki->authority[i].cert, &pki->authority[i].key))
			return false;
		if (authorities[i].to_s > 0 && demo_x509_not_after(pki->authority[i].cert) < now + 400 * DAY)
			return false;
	}
	return true;
}

static bool make_authority(struct demo_pki *pki, int which, int64_t now, struct err *err)
{
	const struct authority *a = &authorities[which];
	const struct demo_x509 what = {.cn = a->cn, .subject = "ca", .ca = true, .path_length = a->path_length,
				       .from = now + a->from_s, .to = now + a->to_s};
	X509 *issuer = a->issuer < 0 ? NULL : pki->authority[a->issuer].cert;
	EVP_PKEY *issuer_key = a->issuer < 0 ? NULL : pki->authority[a->issuer].key;
	char path[4096];

	pki->authority[which].key = demo_key_new(a->key);
	if (!pki->authority[which].key)
		return demo_crypto_err(err, "make a key");
	pki->authority[which].cert = demo_x509_make(&what, pki->authority[which].key, issuer, issuer_key);
	if (!pki->authority[which].cert)
		return demo_crypto_err(err, "make a CA certificate");
	path_of(pki, a->file, path);
	return demo_x509_save(path, pki->authority[which].cert, pki->authority[which].key, err);
}

bool demo_pki_open(const char *folder, int network, int64_t now, struct demo_pki **out, struct err *err)
{
	struct demo_pki *pki = NEW(struct demo_pki);
	char path[4096];
	bool good = true;

	pki->folder = memory_text(folder);
	pki->network = network;
	snprintf(path, sizeof path, "%s/pki", folder);
	good = file_make_folder(path, 0700, err);
	if (good && !load_authorities(pki, now)) {
		forget_authorities(pki);
		for (size_t i = 0; good && i < AUTHORITIES; i++)
			good = make_authority(pki, making_order[i], now, err);
	}
	snprintf(path, sizeof path, "%s/root.pem", folder);
	if (!good || !demo_x509_publish(path, pki->authority[ROOT].cert, err)) {
		demo_pki_free(pki);
		return false;
	}
	*out = pki;
	return true;
}

X509 *demo_pki_root(const struct demo_pki *pki)
{
	return pki->authority[ROOT].cert;
}

void demo_pki_free(struct demo_pki *pki)
{
	if (!pki)
		return;
	forget_authorities(pki);
	free(pki->folder);
	free(pki);
}

void demo_pair_done(struct demo_pair *pair)
{
	X509_free(pair->cert);
	EVP_PKEY_free(pair->key);
	for (size_t i = 0; i < pair->above_count; i++)
		X509_free(pair->above[i]);
	*pair = (struct demo_pair){0};
}

static void add_name(struct buf *to, struct str name)
{
	bool address = name.len > 0;

	for (size_t i = 0; i < name.len; i++)
		address &= ascii_is_digit(name.data[i]) || name.data[i] == '.';
	buf_addf(to, "%s%s:%.*s", to->len ? "," : "", address ? "IP" : "DNS", STR_ARG(name));
}

/* All names of a certificate as OpenSSL reads them. */
static void write_names(const struct demo_leaf *recipe, const char *host, const char *address, struct buf *to)
{
	struct str rest = str_of(recipe->also), one;

	add_name(to, str_of(host));
	while (str_split(&rest, ' ', &one))
		add_name(to, one);
	for (unsigned i = 1; i <= recipe->numbered_names; i++)
		buf_addf(to, ",DNS:n%u.%s", i, host);
	if (!recipe->no_address)
		add_name(to, str_of(address));
}

/* What the server sends after its own certificate. */
static bool add_above(struct demo_pki *pki, const struct demo_leaf *recipe, struct demo_pair *pair)
{
	pair->above_count = 0;
	if (recipe->chain == CHAIN_LEAF || recipe->issuer == BY_SELF)
		return true;
	pair->above[pair->above_count++] = pki->authority[recipe->issuer].cert;
	if (recipe->chain == CHAIN_EXTRA)
		pair->above[pair->above_count++] = pki->authority[STRANGER].cert;
	for (size_t i = 0; i < pair->above_count; i++)
		X509_up_ref(pair->above[i]);
	return true;
}

/* The key of the row that the recipe names, or a new one. */
static EVP_PKEY *key_for(struct demo_pki *pki, const struct demo_leaf *recipe)
{
	X509 *cert = NULL;
	EVP_PKEY *key = NULL;
	char path[4096];

	if (!recipe->key_of)
		return demo_key_new(recipe->key);
	path_of(pki, recipe->key_of, path);
	if (!demo_x509_load(path, &cert, &key))
		return NULL;
	X509_free(cert);
	return key;
}

bool demo_pki_make(struct demo_pki *pki, size_t nth, const struct demo_leaf *recipe, int64_t now,
		   struct demo_pair *out, struct err *err)
{
	CLEANUP(buf_done) struct buf names = buf_capped(65536);
	bool dated = recipe->from_s || recipe->to_s, own = recipe->issuer == BY_SELF;
	struct demo_pair pair = {0};
	struct demo_x509 what = {.subject = recipe->subject, .ca = recipe->ca, .path_length = -1, .sha1 = recipe->sha1,
				 .from = now + (dated ? recipe->from_s : -30 * DAY),
				 .to = now + (dated ? recipe->to_s : 60 * DAY)};
	char host[128], address[16];

	what.cn = recipe->host ? recipe->host : demo_row_host(&demo_rows[nth], host);
	demo_row_address(nth, pki->network, address);
	write_names(recipe, what.cn, address, &names);
	what.names = recipe->no_names ? NULL : names.data;
	pair.key = key_for(pki, recipe);
	if (pair.key)
		pair.cert = demo_x509_make(&what, pair.key, own ? NULL : pki->authority[recipe->issuer].cert,
					   own ? NULL : pki->authority[recipe->issuer].key);
	if (!pair.cert || !add_above(pki, recipe, &pair)) {
		demo_pair_done(&pair);
		demo_crypto_err(err, "make a certificate");
		return err_wrap(err, "demo listener %s", demo_rows[nth].name);
	}
	*out = pair;
	return true;
}

/* The key of another row may have been made anew since. */
static bool has_its_key(struct demo_pki *pki, const struct demo_leaf *recipe, const struct demo_pair *kept)
{
	EVP_PKEY *key;
	bool same;

	if (!recipe->key_of)
		return true;
	key = key_for(pki, recipe);
	same = key && EVP_PKEY_eq(key, kept->key) == 1;
	EVP_PKEY_free(key);
	return same;
}

/* Whether a kept certificate still shows what its row is there to show. */
static bool plays_its_part(struct demo_pki *pki, size_t nth, const struct demo_leaf *recipe,
			   const struct demo_pair *kept, int64_t now)
{
	bool dated = recipe->from_s || recipe->to_s;
	int64_t from_s = dated ? recipe->from_s : -30 * DAY, to_s = dated ? recipe->to_s : 60 * DAY;
	int64_t age_s = now - (demo_x509_not_before(kept->cert) - from_s);
	int64_t lasts_s = from_s > 0 ? from_s / 2 : to_s > 0 ? to_s / 4 : 15 * DAY;
	EVP_PKEY *signer = recipe->issuer == BY_SELF ? kept->key : pki->authority[recipe->issuer].key;
	bool addressed = !recipe->no_address && !recipe->no_names && !recipe->copy;
	char address[16];

	demo_row_address(nth, pki->network, address);
	if (!has_its_key(pki, recipe, kept))
		return false;
	if (addressed && X509_check_ip_asc(kept->cert, address, 0) != 1)
		return false;
	return age_s >= 0 && age_s < (lasts_s < 15 * DAY ? lasts_s : 15 * DAY) && X509_verify(kept->cert, signer) == 1;
}

bool demo_pki_leaf(struct demo_pki *pki, size_t nth, const struct demo_leaf *recipe, const char *name, int64_t now,
		   struct demo_pair *out, struct err *err)
{
	struct demo_pair kept = {0};
	char path[4096];

	path_of(pki, recipe->copy ? recipe->key_of : name, path);
	if (demo_x509_load(path, &kept.cert, &kept.key)) {
		if (recipe->copy || plays_its_part(pki, nth, recipe, &kept, now)) {
			*out = kept;
			return add_above(pki, recipe, out);
		}
		demo_pair_done(&kept);
	}
	return demo_pki_make(pki, nth, recipe, now, out, err) && demo_x509_save(path, out->cert, out->key, err);
}
