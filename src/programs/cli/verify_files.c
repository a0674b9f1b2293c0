/* SPDX-License-Identifier: Apache-2.0 */

#include "programs/cli/verify_files.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/pem.h"

static void *grown(struct arena *arena, void *old, size_t count, size_t *room)
{
	void *bigger;

	if (count < *room)
		return old;
	*room = *room ? *room * 2 : 16;
	bigger = arena_array(arena, *room, sizeof(void *));
	if (count)
		memcpy(bigger, old, count * sizeof(void *));
	return bigger;
}

static void complain(struct verify_files *files, const char *path, size_t nth, const char *text)
{
	if (!files->problem.data) {
		files->problem = arena_str(files->arena, str_of(text));
		files->first_is_broken = !files->cert_count;
	}
	fprintf(stderr, "keepvalid verify: %s, item %zu: %s\n", path, nth, text);
}

static bool add_cert(struct verify_files *files, struct bytes der, struct err *err)
{
	const struct cert *cert;

	if (!cert_read(files->arena, der, &cert, err))
		return false;
	files->certs = grown(files->arena, files->certs, files->cert_count, &files->cert_room);
	files->certs[files->cert_count++] = cert;
	return true;
}

static bool add_crl(struct verify_files *files, struct bytes der, struct err *err)
{
	const struct crl *crl;

	if (!crl_read(files->arena, der, &crl, err))
		return false;
	files->crls = grown(files->arena, files->crls, files->crl_count, &files->crl_room);
	files->crls[files->crl_count++] = crl;
	return true;
}

static void add_block(struct verify_files *files, const char *path, size_t nth, struct str label, struct bytes der)
{
	struct err err = {0};

	if (!str_ends(label, STR("CERTIFICATE")) && !str_is(label, "X509 CRL"))
		return; /* keys and the like may lie beside */
	if (!der.data)
		complain(files, path, nth, "its base64 is broken");
	else if (!(str_is(label, "X509 CRL") ? add_crl(files, der, &err) : add_cert(files, der, &err)))
		complain(files, path, nth, err.text);
}

bool verify_files_read(struct verify_files *files, const char *path, struct err *err)
{
	struct bytes content, der;
	struct err first = {0}, second = {0};
	struct str text, label;
	size_t blocks = 0;

	if (!file_read(files->arena, path, LIMIT_FILE_BYTES, &content, err))
		return false;
	for (text = str_from(content); pem_take(files->arena, &text, &label, &der); blocks++) {
		if (blocks >= LIMIT_FILE_ITEMS)
			return err_set(err, ERR_INPUT, "%s: more than %d items", path, LIMIT_FILE_ITEMS);
		add_block(files, path, blocks + 1, label, der);
	}
	if (!blocks && !add_cert(files, content, &first) && !add_crl(files, content, &second))
		complain(files, path, 1, first.text);
	return true;
}
