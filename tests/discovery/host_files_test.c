/* SPDX-License-Identifier: Apache-2.0 */

/* Files, keys, stores and what is served, on a tree of our own making. */

#include "host_tree.h"

#include "base/arena.h"
#include "base/buf.h"

static struct arena *arena;
static struct made root_ca, shop, other;
static struct host_listener listeners[8];
static size_t listener_count;

static void fresh(void)
{
	arena_free(arena);
	arena = arena_new();
	listener_count = 0;
	tree_new();
	if (!root_ca.cert) {
		static struct arena *kept;

		kept = arena_new();
		root_ca = make(kept, &(struct make){.subject = "CN=Root", .ca = true});
		shop = make(kept, &(struct make){.subject = "CN=shop.example", .by = &root_ca, .names = "DNS:shop.example"});
		other = make(kept, &(struct make){.subject = "CN=other.example", .by = &root_ca, .names = "DNS:other.example"});
	}
}

static void listen_on(const char *server, uint16_t port)
{
	listeners[listener_count++] = (struct host_listener){.address = STR("127.0.0.1"), .any = true, .port = port, .server = str_of(server)};
}

static struct host_found *look(const char *path)
{
	struct str paths[] = {str_of(path)};
	struct host_options options = {
		.paths = paths, .path_count = path ? 1 : 0, .root = str_of(tree_root), .listeners = {listeners, listener_count}};
	struct host_found *found = NULL;
	struct err err;

	assert_true(host_look(arena, &options, &found, &err));
	return found;
}

static struct host_file *file_of(struct host_found *found, const char *path)
{
	for (size_t i = 0; i < found->file_count; i++)
		if (str_is(found->files[i].path, path))
			return &found->files[i];
	return NULL;
}

TEST(a_key_is_put_to_its_certificate_wherever_it_lies)
{
	struct host_found *found;

	fresh();
	tree_put_cert("/etc/ssl/shop.pem", &shop, &root_ca, false);
	tree_put_key("/etc/ssl/private/shop.key", &shop, 0600);
	found = look(NULL);
	assert_int_equal(found->file_count, 1);
	assert_non_null(found->files[0].key);
	assert_str(found->files[0].key->path, "/etc/ssl/private/shop.key");
	assert_int_equal(found->files[0].key_matches, HOST_YES);
	assert_int_equal(found->files[0].key->readers, HOST_READERS_OWNER);
	assert_int_equal(found->files[0].cert_count, 2);
}

TEST(a_key_of_another_certificate_is_told)
{
	struct host_found *found;

	fresh();
	tree_put_cert("/etc/nginx/shop.pem", &shop, NULL, false);
	tree_put_key("/etc/nginx/shop.key", &other, 0600);
	tree_put("/etc/nginx/nginx.conf", "http{server{listen 443 ssl;ssl_certificate shop.pem;ssl_certificate_key shop.key;}}");
	found = look(NULL);
	assert_int_equal(found->files[0].key_matches, HOST_NO);
	assert_int_equal(found->files[0].use_count, 1);
	assert_str(found->files[0].uses[0]->server, "nginx");
}

TEST(who_may_read_a_key_depends_on_the_folders_above)
{
	struct host_found *found;

	fresh();
	tree_put_cert("/open/a.pem", &shop, NULL, false);
	tree_put_key("/open/a.key", &shop, 0644);
	tree_put_cert("/closed/b.pem", &other, NULL, false);
	tree_put_key("/closed/keys/b.key", &other, 0644);
	assert_int_equal(chmod(tree_path("/closed/keys"), 0700), 0);
	found = look("/open");
	assert_int_equal(file_of(found, "/open/a.pem")->key->readers, HOST_READERS_EVERYONE);
	arena_free(arena);
	arena = arena_new();
	found = look("/closed");
	assert_int_equal(file_of(found, "/closed/b.pem")->key->readers, HOST_READERS_OWNER);
}

