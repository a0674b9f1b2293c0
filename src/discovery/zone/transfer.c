/* SPDX-License-Identifier: Apache-2.0 */

/*
 * AXFR over one connection: the SOA first, then, when its serial is news, the zone: messages until the SOA comes a second
 * time. With a key, every message must be signed, each signature covering the one before it.
 * After RFC 5936 section 2.2, RFC 8945 section 5.3.1, RFC 7766.
 */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "discovery/zone/inside.h"

enum { TIMEOUT_MS = 60000, FUDGE_S = 300, CLASS_IN = LDNS_RR_CLASS_IN };

struct transfer {
	struct arena *arena;
	const struct zone_asked *asked;
	int fd;
	int64_t until_ms;
	size_t bytes;
	struct buf in;      /* one message */
	ldns_rdf *mac;      /* of the message before; owned */
	uint16_t id;
	bool first;         /* no answer to this question has come yet */
};

static bool unreached(struct err *err, const char *what)
{
	return err_set(err, errno == ETIMEDOUT ? ERR_TIMEOUT : ERR_UNREACHED, "%s: %s", what, strerror(errno));
}

static bool wait_for(struct transfer *transfer, short events, struct err *err)
{
	int64_t left = transfer->until_ms - clock_ticks_ms();
	struct pollfd poll_fd = {.fd = transfer->fd, .events = events};
	int n = left > 0 ? poll(&poll_fd, 1, (int)left) : 0;

	if (n == 0)
		return err_set(err, ERR_TIMEOUT, "no answer in time");
	return n > 0 || errno == EINTR || unreached(err, "waiting for an answer");
}

static bool dial(struct transfer *transfer, struct err *err)
{
	const struct dns_address *at = &transfer->asked->address;
	uint16_t port = htons(transfer->asked->port ? transfer->asked->port : 53);
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = port};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = port};
	int failed = 0, n;
	socklen_t len = sizeof failed;

	memcpy(&v4.sin_addr, at->bytes, 4);
	memcpy(&v6.sin6_addr, at->bytes, 16);
	transfer->fd = socket(at->len == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (transfer->fd < 0)
		return unreached(err, "socket");
	n = at->len == 4 ? connect(transfer->fd, (struct sockaddr *)(void *)&v4, sizeof v4)
			 : connect(transfer->fd, (struct sockaddr *)(void *)&v6, sizeof v6);
	if (n == 0)
		return true;
	if (errno != EINPROGRESS)
		return unreached(err, "no connection");
	if (!wait_for(transfer, POLLOUT, err))
		return false;
	if (getsockopt(transfer->fd, SOL_SOCKET, SO_ERROR, &failed, &len) != 0 || failed) {
		errno = failed;
		return unreached(err, "no connection");
	}
	return true;
}

