/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* inside - what the files of discovery/ct share. */

#include "base/arena.h"
#include "base/json.h"
#include "discovery/ct.h"

enum {
	CT_HEAD_BYTES = 16384,
	CT_BATCH_ENTRIES = 4096, /* read before what was found is handed over */
	CT_BATCH_OWN = 64,       /* or so many found */
	CT_BATCH_BYTES = 1 << 20, /* or so much of them */
	CT_TILE = 256,
	CT_ISSUERS = 64,         /* certificates of issuers kept for the next entry */
};

/* ---- head.c: signed tree heads ---- */

/* A note of static-ct-api, or the answer of get-sth: read, and its signature checked. err ERR_PROTOCOL */
bool ct_head_read_note(struct arena *arena, const struct ct_log *log, struct str text, struct ct_head *out, struct err *err);
bool ct_head_read_sth(struct arena *arena, const struct ct_log *log, struct str text, struct ct_head *out, struct err *err);

/* ---- entry.c: leaves ---- */

struct ct_leaf {
	uint64_t index;
	int64_t at_ms;
	bool precert;
	struct bytes cert;    /* x509: the certificate; precert: the TBSCertificate */
	struct bytes pre;     /* precert: the precertificate as it was submitted */
	uint8_t issuer_key[HASH_SHA256]; /* precert */
	struct bytes chain;   /* static: fingerprints of 32 bytes; RFC 6962: ASN.1Cert vectors */
	uint8_t hash[HASH_SHA256];
};

/* Takes one TileLeaf. err ERR_PROTOCOL, naming the index. */
bool ct_leaf_take(struct bytes *tile, uint64_t index, struct ct_leaf *out, struct err *err);
/* One element of get-entries, decoded. */
bool ct_leaf_read(struct bytes leaf_input, struct bytes extra, uint64_t index, struct ct_leaf *out, struct err *err);

/* ---- names.c: the certificate in a leaf, when it is ours ---- */

enum ct_whose { CT_OURS, CT_OTHERS, CT_UNREADABLE };
enum ct_whose ct_leaf_whose(const struct ct_domains *domains, const struct ct_leaf *leaf);
/* Its facts. Whether the precertificate is the one the log signed for. err ERR_PROTOCOL; ERR_INPUT: cannot be read */
bool ct_leaf_cert(struct arena *arena, const struct ct_leaf *leaf, const struct cert **out, struct err *err);
/* Whether that certificate issued it. */
bool ct_leaf_issued_by(const struct ct_leaf *leaf, const struct cert *cert, const struct cert *issuer);

/* ---- tiles.c: hashes of static logs ---- */

struct ct_tile_id {
	unsigned level;
	uint64_t index;
	unsigned width; /* 256: full */
};
struct ct_tiles;
struct ct_tiles *ct_tiles_new(void);
void ct_tiles_free(struct ct_tiles *tiles);
void ct_tiles_size(struct ct_tiles *tiles, uint64_t size); /* of the tree that is asked about from now on */
/* A merkle_node_fn: false when the tile is not here; ct_tiles_wanted is then which. */
bool ct_tiles_node(void *tiles, unsigned level, uint64_t index, uint8_t to[HASH_SHA256]);
struct ct_tile_id ct_tiles_wanted(const struct ct_tiles *tiles);
/* False when the content is not of that width (or full). */
bool ct_tiles_put(struct ct_tiles *tiles, struct ct_tile_id id, struct bytes content);
/* "tile/0/x001/234.p/17"; level CT_TILE_DATA: "tile/data/…" */
#define CT_TILE_DATA 64
void ct_tile_path(struct buf *to, struct ct_tile_id id);

/* ---- walk.c and its two kinds of log ---- */

enum ct_phase { CT_PHASE_HEAD, CT_PHASE_PREFIX, CT_PHASE_SEEK, CT_PHASE_START, CT_PHASE_ENTRIES, CT_PHASE_PROOF, CT_PHASE_ISSUERS,
		CT_PHASE_BATCH, CT_PHASE_END };

struct ct_issuer {
	uint8_t fingerprint[HASH_SHA256];
	struct arena *arena;
	const struct cert *cert; /* NULL: the log has none that can be read */
};

struct ct_walk {
	struct ct_walk_options options;
	const struct ct_kind *kind;
	struct arena *arena;  /* of the walk: the position's text */
	struct arena *answer; /* of one answer */
	struct arena *keep;   /* of one batch */
	struct buf url;
	struct buf body; /* the answer that waits to be thought about */
	unsigned status;
	bool asked, answered, too_long;
	enum ct_phase phase;
	struct ct_position position; /* verified */
	struct ct_position after;    /* with the batch */
	struct buf head_text;
	struct merkle reading;       /* position.read and the leaves since */
	uint64_t seek_low, seek_high;
	/* the batch */
	struct ct_entry *entries;
	struct ct_leaf *leaves; /* of the entries: their chains */
	size_t count, issuers_done;
	size_t own_bytes;
	uint64_t unreadable;
	struct ct_batch batch;
	/* static */
	struct ct_tiles *tiles;
	struct ct_tile_id tile;
	struct ct_issuer issuers[CT_ISSUERS];
	size_t issuer_next;
	/* RFC 6962 */
	uint64_t chunk;
	bool refused;
	struct err err;
};

/* What differs between the two. Each says what it wants (true: walk->url is set) or works on the answer. */
enum ct_did { CT_DID_ASK, CT_DID_DONE, CT_DID_FAIL };
struct ct_kind {
	const char *head_path;
	bool (*head)(struct arena *arena, const struct ct_log *log, struct str text, struct ct_head *out, struct err *err);
	/* that the tree of `first` begins that of the head; proof is set when done */
	enum ct_did (*prove)(struct ct_walk *walk, uint64_t first, struct merkle_proof *proof, struct err *err);
	/* the tree of the first `count` entries, verified against the head */
	enum ct_did (*start)(struct ct_walk *walk, uint64_t count, struct merkle *out, struct err *err);
	/* when the log took entry `index` */
	enum ct_did (*time)(struct ct_walk *walk, uint64_t index, int64_t *at_ms, struct err *err);
	/* some entries from reading.count on: ct_walk_leaf is called for each */
	enum ct_did (*entries)(struct ct_walk *walk, struct err *err);
	/* the issuer of an entry of the batch */
	enum ct_did (*issuer)(struct ct_walk *walk, const struct ct_leaf *leaf, struct ct_entry *entry, struct err *err);
};
extern const struct ct_kind ct_kind_static, ct_kind_rfc6962;

/* Whether the answer to what was asked is here; it is then taken. */
bool ct_walk_take(struct ct_walk *walk, unsigned *status, struct bytes *body);
enum ct_did ct_walk_want(struct ct_walk *walk, size_t most_bytes);
bool ct_walk_leaf(struct ct_walk *walk, struct ct_leaf *leaf, struct err *err);
enum ct_did ct_walk_status(unsigned status, const char *what, struct err *err);