TEST(a_file_that_is_not_what_is_served_is_a_fact)
{
	const struct host_target *targets;
	struct host_found *found;
	struct host_file *file;

	fresh();
	listen_on("nginx", 443);
	listen_on("nginx", 8443);
	listen_on("sshd", 22);
	tree_put_cert("/etc/nginx/shop.pem", &shop, NULL, true);
	tree_put("/etc/nginx/nginx.conf", "http{server{listen 443 ssl;server_name shop.example *.shop.example;ssl_certificate shop.pem;"
					  "ssl_certificate_key shop.pem;}}");
	found = look(NULL);
	assert_int_equal(host_targets(found, arena, &targets), 1);
	assert_str(targets[0].server_name, "shop.example");
	assert_int_equal(targets[0].port, 443);
	file = file_of(found, "/etc/nginx/shop.pem");
	assert_int_equal(host_matches_served(file), HOST_UNKNOWN);
	host_served(found, &(struct host_target){STR("127.0.0.1"), 8443, STR("shop.example")}, (const uint8_t(*)[32]) & other.cert->sha256, 1);
	host_served(found, &(struct host_target){STR("127.0.0.1"), 443, {NULL, 0}}, (const uint8_t(*)[32]) & other.cert->sha256, 1);
	assert_int_equal(host_matches_served(file), HOST_UNKNOWN);
	host_served(found, &targets[0], (const uint8_t(*)[32]) & shop.cert->sha256, 1);
	assert_int_equal(host_matches_served(file), HOST_YES);
	host_served(found, &targets[0], (const uint8_t(*)[32]) & other.cert->sha256, 1);
	assert_int_equal(host_matches_served(file), HOST_NO);
}

TEST(one_of_two_certificates_of_an_endpoint_may_be_unseen)
{
	const struct host_target *targets;
	struct host_found *found;

	fresh();
	listen_on("nginx", 443);
	tree_put_cert("/etc/nginx/a.pem", &shop, NULL, true);
	tree_put_cert("/etc/nginx/b.pem", &other, NULL, true);
	tree_put("/etc/nginx/nginx.conf", "http{server{listen 443 ssl;server_name x.example;ssl_certificate a.pem;ssl_certificate_key a.pem;"
					  "ssl_certificate b.pem;ssl_certificate_key b.pem;}}");
	found = look(NULL);
	assert_int_equal(host_targets(found, arena, &targets), 1);
	host_served(found, &targets[0], (const uint8_t(*)[32]) & shop.cert->sha256, 1);
	assert_int_equal(host_matches_served(file_of(found, "/etc/nginx/a.pem")), HOST_YES);
	assert_int_equal(host_matches_served(file_of(found, "/etc/nginx/b.pem")), HOST_UNKNOWN);
}

TEST(haproxy_is_asked_for_the_names_in_its_certificates)
{
	const struct host_target *targets;
	struct host_found *found;

	fresh();
	listen_on("haproxy", 443);
	tree_put_cert("/etc/haproxy/certs/a.pem", &shop, NULL, true);
	tree_put_cert("/etc/haproxy/certs/b.pem", &other, NULL, true);
	tree_put("/etc/haproxy/haproxy.cfg", "frontend f\n bind :443 ssl crt /etc/haproxy/certs\n");
	found = look(NULL);
	assert_int_equal(host_targets(found, arena, &targets), 2);
	assert_str(targets[0].server_name, "shop.example");
}

TEST(certbots_store_says_who_renews)
{
	struct host_found *found;
	struct host_file *file, *copy;

	fresh();
	tree_put_cert("/etc/letsencrypt/archive/shop.example/cert1.pem", &other, NULL, false);
	tree_put_cert("/etc/letsencrypt/archive/shop.example/cert2.pem", &shop, NULL, false);
	tree_put_cert("/etc/letsencrypt/archive/shop.example/fullchain2.pem", &shop, &root_ca, false);
	tree_put_key("/etc/letsencrypt/archive/shop.example/privkey2.pem", &shop, 0600);
	tree_put("/etc/letsencrypt/renewal/shop.example.conf",
		 "archive_dir = /etc/letsencrypt/archive/shop.example\nfullchain = /etc/letsencrypt/live/shop.example/fullchain.pem\n"
		 "[renewalparams]\nauthenticator = webroot\nserver = https://ca.example/dir\n");
	tree_put("/etc/letsencrypt/live/shop.example/README", "x");
	assert_int_equal(symlink("../../archive/shop.example/fullchain2.pem", tree_path("/etc/letsencrypt/live/shop.example/fullchain.pem")), 0);
	tree_put_cert("/etc/ssl/copy.pem", &shop, NULL, false);
	found = look(NULL);
	file = file_of(found, "/etc/letsencrypt/live/shop.example/fullchain.pem");
	copy = file_of(found, "/etc/ssl/copy.pem");
	assert_non_null(file);
	assert_non_null(file->automation);
	assert_str(file->automation->client, "certbot");
	assert_str(file->automation->authenticator, "webroot");
	assert_int_equal(file->automation->renewals, 1);
	assert_non_null(copy);
	assert_ptr_equal(copy->automation, file->automation);
}

