-- SPDX-License-Identifier: Apache-2.0
-- Saved views, selections and what is done to them, and what questions about many rows need. Never edited once released.

-- A saved query and how its list is shown. owner_id 0: made by the administrator of the machine, over the socket.
CREATE TABLE views (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL,
	name_lower TEXT NOT NULL,
	noun TEXT NOT NULL, -- certificates, endpoints, lineages
	q TEXT NOT NULL,
	sort TEXT NOT NULL,
	columns TEXT NOT NULL, -- words with a space between
	group_by TEXT NOT NULL,
	shared @BIGINT@ NOT NULL,
	owner_id @BIGINT@ NOT NULL,
	owner_name TEXT NOT NULL,
	version @BIGINT@ NOT NULL DEFAULT 1, -- grows with each change
	created_at @BIGINT@ NOT NULL,
	UNIQUE (owner_id, name_lower)
) @STRICT@;
CREATE INDEX views_shared ON views (shared, name_lower);

-- A frozen set of ids. hash: SHA-256 of the ids ascending, each in decimal with a line feed.
CREATE TABLE selections (
	id @BIGINT@ PRIMARY KEY,
	noun TEXT NOT NULL,
	count @BIGINT@ NOT NULL DEFAULT 0,
	hash @BLOB@ NOT NULL,
	q TEXT,
	made_by TEXT NOT NULL,
	created_at @BIGINT@ NOT NULL,
	expires_at @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX selections_by_end ON selections (expires_at);

CREATE TABLE selection_items (
	selection_id @BIGINT@ NOT NULL REFERENCES selections (id),
	item_id @BIGINT@ NOT NULL,
	PRIMARY KEY (selection_id, item_id)
) @STRICT@ @KEYED@;

-- One action on one selection; its job (kind "action") goes through the items in batches. after_item: the last one done.
CREATE TABLE actions (
	id @BIGINT@ PRIMARY KEY,
	selection_id @BIGINT@ NOT NULL REFERENCES selections (id),
	action TEXT NOT NULL,
	arguments TEXT NOT NULL, -- JSON, as asked for
	by_who TEXT NOT NULL,
	origin TEXT NOT NULL,
	after_item @BIGINT@ NOT NULL DEFAULT 0,
	done @BIGINT@ NOT NULL DEFAULT 0,
	changed @BIGINT@ NOT NULL DEFAULT 0,
	failed @BIGINT@ NOT NULL DEFAULT 0,
	created_at @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX actions_by_selection ON actions (selection_id);

CREATE TABLE action_failures (
	action_id @BIGINT@ NOT NULL REFERENCES actions (id),
	item_id @BIGINT@ NOT NULL,
	name TEXT NOT NULL,
	why TEXT NOT NULL,
	PRIMARY KEY (action_id, item_id)
) @STRICT@ @KEYED@;

-- What a person set himself (bits of enum model_by_hand): rules leave that alone.
ALTER TABLE lineages ADD COLUMN by_hand @BIGINT@ NOT NULL DEFAULT 0;

-- What was spoken at an endpoint, to be asked for: "TLSv1.3", "x25519mlkem768"; lower case.
ALTER TABLE endpoints ADD COLUMN tls_version TEXT;
ALTER TABLE endpoints ADD COLUMN tls_group TEXT;

-- Environments and purposes that there are, for completion.
CREATE INDEX lineages_by_environment ON lineages (environment);
CREATE INDEX lineages_by_purpose ON lineages (purpose);

-- Kinds of key without a walk over all keys.
CREATE INDEX keys_by_kind ON keys (algorithm, bits, curve);
