-- SPDX-License-Identifier: Apache-2.0
-- Whose a certificate is, what it is for, and what is known of its renewal. Counts stand in the rows that lists sort by,
-- and are kept with every change.

CREATE TABLE teams (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL,
	name_lower TEXT NOT NULL UNIQUE,
	note TEXT NOT NULL,
	lineage_count @BIGINT@ NOT NULL DEFAULT 0,
	service_count @BIGINT@ NOT NULL DEFAULT 0,
	host_count @BIGINT@ NOT NULL DEFAULT 0,
	created_at @BIGINT@ NOT NULL,
	version @BIGINT@ NOT NULL DEFAULT 1, -- grows with every change: the tag of If-Match
	demo @BIGINT@ NOT NULL
) @STRICT@;

CREATE TABLE contacts (
	team_id @BIGINT@ NOT NULL REFERENCES teams (id),
	place @BIGINT@ NOT NULL, -- in the order they were given
	role @BIGINT@ NOT NULL,
	name TEXT NOT NULL,
	email TEXT NOT NULL,
	PRIMARY KEY (team_id, place)
) @STRICT@ @KEYED@;

CREATE TABLE services (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL,
	name_lower TEXT NOT NULL UNIQUE,
	criticality @BIGINT@ NOT NULL, -- 0: nobody said
	environment TEXT NOT NULL,
	note TEXT NOT NULL,
	cmdb_id TEXT NOT NULL,
	team_id @BIGINT@ REFERENCES teams (id),
	lineage_count @BIGINT@ NOT NULL DEFAULT 0,
	host_count @BIGINT@ NOT NULL DEFAULT 0,
	created_at @BIGINT@ NOT NULL,
	version @BIGINT@ NOT NULL DEFAULT 1,
	demo @BIGINT@ NOT NULL
) @STRICT@;
CREATE INDEX services_by_team ON services (team_id, id);

CREATE TABLE tags (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL UNIQUE, -- lower case, without spaces
	lineage_count @BIGINT@ NOT NULL
) @STRICT@;

CREATE TABLE lineage_tags (
	tag_id @BIGINT@ NOT NULL REFERENCES tags (id),
	lineage_id @BIGINT@ NOT NULL REFERENCES lineages (id),
	PRIMARY KEY (tag_id, lineage_id)
) @STRICT@ @KEYED@;

CREATE INDEX lineage_tags_by_lineage ON lineage_tags (lineage_id);

-- Every set of names that a lineage has had: a renewal may add one.
CREATE TABLE lineage_names (
	names_sha256 @BLOB@ PRIMARY KEY, -- of the sorted names, a line each
	lineage_id @BIGINT@ NOT NULL REFERENCES lineages (id)
) @STRICT@ @KEYED@;
CREATE INDEX lineage_names_by_lineage ON lineage_names (lineage_id);
INSERT INTO lineage_names (names_sha256, lineage_id) SELECT names_sha256, id FROM lineages;

-- tags: the words, sorted, a space between. review_at: when the path is to be thought about again; 0 never, 1 at once.
ALTER TABLE lineages ADD COLUMN team_id @BIGINT@ REFERENCES teams (id);
ALTER TABLE lineages ADD COLUMN service_id @BIGINT@ REFERENCES services (id);
ALTER TABLE lineages ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE lineages ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE lineages ADD COLUMN environment TEXT NOT NULL DEFAULT '';
ALTER TABLE lineages ADD COLUMN criticality @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE lineages ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE lineages ADD COLUMN ignored_at @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE lineages ADD COLUMN ignored_until @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE lineages ADD COLUMN ignored_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE lineages ADD COLUMN review_at @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE lineages ADD COLUMN version @BIGINT@ NOT NULL DEFAULT 1;
CREATE INDEX lineages_by_team ON lineages (team_id, id);
CREATE INDEX lineages_by_service ON lineages (service_id, id);
CREATE INDEX lineages_by_review ON lineages (review_at, id) WHERE review_at > 0;
UPDATE lineages SET path_reason = 'no renewal has been seen yet';
UPDATE lineages SET review_at = 1 WHERE certificate_count > 1;

ALTER TABLE hosts ADD COLUMN team_id @BIGINT@ REFERENCES teams (id);
ALTER TABLE hosts ADD COLUMN service_id @BIGINT@ REFERENCES services (id);
ALTER TABLE hosts ADD COLUMN cmdb_id TEXT NOT NULL DEFAULT '';
ALTER TABLE hosts ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE hosts ADD COLUMN endpoint_count @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN version @BIGINT@ NOT NULL DEFAULT 1;
CREATE INDEX hosts_by_last_seen ON hosts (last_seen, id);
CREATE INDEX hosts_by_team ON hosts (team_id, id);
CREATE INDEX hosts_by_service ON hosts (service_id, id);
UPDATE hosts SET endpoint_count = (SELECT COUNT(*) FROM endpoints e WHERE e.host_id = hosts.id);

-- type: what lists show, from the three before it. shown_from, shown_to: when a server showed it as its own. need_at: since
-- when it needs somebody; 0 never, 1 as long as its problems last. issued, issued_active: of an authority, how many
-- certificates name it as their issuer.
ALTER TABLE certificates ADD COLUMN validation @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN wildcard @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN private_ca @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN type @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN shown_from @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN shown_to @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN replaces_id @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN replaced_by_id @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN need_at @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN issued @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN issued_active @BIGINT@ NOT NULL DEFAULT 0;

