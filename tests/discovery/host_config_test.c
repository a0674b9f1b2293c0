/* SPDX-License-Identifier: Apache-2.0 */

/* Configurations of servers, as people write them, and what they name: "certificate key names @ports:line" a use. */

#include "host_tree.h"

#include "base/arena.h"
#include "base/buf.h"

static struct arena *arena;

static const char *uses_of(const struct host_found *found)
{
	static char text[65536];
	struct buf to = buf_capped(sizeof text);

	for (size_t i = 0; i < found->use_count; i++) {
		const struct host_use *use = found->uses[i];

		buf_addf(&to, "%s%.*s %.*s", i ? "\n" : "", STR_ARG(use->certificate), STR_ARG(use->key.data ? use->key : STR("-")));
		for (size_t j = 0; j < use->names.count; j++)
			buf_addf(&to, "%s%.*s", j ? "," : " ", STR_ARG(use->names.at[j]));
		for (size_t j = 0; j < use->bind_count; j++)
			buf_addf(&to, " @%.*s:%u", STR_ARG(use->binds[j].address), use->binds[j].port);
		if (use->alias.data)
			buf_addf(&to, " #%.*s", STR_ARG(use->alias));
		buf_addf(&to, "%s :%u", use->listens ? "" : " client", use->line);
	}
	snprintf(text, sizeof text, "%s", to.data ? to.data : "");
	buf_done(&to);
	return text;
}

static const char *read_config(const char *server, const char *path)
{
	struct host_found *found;
	struct err err;

	arena_free(arena);
	arena = arena_new();
	assert_true(host_config_read(arena, str_of(server), str_of(path), str_of(tree_root), &found, &err));
	return uses_of(found);
}

TEST(nginx_pairs_certificates_with_keys_names_and_addresses)
{
	tree_new();
	tree_put("/etc/nginx/nginx.conf",
		 "user www-data; # a comment ; with { in it\n"
		 "http {\n\tinclude /etc/nginx/sites-enabled/*;\n\tserver { listen 80; server_name plain.example; }\n}\n");
	tree_put("/etc/nginx/sites-enabled/shop",
		 "server {\n"
		 "  listen 443 ssl http2;\n  listen [::]:443 ssl;\n"
		 "  server_name shop.example www.shop.example \"quoted.example\" ~^(.+)\\.re$ _;\n"
		 "  ssl_certificate     /etc/ssl/shop.pem;\n  ssl_certificate_key ssl/shop.key;\n"
		 "  ssl_certificate     ecdsa.pem; ssl_certificate_key ecdsa.key;\n"
		 "  location / { if ($host = \"a;b{\") { return 301 https://x/${request_uri}; } }\n"
		 "}\n");
	assert_string_equal(
		read_config("nginx", "/etc/nginx/nginx.conf"),
		"/etc/ssl/shop.pem /etc/nginx/ssl/shop.key shop.example,www.shop.example,quoted.example @:443 @:443 :5\n"
		"/etc/nginx/ecdsa.pem /etc/nginx/ecdsa.key shop.example,www.shop.example,quoted.example @:443 @:443 :7");
}

TEST(an_nginx_server_has_the_certificate_of_the_block_around_it)
{
	tree_new();
	tree_put("/n/nginx.conf", "http {\n server { listen 127.0.0.1:8443 ssl; server_name a.example; }\n"
				  " server { listen 8080; server_name plain.example; }\n"
				  " ssl_certificate one.pem;\n ssl_certificate_key one.key;\n}\n"
				  "stream { server { listen 853 ssl; ssl_certificate dns.pem; ssl_certificate_key data:$key; } }\n"
				  "mail { server { listen 25; starttls on; ssl_certificate mail.pem; ssl_certificate_key mail.pem; } }\n");
	assert_string_equal(read_config("nginx", "/n/nginx.conf"), "/n/one.pem /n/one.key a.example @127.0.0.1:8443 :4\n"
								   "/n/dns.pem /n/data:$key @:853 :7\n"
								   "/n/mail.pem /n/mail.pem @:25 :8");
}

TEST(nginx_files_that_include_each_other_end)
{
	tree_new();
	tree_put("/n/nginx.conf", "include a.conf; server { listen 1 ssl; ssl_certificate x.pem; ssl_certificate_key x.key; }\n");
	tree_put("/n/a.conf", "include nginx.conf; include a.conf;");
	assert_non_null(strstr(read_config("nginx", "/n/nginx.conf"), "/n/x.pem /n/x.key @:1"));
}