static bool send_all(struct transfer *transfer, struct bytes data, struct err *err)
{
	while (data.len) {
		ssize_t n = send(transfer->fd, data.data, data.len, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return unreached(err, "the question was not taken");
		if (n <= 0) {
			if (!wait_for(transfer, POLLOUT, err))
				return false;
			continue;
		}
		data.data += n;
		data.len -= (size_t)n;
	}
	return true;
}

static bool receive(struct transfer *transfer, size_t len, struct err *err)
{
	buf_clear(&transfer->in);
	while (transfer->in.len < len) {
		char *to = buf_reserve(&transfer->in, len - transfer->in.len);
		ssize_t n = to ? recv(transfer->fd, to, len - transfer->in.len, 0) : -1;

		if (!to)
			return err_set(err, ERR_INTERNAL, "a message of %zu bytes", len);
		if (n == 0)
			return err_set(err, ERR_REFUSED, "it closed the connection before the zone was complete");
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return unreached(err, "the connection broke");
		if (n < 0) {
			if (!wait_for(transfer, POLLIN, err))
				return false;
			continue;
		}
		transfer->in.len += (size_t)n;
	}
	return true;
}

static bool broken(struct err *err, const char *what)
{
	err_set(err, ERR_PROTOCOL, "%s", what);
	return err_fix(err, "zone-answer", "see with dig AXFR what it answers; report it if dig is content");
}

static const ldns_rdf *mac_of(ldns_pkt *packet)
{
	ldns_rr *tsig = ldns_pkt_tsig(packet);

	return tsig && ldns_rr_rd_count(tsig) > 3 ? ldns_rr_rdf(tsig, 3) : NULL;
}

static void keep_mac(struct transfer *transfer, ldns_pkt *packet)
{
	const ldns_rdf *mac = mac_of(packet);

	ldns_rdf_deep_free(transfer->mac);
	transfer->mac = mac ? ldns_rdf_clone(mac) : NULL;
}

static bool ask(struct transfer *transfer, ldns_rr_type type, struct err *err)
{
	const struct zone_key *key = transfer->asked->key;
	CLEANUP(buf_done) struct buf out = buf_capped(65600);
	ldns_rdf *name = ldns_dname_new_frm_str(arena_str(transfer->arena, transfer->asked->zone).data);
	ldns_pkt *packet = name ? ldns_pkt_query_new(name, type, (ldns_rr_class)CLASS_IN, 0) : NULL;
	uint8_t *wire = NULL;
	size_t len = 0;
	bool ok = packet != NULL;

	if (ok) {
		ldns_pkt_set_random_id(packet);
		transfer->id = ldns_pkt_id(packet);
		transfer->first = true;
	}
	if (ok && key)
		ok = ldns_pkt_tsig_sign(packet, key->name.data, key->secret.data, FUDGE_S, key->algorithm.data, NULL) ==
		     LDNS_STATUS_OK;
	ok = ok && ldns_pkt2wire(&wire, packet, &len) == LDNS_STATUS_OK;
	if (ok) {
		keep_mac(transfer, packet);
		buf_add_u16(&out, (uint16_t)len);
		buf_add(&out, wire, len);
	}
	LDNS_FREE(wire);
	if (packet)
		ldns_pkt_free(packet);
	else
		ldns_rdf_deep_free(name);
	if (!ok) {
		err_set(err, ERR_INPUT, "the question could not be written: is the key's algorithm known, its secret base64?");
		return err_fix(err, "zone-key-file", "write it with tsig-keygen, or as hmac-sha256:NAME:BASE64 in one line");
	}
	return send_all(transfer, buf_bytes(&out), err);
}

static bool refused(const struct transfer *transfer, ldns_pkt *packet, struct err *err)
{
	unsigned code = ldns_pkt_get_rcode(packet);
	bool key = code == LDNS_RCODE_NOTAUTH && transfer->asked->key;
	ldns_lookup_table *name = ldns_lookup_by_id(ldns_rcodes, (int)code);

	if (key) {
		err_set(err, ERR_DENIED, "it does not know the key, or the clocks differ (NOTAUTH)");
		return err_fix(err, "zone-key", "give the key that the server has under that name; compare the clocks");
	}
	err_set(err, ERR_REFUSED, "it does not give the zone to us (%s)", name ? name->name : "unknown code");
	return err_fix(err, "zone-refused", "allow this machine's address, or a key, to transfer the zone (allow-transfer, acl)");
}

static bool verify(struct transfer *transfer, ldns_pkt *packet, struct err *err)
{
	const struct zone_key *key = transfer->asked->key;
	const uint8_t *wire = (const uint8_t *)transfer->in.data;
	bool good;

	if (!key)
		return true;
	good = ldns_pkt_tsig(packet) && ldns_pkt_tsig_verify_next(packet, wire, transfer->in.len, key->name.data, key->secret.data,
								 transfer->mac, transfer->first ? 0 : 1);
	if (!good) {
		err_set(err, ERR_DENIED, "RFC 8945 5.3: an answer is not signed with the key");
		return err_fix(err, "zone-key", "give the key that the server has under that name; compare the clocks");
	}
	keep_mac(transfer, packet);
	return true;
}

/* The next message, verified. The caller frees it. */
static bool next_message(struct transfer *transfer, ldns_pkt **out, struct err *err)
{
	ldns_pkt *packet = NULL;
	size_t len;
	bool ok;

	if (!receive(transfer, 2, err))
		return false;
	len = (size_t)(uint8_t)transfer->in.data[0] << 8 | (uint8_t)transfer->in.data[1];
	transfer->bytes += len;
	if (transfer->bytes > LIMIT_ZONE_BYTES) {
		err_set(err, ERR_PROTOCOL, "the zone is longer than %d bytes", LIMIT_ZONE_BYTES);
		return err_fix(err, "zone-limit", "name the parts of it that have servers as zones of their own");
	}
	if (!receive(transfer, len, err))
		return false;
	if (ldns_wire2pkt(&packet, (const uint8_t *)transfer->in.data, transfer->in.len) != LDNS_STATUS_OK)
		return broken(err, "RFC 1035 4: an answer cannot be read");
	ok = ldns_pkt_id(packet) == transfer->id && ldns_pkt_qr(packet);
	if (!ok)
		broken(err, "RFC 1035 4.1.1: what came is no answer to our question");
	else if (ldns_pkt_get_rcode(packet) != LDNS_RCODE_NOERROR)
		ok = refused(transfer, packet, err);
	else
		ok = verify(transfer, packet, err);
	transfer->first = false;
	if (ok)
		*out = packet;
	else
		ldns_pkt_free(packet);
	return ok;
}

static bool is_our_soa(const struct transfer *transfer, const ldns_rr *rr, uint32_t *serial)
{
	struct str owner, zone = transfer->asked->zone;

	if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_SOA || ldns_rr_rd_count(rr) != 7)
		return false;
	if (zone.len && zone.data[zone.len - 1] == '.')
		zone.len--;
	owner = dname_text(transfer->arena, bytes_of(ldns_rdf_data(ldns_rr_owner(rr)), ldns_rdf_size(ldns_rr_owner(rr))), NULL);
	*serial = ldns_rdf2native_int32(ldns_rr_rdf(rr, 2));
	return str_equal_nocase(owner, zone);
}

