/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Protocols by name: a line each. The first line of a port says what is usually spoken there. A protocol
 * that has no way to begin TLS later ("tls") is always dialled with a ClientHello first.
 */

#include "discovery/target.h"

/* clang-format off */
static const struct target_protocol table[] = {
	/* name              port   spoken         common */
	{"https",             443, "tls",          true},
	{"https-alt",        8443, "tls",          true},
	{"http",              443, "tls",          false},
	{"tls",               443, "tls",          false},
	{"ssl",               443, "tls",          false},
	{"wss",               443, "tls",          false},
	{"smtp",               25, "smtp",         true},
	{"submission",        587, "smtp",         true},
	{"smtps",             465, "tls",          true},
	{"submissions",       465, "tls",          false},
	{"lmtp",               24, "lmtp",         false},
	{"imap",              143, "imap",         true},
	{"imaps",             993, "tls",          true},
	{"pop3",              110, "pop3",         true},
	{"pop3s",             995, "tls",          true},
	{"sieve",            4190, "sieve",        true},
	{"managesieve",      4190, "sieve",        false},
	{"nntp",              119, "nntp",         false},
	{"nntps",             563, "tls",          false},
	{"ftp",                21, "ftp",          true},
	{"ftps",              990, "tls",          true},
	{"ldap",              389, "ldap",         true},
	{"ldaps",             636, "tls",          true},
	{"ldap-gc",          3268, "ldap",         false},
	{"ldaps-gc",         3269, "tls",          true},
	{"xmpp",             5222, "xmpp",         true},
	{"xmpp-client",      5222, "xmpp",         false},
	{"xmpps",            5223, "tls",          false},
	{"xmpp-server",      5269, "xmpp-server",  true},
	{"xmpps-server",     5270, "tls",          false},
	{"irc",              6667, "irc",          false},
	{"ircs",             6697, "tls",          true},
	{"telnet",             23, "telnet",       false},
	{"telnets",           992, "tls",          false},
	{"mysql",            3306, "mysql",        true},
	{"mariadb",          3306, "mysql",        false},
	{"postgres",         5432, "postgres",     true},
	{"postgresql",       5432, "postgres",     false},
	{"rdp",              3389, "rdp",          true},
	{"mssql",            1433, "mssql",        true},
	{"tds",              1433, "mssql",        false},
	{"vnc",              5900, "vnc",          false},
	{"amqp",             5672, "amqp",         false},
	{"amqps",            5671, "tls",          true},
	{"mqtts",            8883, "tls",          true},
	{"mqtt",             8883, "tls",          false},
	{"redis",            6379, "tls",          true},
	{"rediss",           6379, "tls",          false},
	{"mongodb",         27017, "tls",          true},
	{"kafka",            9093, "tls",          false},
	{"nats",             4222, "nats",         false},
	{"nut",              3493, "nut",          false},
	{"nbd",             10809, "nbd",          false},
	{"openvpn",          1194, "openvpn",      false},
	{"ipp",               631, "ipp",          false},
	{"ipps",              631, "tls",          false},
	{"dot",               853, "tls",          true},
	{"docker",           2376, "tls",          true},
	{"etcd",             2379, "tls",          false},
	{"etcd-peer",        2380, "tls",          false},
	{"kubernetes",       6443, "tls",          true},
	{"kubelet",         10250, "tls",          false},
	{"elasticsearch",    9200, "tls",          false},
	{"vault",            8200, "tls",          false},
	{"consul",           8501, "tls",          false},
	{"oracle",           2484, "tls",          false},
	{"tcps",             2484, "tls",          false},
	{"cassandra",        9142, "tls",          false},
	{"sips",             5061, "tls",          true},
	{"syslog",           6514, "tls",          true},
	{"radsec",           2083, "tls",          false},
	{"winrm",            5986, "tls",          true},
	{"stomp",           61614, "tls",          false},
	{"coaps",            5684, "tls",          false},
	{"turns",            5349, "tls",          false},
	{"nrpe",             5666, "tls",          false},
	{"zabbix",          10051, "tls",          false},
	{"puppet",           8140, "tls",          false},
	{"cpanel",           2087, "tls",          false},
	{"proxmox",          8006, "tls",          false},
	{"webmin",          10000, "tls",          false},
};
/* clang-format on */

const struct target_protocol *target_protocols(size_t *count)
{
	*count = COUNT_OF(table);
	return table;
}

const struct target_protocol *target_protocol_find(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (str_equal_nocase(name, str_of(table[i].name)))
			return &table[i];
	return NULL;
}

const char *target_protocol_of_port(uint16_t port)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (table[i].port == port)
			return table[i].protocol;
	return NULL;
}