TEST(apache_follows_includes_variables_and_virtual_hosts)
{
	tree_new();
	tree_put("/etc/apache2/envvars", "unset HOME\nif [ x ]; then\n SUFFIX=\"-a\"\nfi\nexport APACHE_LOG_DIR=/var/log/apache2$SUFFIX\n"
					 "export CERTS=/srv/certs\n");
	tree_put("/etc/apache2/apache2.conf", "ServerRoot \"/etc/apache2\"\nDefine NAME shop.example\n"
					      "IncludeOptional sites-enabled/*.conf\nInclude absent.conf\n");
	tree_put("/etc/apache2/sites-enabled/a.conf",
		 "<IfModule mod_ssl.c>\n<VirtualHost _default_:443 [::1]:8443>\n  ServerName https://${NAME}:443\n"
		 "  ServerAlias www.${NAME} \\\n    *.${NAME}\n  SSLEngine on\n"
		 "  SSLCertificateFile ${CERTS}/rsa.pem\n  SSLCertificateFile \"ssl/ec dsa.pem\"\n"
		 "  SSLCertificateKeyFile ${CERTS}/rsa.key\n  SSLCertificateKeyFile ssl/ecdsa.key\n</VirtualHost>\n</IfModule>\n"
		 "<VirtualHost *:80>\n ServerName plain.example\n</VirtualHost>\n"
		 "<virtualhost 10.0.0.1:443>\n sslengine on\n servername b.example\n sslcertificatefile /b.pem\n</virtualhost>\n");
	assert_string_equal(
		read_config("apache", "/etc/apache2/apache2.conf"),
		"/srv/certs/rsa.pem /srv/certs/rsa.key shop.example,www.shop.example,*.shop.example @:443 @::1:8443 :7\n"
		"/etc/apache2/ssl/ec dsa.pem /etc/apache2/ssl/ecdsa.key shop.example,www.shop.example,*.shop.example @:443 "
		"@::1:8443 :8\n"
		"/b.pem - b.example @10.0.0.1:443 :19");
}

TEST(an_apache_host_with_ssl_has_the_certificate_of_the_main_server)
{
	tree_new();
	tree_put("/h/conf/httpd.conf", "ServerRoot /h\nInclude conf/extra/ssl.conf\nSSLCertificateFile conf/s.crt\n"
				       "SSLCertificateKeyFile conf/s.key\n");
	tree_put("/h/conf/extra/ssl.conf", "<VirtualHost *:443>\nServerName a.example\nSSLEngine on\n</VirtualHost>\n");
	assert_string_equal(read_config("apache", "/h/conf/httpd.conf"), "/h/conf/s.crt /h/conf/s.key a.example @:443 :3");
}

TEST(haproxy_reads_binds_folders_and_lists)
{
	tree_new();
	tree_put("/etc/haproxy/certs/a.pem", "x");
	tree_put("/etc/haproxy/certs/b.pem", "x");
	tree_put("/etc/haproxy/certs/b.pem.key", "x");
	tree_put("/etc/haproxy/certs/b.pem.ocsp", "x");
	tree_put("/etc/haproxy/one.pem", "x");
	tree_put("/etc/haproxy/list.txt", "# names\none.pem [alpn h2,http/1.1 ssl-min-ver TLSv1.2] *.example.org !not.example.org\n"
					  "/x/two.pem two.example\n");
	tree_put("/etc/haproxy/haproxy.cfg",
		 "global\n  crt-base /etc/haproxy\n  ssl-default-bind-options no-sslv3 # x\n"
		 "frontend www\n  bind *:443,ipv6@:::8443 ssl crt certs alpn h2\n"
		 "  bind 127.0.0.1:9443 ssl crt-list /etc/haproxy/list.txt\n  bind /run/x.sock ssl crt one.pem\n"
		 "  bind \"${ADDR}:1\" ssl crt one.pem\n"
		 "backend b\n  server s1 10.0.0.1:443 ssl verify none crt /c/client.pem\n");
	assert_string_equal(read_config("haproxy", "/etc/haproxy/haproxy.cfg"),
			    "/etc/haproxy/certs/a.pem - @:443 @:8443 :5\n"
			    "/etc/haproxy/certs/b.pem /etc/haproxy/certs/b.pem.key @:443 @:8443 :5\n"
			    "/etc/haproxy/one.pem - *.example.org @127.0.0.1:9443 :2\n"
			    "/x/two.pem - two.example @127.0.0.1:9443 :3\n"
			    "/etc/haproxy/one.pem - :7\n"
			    "/etc/haproxy/one.pem - :8\n"
			    "/c/client.pem - client :10");
}