static bool ask_serial(struct transfer *transfer, uint32_t *serial, struct err *err)
{
	ldns_pkt *packet;
	bool found = false;

	if (!ask(transfer, LDNS_RR_TYPE_SOA, err) || !next_message(transfer, &packet, err))
		return false;
	for (size_t i = 0; i < ldns_rr_list_rr_count(ldns_pkt_answer(packet)) && !found; i++)
		found = is_our_soa(transfer, ldns_rr_list_rr(ldns_pkt_answer(packet), i), serial);
	ldns_pkt_free(packet);
	if (found)
		return true;
	err_set(err, ERR_REFUSED, "it has no such zone");
	return err_fix(err, "zone-refused", "name the zone as the server has it, and a server that has it");
}

/* *soas: how many have come; the second ends the zone. */
static bool take_message(struct transfer *transfer, const ldns_pkt *packet, struct gather *gather, int *soas, uint32_t *serial,
			 struct err *err)
{
	const ldns_rr_list *answer = ldns_pkt_answer(packet);

	for (size_t i = 0; i < ldns_rr_list_rr_count(answer); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(answer, i);
		uint32_t found;

		if (*soas == 2)
			return broken(err, "RFC 5936 2.2: records follow the last SOA");
		if (is_our_soa(transfer, rr, &found)) {
			if (++*soas == 2 && found != *serial)
				return broken(err, "RFC 5936 2.2: it ends with another SOA than it began with");
			*serial = found;
			continue;
		}
		if (*soas == 0)
			return broken(err, "RFC 5936 2.2: it does not begin with its SOA");
		if (!gather_record(gather, rr, err))
			return false;
	}
	return true;
}

static bool ask_zone(struct transfer *transfer, struct zone *out, struct err *err)
{
	struct gather gather = gather_start(transfer->arena, transfer->asked->zone);
	int soas = 0;

	if (!ask(transfer, LDNS_RR_TYPE_AXFR, err))
		return false;
	while (soas < 2) {
		ldns_pkt *packet;
		bool ok;

		if (!next_message(transfer, &packet, err))
			return false;
		ok = take_message(transfer, packet, &gather, &soas, &out->serial, err);
		ldns_pkt_free(packet);
		if (!ok)
			return false;
	}
	gather_end(&gather, out);
	return true;
}

bool zone_transfer(struct arena *arena, const struct zone_asked *asked, struct zone *out, struct err *err)
{
	struct transfer transfer = {.arena = arena, .asked = asked, .fd = -1, .in = buf_capped(65536 + 16)};
	struct zone zone = {0};
	bool ok;

	transfer.until_ms = clock_ticks_ms() + (asked->timeout_ms ? asked->timeout_ms : TIMEOUT_MS);
	ok = dial(&transfer, err) && ask_serial(&transfer, &zone.serial, err);
	zone.unchanged = ok && asked->known && zone.serial == asked->known_serial;
	ok = ok && (zone.unchanged || ask_zone(&transfer, &zone, err));
	if (transfer.fd >= 0)
		close(transfer.fd);
	ldns_rdf_deep_free(transfer.mac);
	buf_done(&transfer.in);
	if (!ok)
		return err_wrap(err, "zone %.*s", STR_ARG(asked->zone));
	*out = zone;
	return true;
}
