-- SPDX-License-Identifier: Apache-2.0
-- For a million certificates. What is searched for any part are names and what a subject says besides; hashes and serial numbers are
-- looked for by their beginning, issuers by their own field. Their letters were four fifths of the index, and of the time of an import.

DROP TABLE certificate_texts;
@SEARCH certificate_texts@
@SEARCH_REFILL@
CREATE INDEX certificates_by_type ON certificates (type, not_after, id);