TEST(haproxy_reads_a_store_of_certificates)
{
	tree_new();
	tree_put("/h/haproxy.cfg", "crt-store web\n  crt-base /srv/crt\n  key-base /srv/key\n  load crt \"a.crt\" key \"a.key\" alias a\n"
				   "frontend f\n  bind :443 ssl crt @web/a\n");
	assert_string_equal(read_config("haproxy", "/h/haproxy.cfg"), "/srv/crt/a.crt /srv/key/a.key :4");
}

TEST(postfix_reads_its_parameters_services_and_names)
{
	tree_new();
	tree_put("/etc/postfix/main.cf",
		 "# x\nmyhostname = mail.example\ncerts = /etc/ssl\n"
		 "smtpd_tls_cert_file = ${certs}/$myhostname.pem\nsmtpd_tls_key_file=\n  $certs/mail.key\n"
		 "smtp_tls_cert_file = client.pem\nsmtp_tls_key_file = $smtp_tls_cert_file\n"
		 "tls_server_sni_maps = hash:/etc/postfix/sni\n");
	tree_put("/etc/postfix/sni", "other.example /k/other.key, /c/other.pem\n.wild.example /c/wild.pem\n");
	tree_put("/etc/postfix/master.cf",
		 "smtp      inet  n       -       y       -       -       smtpd\n"
		 "submission inet n       -       y       -       -       smtpd\n"
		 "  -o syslog_name=postfix/submission\n#  -o smtpd_tls_cert_file=/not/this.pem\n"
		 "  -o smtpd_tls_chain_files=/s/key.pem,/s/chain.pem\n"
		 "127.0.0.1:2465 inet n - y - - smtpd -o smtpd_tls_cert_file=/t/own.pem -o smtpd_tls_wrappermode=yes\n"
		 "cleanup   unix  n       -       y       -       0       cleanup\n");
	assert_string_equal(read_config("postfix", "/etc/postfix/main.cf"),
			    "/etc/ssl/mail.example.pem /etc/ssl/mail.key :4\n"
			    "/etc/postfix/client.pem /etc/postfix/client.pem client :7\n"
			    "/k/other.key - other.example :1\n"
			    "/c/other.pem /k/other.key other.example :1\n"
			    "/c/wild.pem - *.wild.example :2\n"
			    "/s/key.pem - @:587 :2\n"
			    "/s/chain.pem /s/key.pem @:587 :2\n"
			    "/t/own.pem /etc/ssl/mail.key @127.0.0.1:2465 :6");
}

TEST(postfix_parameters_that_name_themselves_end)
{
	tree_new();
	tree_put("/p/main.cf", "a = $b$b\nb = $a$a\nsmtpd_tls_cert_file = $a/x.pem\n");
	assert_non_null(strstr(read_config("postfix", "/p/main.cf"), "/x.pem"));
}

TEST(dovecot_reads_old_and_new_names_and_blocks)
{
	tree_new();
	tree_put("/etc/dovecot/dovecot.conf", "protocols = imap\n!include conf.d/*.conf\n!include_try local.conf\n"
					      "ssl_server_cert_file = /new/cert.pem\nssl_server_key_file = /new/key.pem\n");
	tree_put("/etc/dovecot/conf.d/10-ssl.conf",
		 "ssl = yes\nssl_cert = </etc/dovecot/private/d.pem # the pair\nssl_key = <private/d.key\n"
		 "ssl_alt_cert = </alt.pem\nssl_alt_key = </alt.key\n"
		 "local_name imap.example {\n  ssl_cert = < /names/imap.pem\n  ssl_key = < /names/imap.key\n}\n"
		 "protocol pop3 {\n  ssl_cert = </pop.pem\n}\n");
	assert_string_equal(read_config("dovecot", "/etc/dovecot/dovecot.conf"),
			    "/new/cert.pem /new/key.pem :4\n"
			    "/alt.pem /alt.key :4\n"
			    "/names/imap.pem /names/imap.key imap.example :7\n"
			    "/pop.pem - :11");
}

