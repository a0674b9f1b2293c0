/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Servers whose configuration is a line "key value" or "key = value" each: a row says the keys and where the files are. A key of
 * several certificates follows in pairs: a certificate's key is the last one named before the next certificate, or the first
 * after it.
 */

#include <string.h>

#include "discovery/host/room.h"

struct keys {
	struct server server; /* first: a row is a server */
	const char *const *certificate, *const *key;
	const char *const *include; /* directives that name more files; NULL: none */
	const char *by;             /* characters between key and value, besides blanks */
	const char *joins;          /* "\\": a backslash at the end of a line */
	char comment;
	const char *relative_to; /* NULL: the folder of the file */
};

struct reading {
	struct look *look;
	const struct keys *keys;
	struct host_use *use;
	struct str key; /* named before its certificate */
	int depth;
};

static bool is_one_of(struct str key, const char *const *all)
{
	for (size_t i = 0; all && all[i]; i++)
		if (str_equal_nocase(key, str_of(all[i])))
			return true;
	return false;
}

/* 'value'; "value" # comment; "value", "value"; */
static struct str plain(struct str value)
{
	value = str_trim(value);
	while (value.len && (value.data[value.len - 1] == ';' || value.data[value.len - 1] == ','))
		value.len--;
	if (value.len && (value.data[0] == '"' || value.data[0] == '\'')) {
		size_t end = str_find_char(str_skip(value, 1), value.data[0]);

		if (end != SIZE_MAX)
			return str_head(str_skip(value, 1), end);
	}
	return str_trim(value);
}

static void read_file(struct reading *r, struct str path);

static void included(void *data, struct str path)
{
	struct reading *r = data;
	struct str *names;
	size_t count;

	if (!path_is_folder(r->look, path)) {
		read_file(r, path);
		return;
	}
	count = path_names(r->look, path, &names);
	for (size_t i = 0; i < count; i++)
		if (str_ends(names[i], STR(".conf")) || str_ends(names[i], STR(".cnf")) || str_ends(names[i], STR(".lua")))
			read_file(r, path_join(r->look->arena, path, names[i]));
}

static void read_pair(struct reading *r, struct str path, uint32_t line, struct str key, struct str value)
{
	const char *relative_to = r->keys->relative_to;
	struct str folder = relative_to ? str_of(relative_to) : path_folder(path), there;

	value = plain(value);
	if (!value.len || str_find_char(value, '$') != SIZE_MAX || str_find_char(value, '\n') != SIZE_MAX)
		return;
	there = path_join(r->look->arena, folder, value);
	if (is_one_of(key, r->keys->include)) {
		path_glob(r->look, path_join(r->look->arena, path_folder(path), value), included, r);
	} else if (is_one_of(key, r->keys->certificate)) {
		r->use = use_add(r->look, &r->keys->server, path, line, there);
		r->use->key = r->key;
		r->key = (struct str){NULL, 0};
	} else if (is_one_of(key, r->keys->key)) {
		if (r->use && !r->use->key.data)
			r->use->key = there;
		else
			r->key = there;
	}
}

static void read_file(struct reading *r, struct str path)
{
	struct lines_in lines = {.arena = r->look->arena,
				 .form = {.comment = r->keys->comment,
					  .backslash_joins = r->keys->joins != NULL,
					  .comment_anywhere = true}};
	struct str line, key, value;
	uint32_t number;

	if (r->depth >= LIMIT_HOST_INCLUDE_DEPTH) {
		look_problem(r->look, path, 0, "not read: files include files too deep, or in a circle");
		return;
	}
	r->depth++;
	r->use = NULL;
	r->key = (struct str){NULL, 0};
	if (path_config(r->look, path, true, &lines.rest))
		while (lines_take(&lines, &line, &number) && look_step(r->look, path))
			if (pair_take(line, r->keys->by, &key, &value))
				read_pair(r, path, number, key, value);
	r->depth--;
}

