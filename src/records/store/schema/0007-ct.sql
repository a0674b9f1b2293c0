-- SPDX-License-Identifier: Apache-2.0
-- Logs of Certificate Transparency: where reading of each stands, and what was seen in them.

-- position: JSON of discovery/ct, the last verified tree head and the tree of what has been read. One row for a source and log.
CREATE TABLE ct_logs (
	source_id @BIGINT@ NOT NULL,
	log_id TEXT NOT NULL, -- SHA-256 of its key, hexadecimal
	name TEXT NOT NULL,
	url TEXT NOT NULL,
	position TEXT NOT NULL,
	tree_size @BIGINT@ NOT NULL,
	next_index @BIGINT@ NOT NULL,
	entries_read @BIGINT@ NOT NULL DEFAULT 0,
	entries_ours @BIGINT@ NOT NULL DEFAULT 0,
	entries_unreadable @BIGINT@ NOT NULL DEFAULT 0,
	read_at @BIGINT@ NOT NULL,
	problem_code TEXT NOT NULL DEFAULT '', -- '': none
	problem TEXT NOT NULL DEFAULT '',
	problem_at @BIGINT@ NOT NULL DEFAULT 0,
	PRIMARY KEY (source_id, log_id)
) @STRICT@ @KEYED@;

-- An entry that is ours. twin_id: the final certificate of a precertificate, or the other way round, when it is known.
CREATE TABLE ct_entries (
	log_id TEXT NOT NULL,
	entry_index @BIGINT@ NOT NULL,
	certificate_id @BIGINT@ NOT NULL REFERENCES certificates (id),
	twin_id @BIGINT@ NOT NULL DEFAULT 0,
	precertificate @BIGINT@ NOT NULL,
	logged_at_ms @BIGINT@ NOT NULL,
	first_seen @BIGINT@ NOT NULL,
	PRIMARY KEY (log_id, entry_index)
) @STRICT@ @KEYED@;
CREATE INDEX ct_entries_by_certificate ON ct_entries (certificate_id);
CREATE INDEX certificates_by_serial ON certificates (serial, id);
