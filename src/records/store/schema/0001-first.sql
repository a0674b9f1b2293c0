-- SPDX-License-Identifier: Apache-2.0
-- The first schema. Words between at signs are the driver's: see drivers/. Never edited once released: a change is a new file.

CREATE TABLE settings (
	key TEXT PRIMARY KEY,
	value @BLOB@ NOT NULL
) @STRICT@;

-- Totals that the overview shows without counting rows.
CREATE TABLE counters (
	name TEXT PRIMARY KEY,
	value @BIGINT@ NOT NULL
) @STRICT@;

-- Active certificates that end on a day (days since 1970, UTC).
CREATE TABLE expiry_days (
	day @BIGINT@ PRIMARY KEY,
	count @BIGINT@ NOT NULL
) @STRICT@;

CREATE TABLE keys (
	id @BIGINT@ PRIMARY KEY,
	sha256 @BLOB@ NOT NULL UNIQUE,
	algorithm TEXT NOT NULL,
	bits @BIGINT@ NOT NULL,
	curve TEXT
) @STRICT@;

CREATE TABLE lineages (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL,
	names_sha256 @BLOB@ NOT NULL UNIQUE, -- of the sorted names, a line each
	path @BIGINT@ NOT NULL,
	path_reason TEXT NOT NULL,
	created_at @BIGINT@ NOT NULL,
	certificate_count @BIGINT@ NOT NULL DEFAULT 0,
	active_count @BIGINT@ NOT NULL DEFAULT 0,
	current_certificate_id @BIGINT@ NOT NULL DEFAULT 0,
	demo @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX lineages_by_name ON lineages (name, id);
CREATE INDEX lineages_by_created ON lineages (created_at, id);

-- problems: bits that do not depend on the time. own_problems: those of the certificate itself; the rest comes from
-- the endpoints that show it.
CREATE TABLE certificates (
	id @BIGINT@ PRIMARY KEY,
	sha256 @BLOB@ NOT NULL UNIQUE,
	name TEXT NOT NULL,
	subject TEXT NOT NULL,
	issuer TEXT NOT NULL,
	subject_cn TEXT,
	issuer_cn TEXT,
	issuer_name TEXT NOT NULL, -- lower case: common name of the issuer, or all of it
	serial TEXT NOT NULL,
	not_before @BIGINT@ NOT NULL,
	not_after @BIGINT@ NOT NULL,
	expiring_at @BIGINT@ NOT NULL,
	lifetime_s @BIGINT@ NOT NULL,
	key_id @BIGINT@ NOT NULL REFERENCES keys (id),
	signature TEXT NOT NULL,
	names_count @BIGINT@ NOT NULL,
	ca @BIGINT@ NOT NULL,
	self_signed @BIGINT@ NOT NULL,
	own_problems @BIGINT@ NOT NULL,
	problems @BIGINT@ NOT NULL,
	served @BIGINT@ NOT NULL DEFAULT 0,
	served_as_leaf @BIGINT@ NOT NULL DEFAULT 0,
	active @BIGINT@ NOT NULL DEFAULT 0,
	first_seen @BIGINT@ NOT NULL,
	last_seen @BIGINT@ NOT NULL,
	trust_mozilla TEXT,
	trust_chrome TEXT,
	trust_system TEXT,
	lineage_id @BIGINT@ REFERENCES lineages (id),
	demo @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX certificates_by_not_after ON certificates (not_after, id);
CREATE INDEX certificates_by_not_before ON certificates (not_before, id);
CREATE INDEX certificates_by_name ON certificates (name, id);
CREATE INDEX certificates_by_issuer ON certificates (issuer_name, id);
CREATE INDEX certificates_by_issuer_end ON certificates (issuer_name, not_after, id);
CREATE INDEX certificates_by_first_seen ON certificates (first_seen, id);
CREATE INDEX certificates_by_key ON certificates (key_id, not_after, id);
CREATE INDEX certificates_by_lineage ON certificates (lineage_id, not_after, id);
CREATE INDEX certificates_by_issuer_subject ON certificates (issuer);
CREATE INDEX certificates_active ON certificates (not_after, expiring_at, problems) WHERE active = 1;
CREATE INDEX certificates_active_expiring ON certificates (expiring_at, not_after) WHERE active = 1;
CREATE INDEX certificates_troubled ON certificates (problems, not_after) WHERE active = 1 AND problems <> 0;
CREATE INDEX certificates_with_problems ON certificates (not_after, id, problems) WHERE problems <> 0;

-- What is rarely read stands apart, so that pages of the list stay dense.
CREATE TABLE certificate_bodies (
	certificate_id @BIGINT@ PRIMARY KEY REFERENCES certificates (id),
	der @BLOB@ NOT NULL,
	facts TEXT NOT NULL
) @STRICT@;

CREATE TABLE certificate_names (
	name TEXT NOT NULL, -- lower case
	certificate_id @BIGINT@ NOT NULL REFERENCES certificates (id),
	PRIMARY KEY (name, certificate_id)
) @STRICT@ @KEYED@;
CREATE INDEX certificate_names_by_certificate ON certificate_names (certificate_id);

-- Names, subject, issuer, serial and SHA-256 of each certificate, lower case, searchable for any part.
@SEARCH certificate_texts@

CREATE TABLE hosts (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	first_seen @BIGINT@ NOT NULL,
	last_seen @BIGINT@ NOT NULL,
	demo @BIGINT@ NOT NULL
) @STRICT@;

CREATE TABLE locations (
	id @BIGINT@ PRIMARY KEY,
	kind @BIGINT@ NOT NULL,
	address TEXT NOT NULL,
	UNIQUE (kind, address)
) @STRICT@;

-- server_name is empty when none was sent; certificate_id is the leaf shown at the last look that showed one.
CREATE TABLE endpoints (
	id @BIGINT@ PRIMARY KEY,
	host_id @BIGINT@ NOT NULL REFERENCES hosts (id),
	host TEXT NOT NULL,
	address TEXT NOT NULL,
	port @BIGINT@ NOT NULL,
	protocol TEXT NOT NULL,
	server_name TEXT NOT NULL,
	location_id @BIGINT@ NOT NULL UNIQUE REFERENCES locations (id),
	certificate_id @BIGINT@ REFERENCES certificates (id),
	outcome TEXT NOT NULL,
	detail TEXT,
	problems @BIGINT@ NOT NULL,
	name_matches @BIGINT@ NOT NULL,
	chain_complete @BIGINT@ NOT NULL,
	trust_mozilla TEXT,
	trust_chrome TEXT,
	trust_system TEXT,
	tls TEXT,
	first_seen @BIGINT@ NOT NULL,
	last_seen @BIGINT@ NOT NULL,
	last_scan_id @BIGINT@ NOT NULL,
	demo @BIGINT@ NOT NULL,
	UNIQUE (host_id, port, server_name, address, protocol)
) @STRICT@;
CREATE INDEX endpoints_by_host ON endpoints (host, id);
CREATE INDEX endpoints_by_first_seen ON endpoints (first_seen, id);
CREATE INDEX endpoints_by_last_seen ON endpoints (last_seen, id);
CREATE INDEX endpoints_by_certificate ON endpoints (certificate_id);
CREATE INDEX endpoints_by_address ON endpoints (address, port);

CREATE TABLE sightings (
	id @BIGINT@ PRIMARY KEY,
	certificate_id @BIGINT@ NOT NULL REFERENCES certificates (id),
	location_id @BIGINT@ NOT NULL REFERENCES locations (id),
	position @BIGINT@ NOT NULL,
	leaf @BIGINT@ NOT NULL, -- shown as a server's own certificate
	first_seen @BIGINT@ NOT NULL,
	last_seen @BIGINT@ NOT NULL,
	current @BIGINT@ NOT NULL,
	expected @BIGINT@ NOT NULL,
	UNIQUE (location_id, certificate_id)
) @STRICT@;
CREATE INDEX sightings_by_certificate ON sightings (certificate_id, current, last_seen, id);

CREATE TABLE scans (
	id @BIGINT@ PRIMARY KEY,
	state @BIGINT@ NOT NULL,
	targets TEXT NOT NULL,
	options TEXT NOT NULL,
	targets_total @BIGINT@ NOT NULL,
	targets_done @BIGINT@ NOT NULL DEFAULT 0,
	new_certificates @BIGINT@ NOT NULL DEFAULT 0,
	created_at @BIGINT@ NOT NULL,
	started_at @BIGINT@ NOT NULL DEFAULT 0,
	ended_at @BIGINT@ NOT NULL DEFAULT 0,
	asked_by TEXT NOT NULL,
	detail TEXT,
	demo @BIGINT@ NOT NULL
) @STRICT@;

CREATE TABLE scan_outcomes (
	scan_id @BIGINT@ NOT NULL REFERENCES scans (id),
	outcome TEXT NOT NULL,
	count @BIGINT@ NOT NULL,
	PRIMARY KEY (scan_id, outcome)
) @STRICT@ @KEYED@;

-- One row for a target and address. address is empty when none was dialled.
CREATE TABLE scan_records (
	row_id @BIGINT@ PRIMARY KEY,
	scan_id @BIGINT@ NOT NULL REFERENCES scans (id),
	number @BIGINT@ NOT NULL,
	address TEXT NOT NULL,
	outcome TEXT NOT NULL,
	endpoint_id @BIGINT@,
	record TEXT NOT NULL,
	UNIQUE (scan_id, number, address)
) @STRICT@;
CREATE INDEX scan_records_by_outcome ON scan_records (scan_id, outcome, number);

CREATE TABLE jobs (
	id @BIGINT@ PRIMARY KEY,
	kind TEXT NOT NULL,
	subject_id @BIGINT@ NOT NULL,
	state @BIGINT@ NOT NULL,
	epoch @BIGINT@ NOT NULL DEFAULT 0,
	attempts @BIGINT@ NOT NULL DEFAULT 0,
	due_at @BIGINT@ NOT NULL,
	lease_until @BIGINT@ NOT NULL DEFAULT 0,
	stop_asked @BIGINT@ NOT NULL DEFAULT 0,
	created_at @BIGINT@ NOT NULL,
	ended_at @BIGINT@ NOT NULL DEFAULT 0,
	detail TEXT,
	UNIQUE (kind, subject_id)
) @STRICT@;
CREATE INDEX jobs_open ON jobs (due_at, id) WHERE ended_at = 0;

CREATE TABLE users (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL,
	name_lower TEXT NOT NULL UNIQUE,
	role @BIGINT@ NOT NULL,
	password TEXT NOT NULL,
	disabled @BIGINT@ NOT NULL DEFAULT 0,
	created_at @BIGINT@ NOT NULL
) @STRICT@;

CREATE TABLE sessions (
	id @BIGINT@ PRIMARY KEY,
	user_id @BIGINT@ NOT NULL REFERENCES users (id),
	token_sha256 @BLOB@ NOT NULL UNIQUE,
	origin TEXT NOT NULL,
	created_at @BIGINT@ NOT NULL,
	expires_at @BIGINT@ NOT NULL,
	last_used_at @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE setup_tokens (
	token_sha256 @BLOB@ PRIMARY KEY,
	created_at @BIGINT@ NOT NULL,
	expires_at @BIGINT@ NOT NULL
) @STRICT@;

CREATE TABLE answers (
	key TEXT PRIMARY KEY,
	request_sha256 @BLOB@ NOT NULL,
	status @BIGINT@ NOT NULL,
	body TEXT NOT NULL,
	created_at @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX answers_by_created ON answers (created_at);

-- Leaves of the Merkle tree, and what is kept of the tree.
CREATE TABLE audit (
	number @BIGINT@ PRIMARY KEY,
	at @BIGINT@ NOT NULL,
	who TEXT NOT NULL,
	what TEXT NOT NULL,
	object TEXT NOT NULL,
	why TEXT,
	origin TEXT NOT NULL,
	hash @BLOB@ NOT NULL
) @STRICT@;
CREATE INDEX audit_by_object ON audit (object, number);

CREATE TABLE audit_tree (
	one @BIGINT@ PRIMARY KEY CHECK (one = 1),
	count @BIGINT@ NOT NULL,
	frontier @BLOB@ NOT NULL,
	root @BLOB@ NOT NULL
) @STRICT@;
