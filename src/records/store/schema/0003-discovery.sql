-- SPDX-License-Identifier: Apache-2.0
-- Discovery that goes on: jobs that say how far they are, places that are not endpoints, sources and their runs, what changed,
-- rules for what is found, names that were learnt, coverage.

ALTER TABLE jobs ADD COLUMN progress_done @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN progress_total @BIGINT@ NOT NULL DEFAULT -1;
ALTER TABLE jobs ADD COLUMN result TEXT;
CREATE INDEX jobs_due ON jobs (kind, due_at, id) WHERE ended_at = 0;

-- places: locations that hold it and do not serve it. gone_at: it was served or lay somewhere, and is at no place any more.
ALTER TABLE certificates ADD COLUMN places @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN gone_at @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE sightings ADD COLUMN gone_at @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE endpoints ADD COLUMN gone_at @BIGINT@ NOT NULL DEFAULT 0;

-- misses: looks that found nothing there since it was last seen, weighted (decisions/gone). certificate_id: the leaf that was
-- there last.
ALTER TABLE locations ADD COLUMN first_seen @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE locations ADD COLUMN last_seen @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE locations ADD COLUMN misses @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE locations ADD COLUMN gone_at @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE locations ADD COLUMN certificate_id @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE locations ADD COLUMN demo @BIGINT@ NOT NULL DEFAULT 0;
UPDATE locations SET
	certificate_id = COALESCE((SELECT e.certificate_id FROM endpoints e WHERE e.location_id = locations.id), 0),
	first_seen = COALESCE((SELECT e.first_seen FROM endpoints e WHERE e.location_id = locations.id), 0),
	last_seen = COALESCE((SELECT e.last_seen FROM endpoints e WHERE e.location_id = locations.id), 0),
	demo = COALESCE((SELECT e.demo FROM endpoints e WHERE e.location_id = locations.id), 0);

