/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A blob of certificates and revocation lists, one after the other. The first octet chooses purpose and level, the second
 * how many certificates from the end are anchors. Once as a path search with its signatures, once as one whole path
 * whose signatures are taken as good, so that mutated names and constraints are reached.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "decisions/trust.h"
#include "decisions/trust/search.h"
#include "facts/crl.h"
#include "facts/der.h"
#include "facts/hostname.h"

#define CERTS_MAX 12
#define CRLS_MAX  6

struct blob {
	struct arena *arena;
	const struct cert *certs[CERTS_MAX];
	const struct crl *crls[CRLS_MAX];
	size_t cert_count, crl_count;
};

static void split(struct blob *blob, struct bytes rest)
{
	struct der value;
	struct err err;

	while (der_take(&rest, &value)) {
		if (blob->cert_count < CERTS_MAX &&
		    cert_read(blob->arena, value.whole, &blob->certs[blob->cert_count], &err))
			blob->cert_count++;
		else if (blob->crl_count < CRLS_MAX &&
			 crl_read(blob->arena, value.whole, &blob->crls[blob->crl_count], &err))
			blob->crl_count++;
	}
}

static void try_search(struct blob *blob, struct trust_query *query)
{
	struct trust_answer answer;

	trust_check(blob->arena, query, &answer);
	if (!answer.reason.len || (answer.trusted && !answer.path_count) || !str_is_utf8(answer.reason) ||
	    answer.trusted != str_is(answer.reason, "trusted"))
		abort();
	(void)trust_chain_complete(blob->certs, blob->cert_count, query->store);
}

static void try_path(struct blob *blob, const struct trust_query *query, enum profile_level level)
{
	struct validation v = {.arena = blob->arena, .query = query, .level = level, .names_left = 100000,
			       .signatures_left = 8};
	struct path path = {.count = blob->cert_count};
	struct link *links = ARENA_ARRAY(blob->arena, struct link, blob->cert_count);

	for (size_t i = 0; i < blob->cert_count; i++) {
		link_init(blob->arena, &links[i], blob->certs[i]);
		path.at[i] = &links[i];
	}
	(void)validate_path(&v, &path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct blob blob = {.arena = arena_new()};
	struct trust_store *store;
	struct trust_pool *pool;
	struct hostname name;
	struct trust_query query;
	struct err err;

	if (len < 2 || len > 65536) {
		arena_free(blob.arena);
		return 0;
	}
	split(&blob, bytes_of(data + 2, len - 2));
	store = trust_store_new(data[0] & 4 ? STR("given") : STR("mozilla"), (struct str){0}, 0);
	pool = trust_pool_new();
	for (size_t i = 0; i < blob.cert_count; i++)
		if (i + 1 + data[1] % 4 > blob.cert_count)
			trust_store_add(store, blob.certs[i], NULL);
		else
			trust_pool_add(pool, blob.certs[i]);
	query = (struct trust_query){.pool = pool, .store = store, .crls = blob.crls, .crl_count = blob.crl_count,
				     .now = 1700000000, .purpose = (enum trust_purpose)(data[0] % 3), .depth = -1};
	if (data[0] & 8 && hostname_read(blob.arena, STR("example.com"), &name, &err))
		query.name = &name;
	if (blob.cert_count) {
		query.leaf = blob.certs[0];
		try_search(&blob, &query);
		try_path(&blob, &query, (enum profile_level)(data[0] >> 4 & 3));
	}
	trust_pool_free(pool);
	trust_store_free(store);
	arena_free(blob.arena);
	return 0;
}