TEST(tomcat_reads_old_and_new_connectors)
{
	tree_new();
	tree_put("/opt/tomcat/conf/server.xml",
		 "<?xml version=\"1.0\"?>\n<!DOCTYPE Server [<!ENTITY x \"y\">]>\n<Server port=\"8005\"><Service>\n"
		 "<!-- <Connector port=\"1\" keystoreFile=\"no.jks\"/> -->\n"
		 "<Connector port=\"8443\" SSLEnabled=\"true\"\n  keystoreFile=\"${catalina.base}/conf/k.jks\" keystorePass=\"secret\" "
		 "keyAlias=\"Tomcat\"/>\n"
		 "<Connector port=\"9443\" address=\"127.0.0.1\">\n <SSLHostConfig hostName=\"a.example\">\n"
		 "  <Certificate certificateKeystoreFile=\"conf/a.p12\" type=\"RSA\"/>\n"
		 "  <Certificate certificateFile=\"/c/a.pem\" certificateKeyFile=\"/c/a.key\" type=\"EC\"/>\n </SSLHostConfig>\n"
		 " <SSLHostConfig><Certificate certificateKeystoreFile=\"conf/d.p12\"/></SSLHostConfig></Connector>\n"
		 "</Service></Server>\n");
	assert_string_equal(read_config("tomcat", "/opt/tomcat/conf/server.xml"),
			    "/opt/tomcat/conf/k.jks - @:8443 #tomcat :5\n"
			    "/opt/tomcat/conf/a.p12 - a.example @127.0.0.1:9443 :9\n"
			    "/c/a.pem /c/a.key a.example @127.0.0.1:9443 :10\n"
			    "/opt/tomcat/conf/d.p12 - @127.0.0.1:9443 :12");
}

TEST(caddy_reads_sites_with_files)
{
	tree_new();
	tree_put("/etc/caddy/Caddyfile",
		 "{\n  email a@example.org\n}\n(snippet) {\n  encode gzip\n}\n"
		 "https://shop.example, www.shop.example:8443 {\n  tls /c/shop.pem /c/shop.key\n  reverse_proxy :1\n}\n"
		 "auto.example {\n  tls internal\n  respond \"hi\"\n}\nother.example {\n  tls {$DIR:/d}/o.pem {$KEY:/d/o.key} {\n"
		 "    protocols tls1.2\n  }\n}\nimport sites/*\n");
	tree_put("/etc/caddy/sites/x", "x.example {\n\ttls x.pem x.key\n}\n");
	assert_string_equal(read_config("caddy", "/etc/caddy/Caddyfile"),
			    "/c/shop.pem /c/shop.key shop.example,www.shop.example @:443 @:8443 :8\n"
			    "/d/o.pem /d/o.key other.example @:443 :16\n"
			    "/etc/caddy/sites/x.pem /etc/caddy/sites/x.key x.example @:443 :2");
}

TEST(traefik_reads_yaml_and_toml)
{
	tree_new();
	tree_put("/etc/traefik/traefik.yml", "entryPoints:\n  websecure:\n    address: ':443'\nproviders:\n  file:\n    directory: "
					     "/etc/traefik/dynamic\ncertificatesResolvers:\n  le:\n    acme:\n      storage: acme.json\n");
	tree_put("/etc/traefik/dynamic/a.yml", "tls:\n  certificates:\n    - certFile: /c/a.pem\n      keyFile: /c/a.key\n"
					       "    - {certFile: b.pem, keyFile: b.key}\n  stores:\n    default:\n"
					       "      defaultCertificate:\n        certFile: /c/d.pem\n        keyFile: /c/d.key\n");
	tree_put("/etc/traefik/dynamic/b.toml", "# x\n[[tls.certificates]]\n  certFile = \"/t/a.pem\" # x\n  keyFile = '/t/a.key'\n"
						"[[tls.certificates]]\n  keyFile = \"/t/b.key\"\n  certFile = \"/t/b.pem\"\n"
						"  stores = [\"default\",\n \"x\"]\n[http.routers.r]\nrule = \"Host(`a`)\"\n");
	assert_string_equal(read_config("traefik", "/etc/traefik/traefik.yml"),
			    "/c/a.pem /c/a.key :3\n/etc/traefik/dynamic/b.pem /etc/traefik/dynamic/b.key :5\n/c/d.pem /c/d.key :9\n"
			    "/t/a.pem /t/a.key :3\n/t/b.pem /t/b.key :7");
}

