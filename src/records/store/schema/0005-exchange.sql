-- SPDX-License-Identifier: Apache-2.0
-- Exchange with other programs: calendars that are subscribed to by a secret address.

CREATE TABLE calendars (
	id @BIGINT@ PRIMARY KEY,
	name TEXT NOT NULL,
	q TEXT NOT NULL,
	token_sha256 @BLOB@ NOT NULL UNIQUE,
	created_at @BIGINT@ NOT NULL,
	created_by TEXT NOT NULL,
	last_read_at @BIGINT@ NOT NULL DEFAULT 0
) @STRICT@;
CREATE INDEX calendars_by_name ON calendars (name, id);