static void read(struct look *look, const struct server *server, struct str path)
{
	struct reading r = {.look = look, .keys = (const struct keys *)server};

	read_file(&r, path);
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define ROW(title, programs_, configs_, names_) \
	.server = {.name = title, .programs = programs_, .configs = configs_, .names = names_, .read = read}

/* clang-format off */
static const struct keys postgresql = {
	ROW("postgresql", LIST("postgres", "postmaster"),
	    LIST("/etc/postgresql/*/*/postgresql.conf", "/var/lib/pgsql/data/postgresql.conf", "/var/lib/postgresql/data/postgresql.conf"),
	    LIST("postgresql.conf")),
	.certificate = LIST("ssl_cert_file"), .key = LIST("ssl_key_file"),
	.include = LIST("include", "include_dir", "include_if_exists"), .by = "=", .comment = '#',
};
static const struct keys mariadb = {
	ROW("mariadb", LIST("mariadbd", "mysqld"), LIST("/etc/mysql/my.cnf", "/etc/my.cnf"), LIST("my.cnf")),
	.certificate = LIST("ssl-cert", "ssl_cert"), .key = LIST("ssl-key", "ssl_key"),
	.include = LIST("!include", "!includedir"), .by = "=", .comment = '#',
};
static const struct keys slapd = {
	ROW("slapd", LIST("slapd"), LIST("/etc/ldap/slapd.d/cn=config.ldif", "/etc/ldap/slapd.conf", "/etc/openldap/slapd.conf",
	    "/etc/openldap/slapd.d/cn=config.ldif"), LIST("slapd.conf", "cn=config.ldif")),
	.certificate = LIST("TLSCertificateFile", "olcTLSCertificateFile"), .key = LIST("TLSCertificateKeyFile", "olcTLSCertificateKeyFile"),
	.include = LIST("include"), .by = ":", .comment = '#',
};
static const struct keys exim = {
	ROW("exim", LIST("exim4", "exim"), LIST("/etc/exim4/exim4.conf", "/etc/exim4/conf.d/main/*", "/etc/exim4/exim4.conf.localmacros",
	    "/var/lib/exim4/config.autogenerated", "/etc/exim/exim.conf"), LIST("exim4.conf", "exim.conf")),
	.certificate = LIST("tls_certificate", "MAIN_TLS_CERTIFICATE"), .key = LIST("tls_privatekey", "MAIN_TLS_PRIVATEKEY"),
	.include = LIST(".include", ".include_if_exists"), .by = "=", .joins = "\\", .comment = '#',
};
static const struct keys stunnel = {
	ROW("stunnel", LIST("stunnel4", "stunnel"), LIST("/etc/stunnel/*.conf"), LIST("stunnel.conf")),
	.certificate = LIST("cert"), .key = LIST("key"), .include = LIST("include"), .by = "=", .comment = ';',
};
static const struct keys proftpd = {
	ROW("proftpd", LIST("proftpd"), LIST("/etc/proftpd/proftpd.conf", "/etc/proftpd.conf"), LIST("proftpd.conf")),
	.certificate = LIST("TLSRSACertificateFile", "TLSECCertificateFile", "TLSDSACertificateFile"),
	.key = LIST("TLSRSACertificateKeyFile", "TLSECCertificateKeyFile", "TLSDSACertificateKeyFile"),
	.include = LIST("Include"), .by = "", .comment = '#',
};
static const struct keys vsftpd = {
	ROW("vsftpd", LIST("vsftpd"), LIST("/etc/vsftpd.conf", "/etc/vsftpd/vsftpd.conf"), LIST("vsftpd.conf")),
	.certificate = LIST("rsa_cert_file", "dsa_cert_file"), .key = LIST("rsa_private_key_file", "dsa_private_key_file"), .by = "=", .comment = '#',
};
static const struct keys prosody = {
	ROW("prosody", LIST("prosody", "lua", "lua5.4"), LIST("/etc/prosody/prosody.cfg.lua", "/etc/prosody/conf.d/*.lua"), LIST("prosody.cfg.lua")),
	.certificate = LIST("certificate"), .key = LIST("key"), .include = LIST("Include"), .by = "=", .comment = '-',
};
static const struct keys ngircd = {
	ROW("ngircd", LIST("ngircd"), LIST("/etc/ngircd/ngircd.conf", "/etc/ngircd/ngircd.conf.d/*.conf"), LIST("ngircd.conf")),
	.certificate = LIST("CertFile"), .key = LIST("KeyFile"), .by = "=", .comment = '#',
};
static const struct keys lighttpd = {
	ROW("lighttpd", LIST("lighttpd"), LIST("/etc/lighttpd/lighttpd.conf", "/etc/lighttpd/conf-enabled/*.conf"), LIST("lighttpd.conf")),
	.certificate = LIST("ssl.pemfile"), .key = LIST("ssl.privkey"), .include = LIST("include"), .by = "=", .comment = '#',
};
static const struct keys redis = {
	ROW("redis", LIST("redis-server", "valkey-server"), LIST("/etc/redis/redis.conf", "/etc/redis.conf", "/etc/valkey/valkey.conf"), LIST("redis.conf", "valkey.conf")),
	.certificate = LIST("tls-cert-file"), .key = LIST("tls-key-file"), .include = LIST("include"), .by = "", .comment = '#',
};
static const struct keys mosquitto = {
	ROW("mosquitto", LIST("mosquitto"), LIST("/etc/mosquitto/mosquitto.conf"), LIST("mosquitto.conf")),
	.certificate = LIST("certfile"), .key = LIST("keyfile"), .include = LIST("include_dir"), .by = "", .comment = '#',
};
static const struct keys openvpn = {
	ROW("openvpn", LIST("openvpn"), LIST("/etc/openvpn/*.conf", "/etc/openvpn/server/*.conf", "/etc/openvpn/client/*.conf"), NULL),
	.certificate = LIST("cert"), .key = LIST("key"), .include = LIST("config"), .by = "", .comment = '#',
};
static const struct keys bind = {
	ROW("bind", LIST("named"), LIST("/etc/bind/named.conf", "/etc/named.conf"), LIST("named.conf")),
	.certificate = LIST("cert-file"), .key = LIST("key-file"), .include = LIST("include"), .by = "", .comment = '#', .relative_to = "/var/cache/bind",
};
static const struct keys xrdp = {
	ROW("xrdp", LIST("xrdp"), LIST("/etc/xrdp/xrdp.ini"), LIST("xrdp.ini")),
	.certificate = LIST("certificate"), .key = LIST("key_file"), .by = "=", .comment = '#',
};
/* clang-format on */

const struct server *const keyvalue_table[] = {
	&postgresql.server, &mariadb.server, &slapd.server,    &exim.server,  &stunnel.server,   &proftpd.server, &vsftpd.server, &prosody.server,
	&ngircd.server,	    &lighttpd.server, &redis.server,   &mosquitto.server, &openvpn.server, &bind.server,  &xrdp.server,
};
const size_t keyvalue_count = COUNT_OF(keyvalue_table);
