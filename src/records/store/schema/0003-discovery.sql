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
