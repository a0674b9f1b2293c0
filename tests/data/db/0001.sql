SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.answers (
    key text NOT NULL COLLATE pg_catalog."C",
    request_sha256 bytea NOT NULL,
    status bigint NOT NULL,
    body text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL
);
CREATE TABLE public.audit (
    number bigint NOT NULL,
    at bigint NOT NULL,
    who text NOT NULL COLLATE pg_catalog."C",
    what text NOT NULL COLLATE pg_catalog."C",
    object text NOT NULL COLLATE pg_catalog."C",
    why text COLLATE pg_catalog."C",
    origin text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL
);
CREATE TABLE public.audit_tree (
    one bigint NOT NULL,
    count bigint NOT NULL,
    frontier bytea NOT NULL,
    root bytea NOT NULL,
    CONSTRAINT audit_tree_one_check CHECK ((one = 1))
);
CREATE TABLE public.certificate_bodies (
    certificate_id bigint NOT NULL,
    der bytea NOT NULL,
    facts text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.certificate_names (
    name text NOT NULL COLLATE pg_catalog."C",
    certificate_id bigint NOT NULL
);
CREATE TABLE public.certificate_texts (
    id bigint NOT NULL,
    text text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.certificates (
    id bigint NOT NULL,
    sha256 bytea NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    issuer text NOT NULL COLLATE pg_catalog."C",
    subject_cn text COLLATE pg_catalog."C",
    issuer_cn text COLLATE pg_catalog."C",
    issuer_name text NOT NULL COLLATE pg_catalog."C",
    serial text NOT NULL COLLATE pg_catalog."C",
    not_before bigint NOT NULL,
    not_after bigint NOT NULL,
    expiring_at bigint NOT NULL,
    lifetime_s bigint NOT NULL,
    key_id bigint NOT NULL,
    signature text NOT NULL COLLATE pg_catalog."C",
    names_count bigint NOT NULL,
    ca bigint NOT NULL,
    self_signed bigint NOT NULL,
    own_problems bigint NOT NULL,
    problems bigint NOT NULL,
    served bigint DEFAULT 0 NOT NULL,
    served_as_leaf bigint DEFAULT 0 NOT NULL,
    active bigint DEFAULT 0 NOT NULL,
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    trust_mozilla text COLLATE pg_catalog."C",
    trust_chrome text COLLATE pg_catalog."C",
    trust_system text COLLATE pg_catalog."C",
    lineage_id bigint,
    demo bigint NOT NULL
);
CREATE TABLE public.counters (
    name text NOT NULL COLLATE pg_catalog."C",
    value bigint NOT NULL
);
CREATE TABLE public.endpoints (
    id bigint NOT NULL,
    host_id bigint NOT NULL,
    host text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    port bigint NOT NULL,
    protocol text NOT NULL COLLATE pg_catalog."C",
    server_name text NOT NULL COLLATE pg_catalog."C",
    location_id bigint NOT NULL,
    certificate_id bigint,
    outcome text NOT NULL COLLATE pg_catalog."C",
    detail text COLLATE pg_catalog."C",
    problems bigint NOT NULL,
    name_matches bigint NOT NULL,
    chain_complete bigint NOT NULL,
    trust_mozilla text COLLATE pg_catalog."C",
    trust_chrome text COLLATE pg_catalog."C",
    trust_system text COLLATE pg_catalog."C",
    tls text COLLATE pg_catalog."C",
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    last_scan_id bigint NOT NULL,
    demo bigint NOT NULL
);
CREATE TABLE public.expiry_days (
    day bigint NOT NULL,
    count bigint NOT NULL
);
CREATE TABLE public.hosts (
    id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    demo bigint NOT NULL
);
CREATE TABLE public.jobs (
    id bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    subject_id bigint NOT NULL,
    state bigint NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    attempts bigint DEFAULT 0 NOT NULL,
    due_at bigint NOT NULL,
    lease_until bigint DEFAULT 0 NOT NULL,
    stop_asked bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    ended_at bigint DEFAULT 0 NOT NULL,
    detail text COLLATE pg_catalog."C"
);
CREATE TABLE public.keys (
    id bigint NOT NULL,
    sha256 bytea NOT NULL,
    algorithm text NOT NULL COLLATE pg_catalog."C",
    bits bigint NOT NULL,
    curve text COLLATE pg_catalog."C"
);
CREATE TABLE public.lineages (
    id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    names_sha256 bytea NOT NULL,
    path bigint NOT NULL,
    path_reason text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    certificate_count bigint DEFAULT 0 NOT NULL,
    active_count bigint DEFAULT 0 NOT NULL,
    current_certificate_id bigint DEFAULT 0 NOT NULL,
    demo bigint NOT NULL
);
CREATE TABLE public.locations (
    id bigint NOT NULL,
    kind bigint NOT NULL,
    address text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.scan_outcomes (
    scan_id bigint NOT NULL,
    outcome text NOT NULL COLLATE pg_catalog."C",
    count bigint NOT NULL
);
CREATE TABLE public.scan_records (
    row_id bigint NOT NULL,
    scan_id bigint NOT NULL,
    number bigint NOT NULL,
    address text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    endpoint_id bigint,
    record text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.scans (
    id bigint NOT NULL,
    state bigint NOT NULL,
    targets text NOT NULL COLLATE pg_catalog."C",
    options text NOT NULL COLLATE pg_catalog."C",
    targets_total bigint NOT NULL,
    targets_done bigint DEFAULT 0 NOT NULL,
    new_certificates bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    started_at bigint DEFAULT 0 NOT NULL,
    ended_at bigint DEFAULT 0 NOT NULL,
    asked_by text NOT NULL COLLATE pg_catalog."C",
    detail text COLLATE pg_catalog."C",
    demo bigint NOT NULL
);
CREATE TABLE public.schema_versions (
    version bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    sha256 text NOT NULL COLLATE pg_catalog."C",
    applied_at bigint NOT NULL
);
CREATE TABLE public.sessions (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    token_sha256 bytea NOT NULL,
    origin text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint NOT NULL
);
CREATE TABLE public.settings (
    key text NOT NULL COLLATE pg_catalog."C",
    value bytea NOT NULL
);
CREATE TABLE public.setup_tokens (
    token_sha256 bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.sightings (
    id bigint NOT NULL,
    certificate_id bigint NOT NULL,
    location_id bigint NOT NULL,
    "position" bigint NOT NULL,
    leaf bigint NOT NULL,
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    current bigint NOT NULL,
    expected bigint NOT NULL
);
CREATE TABLE public.users (
    id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_lower text NOT NULL COLLATE pg_catalog."C",
    role bigint NOT NULL,
    password text NOT NULL COLLATE pg_catalog."C",
    disabled bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.write_turn (
    one bigint NOT NULL,
    CONSTRAINT write_turn_one_check CHECK ((one = 1))
);
INSERT INTO public.audit VALUES (0, 1800000000, 'user:test', 'test.change', 'thing:1', NULL, '127.0.0.1', '\x88770b3728b446f4c90b4ad1d3b16ca9ad9ce0626883997bb2c0a30855d207c2');
INSERT INTO public.audit VALUES (1, 1800000000, 'user:test', 'test.change', 'thing:1', NULL, '127.0.0.1', '\xc3e2d58dcdbf08150fb2a8e08efc4c18a2b6b0d0e95d4b29d19e65ca7f6b5bd0');
INSERT INTO public.audit_tree VALUES (1, 2, '\x1d46066a92878e02e79e005baef4f1446b6c458c648ef87f83c3ccb9312576ab', '\x1d46066a92878e02e79e005baef4f1446b6c458c648ef87f83c3ccb9312576ab');
INSERT INTO public.certificate_bodies VALUES (1882404394049208320, '\x6b6570742e6578616d706c652f31', '{"sha256":"x"}');
INSERT INTO public.certificate_names VALUES ('kept.example', 1882404394049208320);
INSERT INTO public.certificate_names VALUES ('www.kept.example', 1882404394049208320);
INSERT INTO public.certificate_texts VALUES (1882404394049208320, 'kept.example
www.kept.example
cn=kept.example
cn=r11,o=test
0a
c1e222e0787487886a77b64d98d5a2ce016c7adfebca6cca68df1da99e038b79');
INSERT INTO public.certificates VALUES (1882404394049208320, '\xc1e222e0787487886a77b64d98d5a2ce016c7adfebca6cca68df1da99e038b79', 'kept.example', 'CN=kept.example', 'CN=R11,O=Test', 'kept.example', 'R11', 'r11', '0a', 1797408000, 1805184000, 1802592000, 7776000, 1882404394049208321, 'sha256WithRSAEncryption', 2, 0, 0, 0, 0, 1, 1, 1, 1800000000, 1800000000, NULL, NULL, NULL, 1882404394055499776, 0);
INSERT INTO public.counters VALUES ('certificates', 1);
INSERT INTO public.counters VALUES ('hosts', 1);
INSERT INTO public.counters VALUES ('endpoints', 1);
INSERT INTO public.counters VALUES ('active', 1);
INSERT INTO public.counters VALUES ('lineages', 1);
INSERT INTO public.endpoints VALUES (1882404394051305474, 1882404394051305472, 'kept.example', '127.0.0.1', 443, 'tls', 'kept.example', 1882404394051305473, 1882404394049208320, 'ok', NULL, 0, 1, 1, NULL, NULL, NULL, NULL, 1800000000, 1800000000, 1882404394048159745, 0);
INSERT INTO public.expiry_days VALUES (20893, 1);
INSERT INTO public.hosts VALUES (1882404394051305472, 'kept.example', 1800000000, 1800000000, 0);
INSERT INTO public.keys VALUES (1882404394049208321, '\xc1e222e0787487886a77b64d98d5a2ce016c7adfebca6cca68df1da99e038b79', 'rsa', 2048, NULL);
INSERT INTO public.lineages VALUES (1882404394055499776, 'kept.example', '\xd7dadbbba5fa30c9898affcb7dedf3b26f9549d58128ad60014ea77006545d5a', 0, 'no renewal is configured', 1800000000, 1, 1, 1882404394049208320, 0);
INSERT INTO public.locations VALUES (1882404394051305473, 0, 'kept.example[127.0.0.1]:443/tls/kept.example');
INSERT INTO public.scan_outcomes VALUES (1882404394048159745, 'ok', 1);
INSERT INTO public.scan_records VALUES (1882404394054451200, 1882404394048159745, 0, '127.0.0.1', 'ok', 1882404394051305474, '{"target":"x","chain":[]}');
INSERT INTO public.scans VALUES (1882404394048159745, 0, '["a"]', '{}', 10, 1, 0, 1800000000, 0, 0, 'user:test', NULL, 0);
INSERT INTO public.schema_versions VALUES (1, '0001-first.sql', 'dffadfecf63ee4875565e57941db867ac15e16fad90bef4a170059a23661d895', 1795200723);
INSERT INTO public.sightings VALUES (1882404394052354048, 1882404394049208320, 1882404394051305473, 0, 1, 1800000000, 1800000000, 1, 1);
INSERT INTO public.users VALUES (1882404394048159744, 'Kept', 'kept', 0, 'hash', 0, 1800000000);
INSERT INTO public.write_turn VALUES (1);
ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.audit_tree
    ADD CONSTRAINT audit_tree_pkey PRIMARY KEY (one);
ALTER TABLE ONLY public.certificate_bodies
    ADD CONSTRAINT certificate_bodies_pkey PRIMARY KEY (certificate_id);
ALTER TABLE ONLY public.certificate_names
    ADD CONSTRAINT certificate_names_pkey PRIMARY KEY (name, certificate_id);
ALTER TABLE ONLY public.certificate_texts
    ADD CONSTRAINT certificate_texts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_sha256_key UNIQUE (sha256);
ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_host_id_port_server_name_address_protocol_key UNIQUE (host_id, port, server_name, address, protocol);
ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_location_id_key UNIQUE (location_id);
ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.expiry_days
    ADD CONSTRAINT expiry_days_pkey PRIMARY KEY (day);
ALTER TABLE ONLY public.hosts
    ADD CONSTRAINT hosts_name_key UNIQUE (name);
ALTER TABLE ONLY public.hosts
    ADD CONSTRAINT hosts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_kind_subject_id_key UNIQUE (kind, subject_id);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.keys
    ADD CONSTRAINT keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.keys
    ADD CONSTRAINT keys_sha256_key UNIQUE (sha256);
ALTER TABLE ONLY public.lineages
    ADD CONSTRAINT lineages_names_sha256_key UNIQUE (names_sha256);
ALTER TABLE ONLY public.lineages
    ADD CONSTRAINT lineages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.locations
    ADD CONSTRAINT locations_kind_address_key UNIQUE (kind, address);
ALTER TABLE ONLY public.locations
    ADD CONSTRAINT locations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.scan_outcomes
    ADD CONSTRAINT scan_outcomes_pkey PRIMARY KEY (scan_id, outcome);
ALTER TABLE ONLY public.scan_records
    ADD CONSTRAINT scan_records_pkey PRIMARY KEY (row_id);
ALTER TABLE ONLY public.scan_records
    ADD CONSTRAINT scan_records_scan_id_number_address_key UNIQUE (scan_id, number, address);
ALTER TABLE ONLY public.scans
    ADD CONSTRAINT scans_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.schema_versions
    ADD CONSTRAINT schema_versions_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_token_sha256_key UNIQUE (token_sha256);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.setup_tokens
    ADD CONSTRAINT setup_tokens_pkey PRIMARY KEY (token_sha256);
ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT sightings_location_id_certificate_id_key UNIQUE (location_id, certificate_id);
ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT sightings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_name_lower_key UNIQUE (name_lower);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.write_turn
    ADD CONSTRAINT write_turn_pkey PRIMARY KEY (one);
CREATE INDEX answers_by_created ON public.answers USING btree (created_at);
CREATE INDEX audit_by_object ON public.audit USING btree (object, number);
CREATE INDEX certificate_names_by_certificate ON public.certificate_names USING btree (certificate_id);
CREATE INDEX certificate_texts_search ON public.certificate_texts USING gin (text public.gin_trgm_ops);
CREATE INDEX certificates_active ON public.certificates USING btree (not_after, expiring_at, problems) WHERE (active = 1);
CREATE INDEX certificates_active_expiring ON public.certificates USING btree (expiring_at, not_after) WHERE (active = 1);
CREATE INDEX certificates_by_first_seen ON public.certificates USING btree (first_seen, id);
CREATE INDEX certificates_by_issuer ON public.certificates USING btree (issuer_name, id);
CREATE INDEX certificates_by_issuer_end ON public.certificates USING btree (issuer_name, not_after, id);
CREATE INDEX certificates_by_issuer_subject ON public.certificates USING btree (issuer);
CREATE INDEX certificates_by_key ON public.certificates USING btree (key_id, not_after, id);
CREATE INDEX certificates_by_lineage ON public.certificates USING btree (lineage_id, not_after, id);
CREATE INDEX certificates_by_name ON public.certificates USING btree (name, id);
CREATE INDEX certificates_by_not_after ON public.certificates USING btree (not_after, id);
CREATE INDEX certificates_by_not_before ON public.certificates USING btree (not_before, id);
CREATE INDEX certificates_troubled ON public.certificates USING btree (problems, not_after) WHERE ((active = 1) AND (problems <> 0));
CREATE INDEX certificates_with_problems ON public.certificates USING btree (not_after, id, problems) WHERE (problems <> 0);
CREATE INDEX endpoints_by_address ON public.endpoints USING btree (address, port);
CREATE INDEX endpoints_by_certificate ON public.endpoints USING btree (certificate_id);
CREATE INDEX endpoints_by_first_seen ON public.endpoints USING btree (first_seen, id);
CREATE INDEX endpoints_by_host ON public.endpoints USING btree (host, id);
CREATE INDEX endpoints_by_last_seen ON public.endpoints USING btree (last_seen, id);
CREATE INDEX jobs_open ON public.jobs USING btree (due_at, id) WHERE (ended_at = 0);
CREATE INDEX lineages_by_created ON public.lineages USING btree (created_at, id);
CREATE INDEX lineages_by_name ON public.lineages USING btree (name, id);
CREATE INDEX scan_records_by_outcome ON public.scan_records USING btree (scan_id, outcome, number);
CREATE INDEX sessions_by_end ON public.sessions USING btree (expires_at);
CREATE INDEX sightings_by_certificate ON public.sightings USING btree (certificate_id, current, last_seen, id);
ALTER TABLE ONLY public.certificate_bodies
    ADD CONSTRAINT certificate_bodies_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificates(id);
ALTER TABLE ONLY public.certificate_names
    ADD CONSTRAINT certificate_names_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificates(id);
ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_key_id_fkey FOREIGN KEY (key_id) REFERENCES public.keys(id);
ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_lineage_id_fkey FOREIGN KEY (lineage_id) REFERENCES public.lineages(id);
ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificates(id);
ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_host_id_fkey FOREIGN KEY (host_id) REFERENCES public.hosts(id);
ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_location_id_fkey FOREIGN KEY (location_id) REFERENCES public.locations(id);
ALTER TABLE ONLY public.scan_outcomes
    ADD CONSTRAINT scan_outcomes_scan_id_fkey FOREIGN KEY (scan_id) REFERENCES public.scans(id);
ALTER TABLE ONLY public.scan_records
    ADD CONSTRAINT scan_records_scan_id_fkey FOREIGN KEY (scan_id) REFERENCES public.scans(id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT sightings_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificates(id);
ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT sightings_location_id_fkey FOREIGN KEY (location_id) REFERENCES public.locations(id);