-- Where discovery looks, and when. options: the kind's own, JSON. quiet: JSON. state: where the kind left off, its own text.
CREATE TABLE sources (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL,
	name_lower TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL,
	options TEXT NOT NULL,
	every_s @BIGINT@ NOT NULL,
	quiet TEXT NOT NULL,
	zone TEXT NOT NULL,
	paused @BIGINT@ NOT NULL,
	state TEXT NOT NULL DEFAULT '',
	created_at @BIGINT@ NOT NULL,
	next_run_at @BIGINT@ NOT NULL, -- 0: only when asked
	last_due_at @BIGINT@ NOT NULL DEFAULT 0,
	last_run_id @BIGINT@ NOT NULL DEFAULT 0,
	open_run_id @BIGINT@ NOT NULL DEFAULT 0, -- the run that has not ended
	found @BIGINT@ NOT NULL DEFAULT 0,       -- places it sees certificates at now
	version @BIGINT@ NOT NULL DEFAULT 1,
	demo @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX sources_due ON sources (next_run_at, id) WHERE paused = 0 AND next_run_at > 0 AND open_run_id = 0;

-- One run of a source. Two engines never make two for the same source and time.
CREATE TABLE source_runs (
	id @BIGINT@ PRIMARY KEY,
	source_id @BIGINT@ NOT NULL REFERENCES sources (id),
	due_at @BIGINT@ NOT NULL,
	state @BIGINT@ NOT NULL,
	scan_id @BIGINT@ NOT NULL DEFAULT 0,
	targets @BIGINT@ NOT NULL DEFAULT 0,
	new_certificates @BIGINT@ NOT NULL DEFAULT 0,
	changed @BIGINT@ NOT NULL DEFAULT 0,
	gone @BIGINT@ NOT NULL DEFAULT 0,
	created_at @BIGINT@ NOT NULL,
	started_at @BIGINT@ NOT NULL DEFAULT 0,
	ended_at @BIGINT@ NOT NULL DEFAULT 0,
	asked_by TEXT NOT NULL,
	detail TEXT,
	UNIQUE (source_id, due_at)
) @STRICT@;
CREATE INDEX source_runs_by_source ON source_runs (source_id, id);

CREATE TABLE source_run_outcomes (
	run_id @BIGINT@ NOT NULL REFERENCES source_runs (id),
	outcome TEXT NOT NULL,
	count @BIGINT@ NOT NULL,
	PRIMARY KEY (run_id, outcome)
) @STRICT@ @KEYED@;

ALTER TABLE scans ADD COLUMN source_id @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN run_id @BIGINT@ NOT NULL DEFAULT 0;
-- Of records of runs: the word that the target came from, and its port.
ALTER TABLE scan_records ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE scan_records ADD COLUMN port @BIGINT@ NOT NULL DEFAULT 0;

-- Which source sees which place, and the run that saw it last.
CREATE TABLE source_places (
	source_id @BIGINT@ NOT NULL REFERENCES sources (id),
	location_id @BIGINT@ NOT NULL REFERENCES locations (id),
	run_id @BIGINT@ NOT NULL,
	missed_run_id @BIGINT@ NOT NULL DEFAULT 0, -- the last that did not
	PRIMARY KEY (source_id, location_id)
) @STRICT@ @KEYED@;
CREATE INDEX source_places_by_run ON source_places (source_id, run_id); -- ids of runs grow: what a run did not see comes first
CREATE INDEX source_places_by_location ON source_places (location_id);

-- What became of scopes: one row for a scope (a word of the source) and port, as the last finished run left it.
CREATE TABLE coverage (
	source_id @BIGINT@ NOT NULL REFERENCES sources (id),
	scope TEXT NOT NULL,
	port @BIGINT@ NOT NULL, -- 0: places that have none
	targets @BIGINT@ NOT NULL,
	answered @BIGINT@ NOT NULL,
	tls @BIGINT@ NOT NULL,
	certificates @BIGINT@ NOT NULL,
	scanned_at @BIGINT@ NOT NULL,
	PRIMARY KEY (source_id, scope, port)
) @STRICT@ @KEYED@;

-- Targets that answered at the last look and gave no certificate.
CREATE TABLE unclear (
	id @BIGINT@ PRIMARY KEY,
	host TEXT NOT NULL,
	address TEXT NOT NULL,
	port @BIGINT@ NOT NULL,
	server_name TEXT NOT NULL,
	protocol TEXT NOT NULL,
	outcome TEXT NOT NULL,
	detail TEXT,
	at @BIGINT@ NOT NULL,
	scan_id @BIGINT@ NOT NULL,
	source_id @BIGINT@ NOT NULL,
	demo @BIGINT@ NOT NULL,
	UNIQUE (host, port, server_name, address)
) @STRICT@;
CREATE INDEX unclear_by_outcome ON unclear (outcome, id);

-- What is new, changed and gone: each told once.
CREATE TABLE changes (
	id @BIGINT@ PRIMARY KEY,
	at @BIGINT@ NOT NULL,
	kind @BIGINT@ NOT NULL,
	certificate_id @BIGINT@ NOT NULL REFERENCES certificates (id),
	before_id @BIGINT@ NOT NULL,   -- the certificate that was there before; 0 none
	location_id @BIGINT@ NOT NULL, -- 0 none
	source_id @BIGINT@ NOT NULL,
	run_id @BIGINT@ NOT NULL,
	demo @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX changes_by_kind ON changes (kind, id);
CREATE INDEX changes_by_at ON changes (at, id);
CREATE INDEX changes_by_run ON changes (run_id, kind) WHERE run_id > 0;
CREATE INDEX changes_by_certificate ON changes (certificate_id, id);

-- Names that were learnt, and the addresses they were seen at (empty: none is known).
CREATE TABLE learnt_names (
	name TEXT NOT NULL, -- lower case
	origin @BIGINT@ NOT NULL,
	address TEXT NOT NULL,
	first_seen @BIGINT@ NOT NULL,
	last_seen @BIGINT@ NOT NULL,
	PRIMARY KEY (name, origin, address)
) @STRICT@ @KEYED@;
CREATE INDEX learnt_names_by_address ON learnt_names (address, name);

-- What is set when something is found. actions: JSON. version: as everywhere, the tag of If-Match.
CREATE TABLE rules (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL,
	name_lower TEXT NOT NULL UNIQUE,
	position @BIGINT@ NOT NULL,
	q TEXT NOT NULL,
	actions TEXT NOT NULL,
	enabled @BIGINT@ NOT NULL,
	matches @BIGINT@ NOT NULL DEFAULT 0, -- what it was applied to
	created_at @BIGINT@ NOT NULL,
	version @BIGINT@ NOT NULL DEFAULT 1
) @STRICT@;

-- What a rule set, and to what: while that is what stands there, it is the rule's; else it is a person's.
CREATE TABLE rule_marks (
	lineage_id @BIGINT@ NOT NULL REFERENCES lineages (id),
	field TEXT NOT NULL, -- "owner", "tag:lab"
	value TEXT NOT NULL,
	rule_id @BIGINT@ NOT NULL,
	at @BIGINT@ NOT NULL,
	PRIMARY KEY (lineage_id, field)
) @STRICT@ @KEYED@;
