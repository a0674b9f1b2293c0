-- SPDX-License-Identifier: Apache-2.0
-- Places on a machine's disk: what is known of a file beside the certificates in it. key_readers: 0 unknown, 1 its owner, 2 a
-- group, 3 everyone. key_matches, matches_served: 0 unknown, 1 no, 2 yes. record: all that the finder said, JSON.

CREATE TABLE host_files (
	location_id @BIGINT@ PRIMARY KEY REFERENCES locations (id),
	path TEXT NOT NULL,
	alias TEXT,
	server TEXT,
	config TEXT,
	line @BIGINT@ NOT NULL,
	mode @BIGINT@ NOT NULL, -- -1: not known
	modified_at @BIGINT@ NOT NULL,
	key_readers @BIGINT@ NOT NULL,
	key_matches @BIGINT@ NOT NULL,
	automation TEXT,
	renewals @BIGINT@ NOT NULL,
	matches_served @BIGINT@ NOT NULL DEFAULT 0,
	compared_at @BIGINT@ NOT NULL DEFAULT 0,
	record TEXT NOT NULL,
	seen_at @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX host_files_readable ON host_files (location_id) WHERE key_readers = 3;
CREATE INDEX host_files_not_served ON host_files (location_id) WHERE matches_served = 1;

-- Where a configuration says that the file is served. server_name is empty when it is for every name.
CREATE TABLE host_serves (
	location_id @BIGINT@ NOT NULL REFERENCES locations (id),
	address TEXT NOT NULL,
	port @BIGINT@ NOT NULL,
	server_name TEXT NOT NULL,
	PRIMARY KEY (location_id, address, port, server_name)
) @STRICT@ @KEYED@;
CREATE INDEX host_serves_by_endpoint ON host_serves (address, port, server_name);