TEST(servers_with_plain_lines_are_read_by_their_rows)
{
	static const struct {
		const char *server, *path, *text, *uses;
	} rows[] = {
		{"postgresql", "/p/postgresql.conf", "ssl = on\nssl_cert_file = '/c/p.pem'   # x\nssl_key_file = '/c/p.key'\n#ssl_cert_file='x'\n", "/c/p.pem /c/p.key :2"},
		{"mariadb", "/m/my.cnf", "[mysqld]\nssl-cert=/c/m.pem\nssl_key = /c/m.key\n", "/c/m.pem /c/m.key :2"},
		{"slapd", "/l/cn=config.ldif", "dn: cn=config\nolcTLSCertificateFile: /c/l.pem\nolcTLSCertificateKeyFile: /c/l.key\n", "/c/l.pem /c/l.key :2"},
		{"exim", "/x/exim4.conf", "tls_certificate = /c/x.pem\ntls_privatekey = ${if x}\n", "/c/x.pem - :1"},
		{"stunnel", "/s/stunnel.conf", "; x\ncert = /c/s.pem\n[a]\naccept = 1\ncert=a.pem\nkey=a.key\n", "/c/s.pem - :2\n/s/a.pem /s/a.key :5"},
		{"proftpd", "/f/proftpd.conf", "<IfModule x>\nTLSRSACertificateFile /c/f.pem\nTLSRSACertificateKeyFile /c/f.key\n</IfModule>\n", "/c/f.pem /c/f.key :2"},
		{"prosody", "/y/prosody.cfg.lua", "-- x\nssl = {\n  key = \"/c/y.key\";\n  certificate = \"/c/y.pem\";\n}\n", "/c/y.pem /c/y.key :4"},
		{"ngircd", "/i/ngircd.conf", "[SSL]\n\tCertFile = /c/i.pem\n\tKeyFile = /c/i.key\n", "/c/i.pem /c/i.key :2"},
		{"lighttpd", "/w/lighttpd.conf", "ssl.pemfile = \"/c/w.pem\"\nssl.privkey = \"/c/w.key\"\n", "/c/w.pem /c/w.key :1"},
		{"redis", "/r/redis.conf", "tls-port 6379\ntls-cert-file /c/r.pem\ntls-key-file /c/r.key\n", "/c/r.pem /c/r.key :2"},
		{"bind", "/b/named.conf", "tls local {\n\tkey-file \"/c/b.key\";\n\tcert-file \"/c/b.pem\";\n};\n", "/c/b.pem /c/b.key :3"},
	};

	tree_new();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		tree_put(rows[i].path, rows[i].text);
		assert_string_equal(read_config(rows[i].server, rows[i].path), rows[i].uses);
	}
}

TEST(odd_texts_harm_no_reader)
{
	static const char *const texts[] = {"", "}", "{", "{{{{{{", "\"", "'", "\\", "a \\", "a\\\n", "$", "${", "include", "include /;",
					    "<", "</", "<VirtualHost", "[", "[[", "[[a", "a=", "a = [", "a={b", "=\n=\n", "tls:\n - [", "!include",
					    "ssl_certificate;", "ssl_certificate ${x;", "\xff\xfe\x00", "bind", "bind x crt", "x:\n\ty"};
	const char *server;
	char path[64];

	tree_new();
	for (size_t t = 0; t < COUNT_OF(texts); t++)
		for (size_t i = 0; (server = host_server_at(i)); i++) {
			snprintf(path, sizeof path, "/%s/%zu", server, t);
			tree_put(path, texts[t]);
			(void)read_config(server, path);
		}
	arena_free(arena);
	arena = NULL;
}

TESTS(RUN(nginx_pairs_certificates_with_keys_names_and_addresses), RUN(an_nginx_server_has_the_certificate_of_the_block_around_it),
      RUN(nginx_files_that_include_each_other_end), RUN(apache_follows_includes_variables_and_virtual_hosts),
      RUN(an_apache_host_with_ssl_has_the_certificate_of_the_main_server), RUN(haproxy_reads_binds_folders_and_lists),
      RUN(haproxy_reads_a_store_of_certificates), RUN(postfix_reads_its_parameters_services_and_names),
      RUN(postfix_parameters_that_name_themselves_end), RUN(dovecot_reads_old_and_new_names_and_blocks),
      RUN(tomcat_reads_old_and_new_connectors), RUN(caddy_reads_sites_with_files), RUN(traefik_reads_yaml_and_toml),
      RUN(servers_with_plain_lines_are_read_by_their_rows), RUN(odd_texts_harm_no_reader))