-- Facts are our own JSON, one spelling: a name within it cannot hold a bare quotation mark.
UPDATE certificates SET
	validation = (SELECT CASE WHEN b.facts LIKE '%"validation":"dv"%' THEN 1
		WHEN b.facts LIKE '%"validation":"ov"%' THEN 2 WHEN b.facts LIKE '%"validation":"iv"%' THEN 3
		WHEN b.facts LIKE '%"validation":"ev"%' THEN 4 ELSE 0 END
		FROM certificate_bodies b WHERE b.certificate_id = certificates.id),
	wildcard = (SELECT CASE WHEN b.facts LIKE '%"wildcard":true%' THEN 1 ELSE 0 END
		FROM certificate_bodies b WHERE b.certificate_id = certificates.id),
	private_ca = CASE WHEN trust_mozilla LIKE 'root not in the store%' AND trust_chrome LIKE
		'root not in the store%' THEN 1 ELSE 0 END,
	shown_from = COALESCE((SELECT MIN(s.first_seen) FROM sightings s WHERE s.certificate_id = certificates.id
		AND s.leaf = 1), 0),
	shown_to = COALESCE((SELECT MAX(s.last_seen) FROM sightings s WHERE s.certificate_id = certificates.id
		AND s.leaf = 1), 0),
	need_at = CASE WHEN active = 0 THEN 0 WHEN (problems & 440) <> 0 THEN 1 WHEN expiring_at < 1 THEN 1
		ELSE expiring_at END,
	issued = CASE WHEN ca = 0 THEN 0 ELSE (SELECT COUNT(*) FROM certificates i WHERE i.issuer =
		certificates.subject AND i.subject <> i.issuer) END,
	issued_active = CASE WHEN ca = 0 THEN 0 ELSE (SELECT COUNT(*) FROM certificates i WHERE i.issuer =
		certificates.subject AND i.subject <> i.issuer AND i.active = 1) END;
UPDATE certificates SET type = CASE WHEN self_signed = 1 THEN 6 WHEN private_ca = 1 THEN 5 ELSE validation END;

CREATE INDEX certificates_needing ON certificates (need_at, id) WHERE need_at > 0;
CREATE INDEX certificates_authorities ON certificates (not_after, id) WHERE ca = 1;
CREATE INDEX certificates_authorities_by_name ON certificates (name, id) WHERE ca = 1;
CREATE INDEX certificates_authorities_by_subject ON certificates (subject) WHERE ca = 1;
CREATE INDEX certificates_authorities_by_issued ON certificates (issued_active, id) WHERE ca = 1;

-- Active certificates by the day (since 1970, UTC) from which they need somebody.
CREATE TABLE need_days (
	day @BIGINT@ PRIMARY KEY,
	count @BIGINT@ NOT NULL
) @STRICT@;
INSERT INTO need_days (day, count) SELECT need_at / 86400, COUNT(*) FROM certificates WHERE need_at > 0
	GROUP BY need_at / 86400;

ALTER TABLE keys ADD COLUMN certificate_count @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN lineage_count @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN host_count @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN team_count @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN first_seen @BIGINT@ NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN demo @BIGINT@ NOT NULL DEFAULT 0;

-- Hosts that show a key now, and teams that answer for lineages with it.
CREATE TABLE key_hosts (
	key_id @BIGINT@ NOT NULL REFERENCES keys (id),
	host_id @BIGINT@ NOT NULL REFERENCES hosts (id),
	endpoints @BIGINT@ NOT NULL,
	PRIMARY KEY (key_id, host_id)
) @STRICT@ @KEYED@;
CREATE TABLE key_teams (
	key_id @BIGINT@ NOT NULL REFERENCES keys (id),
	team_id @BIGINT@ NOT NULL REFERENCES teams (id),
	lineages @BIGINT@ NOT NULL,
	PRIMARY KEY (key_id, team_id)
) @STRICT@ @KEYED@;
CREATE INDEX key_teams_by_team ON key_teams (team_id);
INSERT INTO key_hosts (key_id, host_id, endpoints) SELECT c.key_id, e.host_id, COUNT(*) FROM sightings s
	JOIN certificates c ON c.id = s.certificate_id JOIN endpoints e ON e.location_id = s.location_id
	WHERE s.leaf = 1 AND s.current = 1 GROUP BY c.key_id, e.host_id;
UPDATE keys SET
	certificate_count = (SELECT COUNT(*) FROM certificates c WHERE c.key_id = keys.id),
	lineage_count = (SELECT COUNT(DISTINCT c.lineage_id) FROM certificates c WHERE c.key_id = keys.id),
	host_count = (SELECT COUNT(*) FROM key_hosts h WHERE h.key_id = keys.id),
	first_seen = COALESCE((SELECT MIN(c.first_seen) FROM certificates c WHERE c.key_id = keys.id), 0),
	demo = COALESCE((SELECT MIN(c.demo) FROM certificates c WHERE c.key_id = keys.id), 0);
CREATE INDEX keys_by_certificates ON keys (certificate_count, id);
CREATE INDEX keys_by_hosts ON keys (host_count, id);
CREATE INDEX keys_by_bits ON keys (bits, id);
CREATE INDEX keys_by_first_seen ON keys (first_seen, id);