TEST(other_clients_stores_say_it_too)
{
	static const struct {
		const char *client, *path;
	} rows[] = {{"acme.sh", "/root/.acme.sh/shop.example_ecc/fullchain.cer"},
		    {"lego", "/var/lib/lego/certificates/shop.example.crt"},
		    {"caddy", "/var/lib/caddy/.local/share/caddy/certificates/acme-v02/shop.example/shop.example.crt"},
		    {"dehydrated", "/var/lib/dehydrated/certs/shop.example/fullchain.pem"}};
	struct host_file *file;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fresh();
		tree_put("/root/.acme.sh/shop.example_ecc/shop.example.conf", "Le_Domain='shop.example'\nLe_Webroot='dns_x'\nLe_API='https://ca'\n");
		tree_put_cert(rows[i].path, &shop, NULL, false);
		file = file_of(look(NULL), rows[i].path);
		assert_non_null(file);
		assert_non_null(file->automation);
		assert_str(file->automation->client, rows[i].client);
	}
}

TEST(many_authorities_are_one_trust_store)
{
	struct host_found *found;
	FILE *file;

	fresh();
	file = tree_open("/etc/ssl/certs/ca-certificates.crt");
	for (int i = 0; i < 9; i++) {
		struct made one = make(arena, &(struct make){.subject = "CN=R", .ca = true});
		char path[64];

		PEM_write_X509(file, one.x509);
		snprintf(path, sizeof path, "/etc/ssl/certs/one-%d.pem", i);
		tree_put_cert(path, &one, NULL, false);
	}
	fclose(file);
	tree_put_cert("/etc/ssl/certs/own.pem", &shop, NULL, false);
	found = look(NULL);
	assert_int_equal(found->file_count, 3);
	assert_int_equal(file_of(found, "/etc/ssl/certs")->counted, 9);
	assert_int_equal(file_of(found, "/etc/ssl/certs/ca-certificates.crt")->kind, HOST_TRUST_STORE);
	assert_int_equal(file_of(found, "/etc/ssl/certs/ca-certificates.crt")->cert_count, 0);
	assert_int_equal(file_of(found, "/etc/ssl/certs/own.pem")->kind, HOST_FILE);
}

static void copy_store(const char *name, const char *to)
{
	char from[256];
	FILE *in, *out = tree_open(to);
	int c;

	snprintf(from, sizeof from, "data/keystores/%s", name);
	in = fopen(from, "r");
	assert_non_null(in);
	while ((c = fgetc(in)) != EOF)
		fputc(c, out);
	fclose(in);
	fclose(out);
}

TEST(key_stores_are_opened_with_passwords_that_are_known)
{
	struct host_found *found;
	struct host_file *file;

	fresh();
	copy_store("cert-key-aes256cbc.p12", "/etc/tomcat9/named.p12"); /* password: cryptography */
	copy_store("cert-key-aes256cbc.p12", "/etc/ssl/closed.p12");
	copy_store("name-unicode-pwd.p12", "/etc/ssl/password.p12"); /* password: password */
	copy_store("keystore.jks", "/etc/ssl/k.jks");
	tree_put("/etc/tomcat9/server.xml", "<Server><Connector port='8443' keystoreFile='/etc/tomcat9/named.p12' keystorePass='cryptography'/></Server>");
	found = look(NULL);
	file = file_of(found, "/etc/tomcat9/named.p12");
	assert_non_null(file);
	assert_str(file->password, "configured");
	assert_int_equal(file->kind, HOST_KEYSTORE);
	assert_int_equal(file->use_count, 1);
	assert_int_equal(file->key_matches, HOST_YES);
	file = file_of(found, "/etc/ssl/closed.p12");
	assert_non_null(file);
	assert_str(file->password, "needed");
	assert_int_equal(file->cert_count, 0);
	file = file_of(found, "/etc/ssl/password.p12");
	assert_non_null(file);
	assert_str(file->password, "well-known");
	assert_non_null(file_of(found, "/etc/ssl/k.jks"));
}

