/* SPDX-License-Identifier: Apache-2.0 */

/* Listening sockets. A path too long for sockaddr_un is reached through its folder's descriptor. */

#include "api/http_server/inside.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool address_read(const char *address, uint16_t port, struct sockaddr_storage *to, socklen_t *len)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;

	memset(to, 0, sizeof *to);
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		*len = sizeof *v4;
		return true;
	}
	if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		*len = sizeof *v6;
		return true;
	}
	return false;
}

static bool bind_failed(int fd, const char *what, unsigned port, struct err *err)
{
	int why = errno;

	close(fd);
	if (why == EADDRINUSE) {
		err_set(err, ERR_CONFLICT, "listen on %s port %u: another program has it", what, port);
		return err_fix(err, "port-taken", "stop that program (see `ss -ltnp`) or choose another one with --listen");
	}
	err_set(err, why == EACCES ? ERR_DENIED : ERR_INTERNAL, "listen on %s port %u: %s", what, port,
		strerror(why));
	return err_fix(err, "listen-failed", "choose an address of this machine and a port from 1024 up");
}

bool listen_tcp(const char *address, uint16_t port, int *fd_out, uint16_t *port_out, struct err *err)
{
	struct sockaddr_storage place;
	socklen_t len;
	int one = 1, fd;

	if (!address_read(address, port, &place, &len)) {
		err_set(err, ERR_INPUT, "listen on \"%s\": not an IPv4 or IPv6 address", address);
		return err_fix(err, "listen-address", "give an address such as 127.0.0.1");
	}
	fd = socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set(err, ERR_INTERNAL, "listen on %s: %s", address, strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (void *)&place, len) < 0 || listen(fd, SOMAXCONN) < 0)
		return bind_failed(fd, address, port, err);
	getsockname(fd, (void *)&place, &len);
	*port_out = ntohs(place.ss_family == AF_INET ? ((struct sockaddr_in *)(void *)&place)->sin_port
						     : ((struct sockaddr_in6 *)(void *)&place)->sin6_port);
	*fd_out = fd;
	return true;
}

/* Fills place; *folder is a descriptor to close afterwards, or -1. */
static bool unix_address(const char *path, struct sockaddr_un *place, int *folder)
{
	const char *slash = strrchr(path, '/');
	char parent[4096];
	int wrote;

	*folder = -1;
	*place = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) < sizeof place->sun_path) {
		memcpy(place->sun_path, path, strlen(path) + 1);
		return true;
	}
	if (!slash || (size_t)(slash - path) >= sizeof parent)
		return false;
	memcpy(parent, path, (size_t)(slash - path));
	parent[slash - path] = 0;
	*folder = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
	wrote = snprintf(place->sun_path, sizeof place->sun_path, "/proc/self/fd/%d%s", *folder, slash);
	return *folder >= 0 && wrote > 0 && (size_t)wrote < sizeof place->sun_path;
}

bool listen_unix(const char *path, int *fd_out, struct err *err)
{
	struct sockaddr_un place;
	int folder, fd = -1;
	bool bound = false;
	mode_t mask;

	if (unix_address(path, &place, &folder)) {
		unlink(path); /* a left-over: who holds the data folder's lock is alone */
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		mask = umask(0177);
		bound = fd >= 0 && bind(fd, (void *)&place, sizeof place) == 0;
		umask(mask);
	}
	if (!bound || listen(fd, SOMAXCONN) < 0) {
		err_set(err, ERR_INTERNAL, "listen on %s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		if (folder >= 0)
			close(folder);
		return false;
	}
	if (folder >= 0)
		close(folder);
	*fd_out = fd;
	return true;
}
