/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* host_tree - a folder that stands for "/" in tests: files with their folders, certificates and keys; gone at the end. */

#include <ftw.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cert_maker.h"
#include "discovery/host.h"
#include "test.h"

static char tree_root[64];

static inline int tree_remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

static inline void tree_done(void)
{
	if (tree_root[0])
		(void)nftw(tree_root, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	tree_root[0] = 0;
}

/* An empty tree; the one before is gone. */
static inline struct str tree_new(void)
{
	static bool registered;

	if (!registered)
		atexit(tree_done);
	registered = true;
	tree_done();
	snprintf(tree_root, sizeof tree_root, "/tmp/keepvalid-tree-XXXXXX");
	assert_non_null(mkdtemp(tree_root));
	assert_int_equal(chmod(tree_root, 0755), 0);
	return str_of(tree_root);
}

static inline const char *tree_path(const char *path)
{
	static char whole[8192];

	snprintf(whole, sizeof whole, "%s%s", tree_root, path);
	return whole;
}

static inline FILE *tree_open(const char *path)
{
	char whole[4096];
	FILE *file;

	snprintf(whole, sizeof whole, "%s%s", tree_root, path);
	for (char *slash = whole + strlen(tree_root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		(void)mkdir(whole, 0755);
		*slash = '/';
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	return file;
}

static inline void tree_put(const char *path, const char *text)
{
	FILE *file = tree_open(path);

	fputs(text, file);
	fclose(file);
}

/* PEM of the certificates, and of the first one's key when with_key. */
static inline void tree_put_cert(const char *path, const struct made *leaf, const struct made *issuer, bool with_key)
{
	FILE *file = tree_open(path);

	PEM_write_X509(file, leaf->x509);
	if (issuer)
		PEM_write_X509(file, issuer->x509);
	if (with_key)
		PEM_write_PrivateKey(file, leaf->key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
}

static inline void tree_put_key(const char *path, const struct made *leaf, mode_t mode)
{
	FILE *file = tree_open(path);

	PEM_write_PrivateKey(file, leaf->key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
	assert_int_equal(chmod(tree_path(path), mode), 0);
}