TEST(kubeconfigs_and_acme_json_hold_certificates_within)
{
	struct host_found *found;
	struct host_file *file;
	BIO *bio = BIO_new(BIO_s_mem());
	unsigned char encoded[16384];
	char *data;
	long len;
	FILE *out;

	fresh();
	PEM_write_bio_X509(bio, shop.x509);
	len = BIO_get_mem_data(bio, &data);
	assert_true(len < 8192);
	EVP_EncodeBlock(encoded, (unsigned char *)data, (int)len);
	BIO_free(bio);
	out = tree_open("/root/.kube/config");
	fprintf(out, "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://x\nusers:\n- name: admin\n  user:\n    client-certificate-data: %s\n", encoded);
	fclose(out);
	out = tree_open("/etc/traefik/acme.json");
	fprintf(out, "{\"le\":{\"Account\":{},\"Certificates\":[{\"domain\":{\"main\":\"shop.example\"},\"certificate\":\"%s\",\"key\":\"\",\"Store\":\"default\"}]}}", encoded);
	fclose(out);
	found = look(NULL);
	file = file_of(found, "/root/.kube/config");
	assert_non_null(file);
	assert_int_equal(file->kind, HOST_KUBECONFIG);
	assert_str(file->alias, "admin");
	file = file_of(found, "/etc/traefik/acme.json");
	assert_non_null(file);
	assert_str(file->alias, "shop.example");
	assert_str(file->automation->client, "traefik");
}

TEST(a_hostile_tree_harms_nothing)
{
	struct host_found *found;
	char deep[4096] = "/t";

	fresh();
	tree_put_cert("/t/good.pem", &shop, NULL, true);
	tree_put_cert("/t/a\x1b[2J\n\xff.pem", &other, NULL, true);
	assert_int_equal(symlink(".", tree_path("/t/loop")), 0);
	assert_int_equal(symlink("/t/self.pem", tree_path("/t/self.pem")), 0);
	assert_int_equal(symlink("..", tree_path("/t/up")), 0);
	assert_int_equal(symlink("/dev/zero", tree_path("/t/zero.pem")), 0);
	assert_int_equal(mkfifo(tree_path("/t/fifo.pem"), 0666), 0);
	tree_put("/t/empty.pem", "");
	tree_put("/t/not.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n and so on, and so on, and so on\n");
	tree_put("/t/huge.pem", "x");
	assert_int_equal(truncate(tree_path("/t/huge.pem"), 1l << 33), 0);
	for (int i = 0; i < 60; i++) {
		size_t len = strlen(deep);

		snprintf(deep + len, sizeof deep - len, "/dd");
		assert_int_equal(mkdir(tree_path(deep), 0755), 0);
	}
	found = look("/t");
	assert_non_null(file_of(found, "/t/good.pem"));
	assert_non_null(file_of(found, "/t/a\x1b[2J\n\xff.pem"));
	assert_int_equal(found->file_count, 2);
	assert_true(found->limited);
}

TEST(the_record_is_json_with_its_keys)
{
	CLEANUP(buf_done) struct buf to = buf_capped(65536);
	struct json_out json = json_out_start(&to);
	struct host_found *found;

	fresh();
	tree_put_cert("/x/a.pem", &shop, NULL, true);
	found = look("/x/a.pem");
	host_file_write(&json, &found->files[0]);
	assert_non_null(strstr(to.data, "{\"target\":\"local\",\"location\":{\"kind\":\"file\",\"path\":\"/x/a.pem\""));
	assert_non_null(strstr(to.data, "\"matches\":true"));
	assert_non_null(strstr(to.data, "\"matches_served\":null"));
	assert_null(strstr(to.data, "PRIVATE"));
	arena_free(arena);
	arena = NULL;
}

TESTS(RUN(a_key_is_put_to_its_certificate_wherever_it_lies), RUN(a_key_of_another_certificate_is_told),
      RUN(who_may_read_a_key_depends_on_the_folders_above), RUN(a_file_that_is_not_what_is_served_is_a_fact),
      RUN(one_of_two_certificates_of_an_endpoint_may_be_unseen), RUN(haproxy_is_asked_for_the_names_in_its_certificates),
      RUN(certbots_store_says_who_renews), RUN(other_clients_stores_say_it_too), RUN(many_authorities_are_one_trust_store),
      RUN(key_stores_are_opened_with_passwords_that_are_known), RUN(kubeconfigs_and_acme_json_hold_certificates_within),
      RUN(a_hostile_tree_harms_nothing), RUN(the_record_is_json_with_its_keys))
