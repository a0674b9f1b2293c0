/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tomcat: server.xml names key stores as attributes of Connector (the old style) or of Certificate within SSLHostConfig (the new
 * one), or PEM files for its native library. ${catalina.base} is the folder above conf; relative paths count from it. XML is
 * read by expat, which opens nothing itself. After tomcat.apache.org/tomcat-9.0-doc/config/http.html.
 */

#include <expat.h>

#include <string.h>

#include "discovery/host/room.h"

struct reading {
	struct look *look;
	const struct server *server;
	struct str path, base;
	XML_Parser parser;
	struct grow binds; /* of the Connector that is open */
	struct str name;   /* hostName of the SSLHostConfig that is open; NULL data */
	struct host_use *use;
};

static struct str variable(void *data, struct str name)
{
	struct reading *r = data;

	if (str_is(name, "catalina.base") || str_is(name, "catalina.home"))
		return r->base;
	return (struct str){NULL, 0};
}

static struct str attribute(const char **attributes, const char *name)
{
	for (size_t i = 0; attributes[i]; i += 2)
		if (strcmp(attributes[i], name) == 0)
			return str_of(attributes[i + 1]);
	return (struct str){NULL, 0};
}

/* The first of two names that is there: the new one and the old one. */
static struct str either(const char **attributes, const char *one, const char *other)
{
	struct str value = attribute(attributes, one);

	return value.data ? value : attribute(attributes, other);
}

static struct str path_of(struct reading *r, struct str value)
{
	struct str path = expanded(r->look->arena, value, "{", variable, r);

	if (str_starts(path, STR("file:")))
		path = str_skip(path, str_starts(path, STR("file:///")) ? 7 : 5);
	return path.len ? path_join(r->look->arena, r->base, path) : (struct str){NULL, 0};
}

static void add(struct reading *r, const char **attributes)
{
	struct str store = path_of(r, either(attributes, "certificateKeystoreFile", "keystoreFile"));
	struct str file = path_of(r, either(attributes, "certificateFile", "SSLCertificateFile"));
	struct str key = path_of(r, either(attributes, "certificateKeyFile", "SSLCertificateKeyFile"));
	struct str alias = either(attributes, "certificateKeyAlias", "keyAlias");
	struct str password = either(attributes, "certificateKeystorePassword", "keystorePass");
	struct grow names = {&r->name, 1, 1};
	struct host_use *use;

	if (!store.data && !file.data)
		return;
	use = use_add(r->look, r->server, r->path, (uint32_t)XML_GetCurrentLineNumber(r->parser), store.data ? store : file);
	if (key.data && !store.data)
		use->key = key;
	if (alias.data)
		use->alias = arena_lower(r->look->arena, alias);
	if (store.data && password.data && str_find(password, STR("${")) == SIZE_MAX)
		look_password(r->look, store, password);
	if (r->name.data)
		use_names(r->look, use, &names);
	use_binds(r->look, use, &r->binds);
}

static void start(void *data, const char *element, const char **attributes)
{
	struct reading *r = data;

	if (!look_step(r->look, r->path)) {
		XML_StopParser(r->parser, XML_FALSE);
		return;
	}
	if (strcmp(element, "Connector") == 0) {
		struct str address = attribute(attributes, "address"), port = attribute(attributes, "port");
		uint64_t number;

		r->binds = (struct grow){0};
		r->name = (struct str){NULL, 0};
		if (port.data && str_to_u64(port, 65535, &number) && number)
			*(struct host_bind *)grow_add(r->look->arena, &r->binds, sizeof(struct host_bind)) =
				(struct host_bind){address.data ? arena_str(r->look->arena, address) : address, (uint16_t)number};
		add(r, attributes);
	} else if (strcmp(element, "SSLHostConfig") == 0) {
		struct str name = attribute(attributes, "hostName");

		r->name = name.data ? arena_str(r->look->arena, name) : name;
		add(r, attributes);
	} else if (strcmp(element, "Certificate") == 0) {
		add(r, attributes);
	}
}

static void end(void *data, const char *element)
{
	struct reading *r = data;

	if (strcmp(element, "SSLHostConfig") == 0)
		r->name = (struct str){NULL, 0};
}

static void read(struct look *look, const struct server *server, struct str path)
{
	struct reading r = {.look = look, .server = server, .path = path, .base = path_folder(path_folder(path))};
	struct str text;

	if (!path_config(look, path, true, &text))
		return;
	r.parser = XML_ParserCreate(NULL);
	if (!r.parser)
		return;
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, start, end);
	if (XML_Parse(r.parser, text.data, (int)text.len, 1) == XML_STATUS_ERROR)
		look_problem(look, path, (uint32_t)XML_GetCurrentLineNumber(r.parser), "%s",
			     XML_ErrorString(XML_GetErrorCode(r.parser)));
	XML_ParserFree(r.parser);
}

const struct server server_tomcat = {
	.name = "tomcat",
	.programs = (const char *const[]){"java", "jsvc", NULL},
	.configs = (const char *const[]){"/etc/tomcat*/server.xml", "/var/lib/tomcat*/conf/server.xml",
					 "/usr/share/tomcat*/conf/server.xml", "/opt/tomcat*/conf/server.xml",
					 "/opt/apache-tomcat*/conf/server.xml", NULL},
	.names = (const char *const[]){"server.xml", NULL},
	.long_option = "Dcatalina.base",
	.within = "conf/server.xml",
	.variable = "CATALINA_BASE",
	.read = read,
};
