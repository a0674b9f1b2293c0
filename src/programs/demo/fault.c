/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Incidents at run time. A fault spoils the recipe of the certificate, or changes what the listener speaks; healing
 * puts back what the row says. A new fault is one line. Nothing of it is kept: a restart heals.
 */

#include <string.h>

#include "programs/demo/stage.h"
#include "programs/demo.h"

enum { HOUR = 3600, DAY = 86400 };

static void spoil_expired(struct demo_leaf *leaf)
{
	leaf->from_s = -90 * DAY;
	leaf->to_s = -1 * HOUR;
}

static void spoil_early(struct demo_leaf *leaf)
{
	leaf->from_s = 1 * DAY;
	leaf->to_s = 91 * DAY;
}

static void spoil_name(struct demo_leaf *leaf)
{
	leaf->host = "default." DEMO_DOMAIN;
	leaf->no_address = true;
}

static void spoil_chain(struct demo_leaf *leaf)
{
	leaf->chain = CHAIN_LEAF;
}

static void spoil_issuer(struct demo_leaf *leaf)
{
	leaf->issuer = BY_SELF;
	leaf->chain = CHAIN_LEAF;
}

/* clang-format off */
static const struct demo_fault faults[] = {
	{"expire",      "serves a certificate that ran out an hour ago",             -1,              spoil_expired},
	{"early",       "serves a certificate that becomes valid tomorrow",          -1,              spoil_early},
	{"name",        "serves a certificate for another name",                     -1,              spoil_name},
	{"chain",       "no longer sends its intermediate",                          -1,              spoil_chain},
	{"self-signed", "serves a self-signed certificate, as after a reinstall",    -1,              spoil_issuer},
	{"plain",       "answers in plain HTTP",                                     SPEAKS_HTTP,     NULL},
	{"silent",      "accepts connections and says nothing",                      SPEAKS_NOTHING,  NULL},
	{"stop",        "no longer listens",                                         SPEAKS_CLOSED,   NULL},
};
/* clang-format on */

const char *demo_break_name(size_t nth, const char **what)
{
	if (nth >= COUNT_OF(faults))
		return NULL;
	*what = faults[nth].what;
	return faults[nth].name;
}

const struct demo_fault *demo_fault_find(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		if (str_is(name, faults[i].name))
			return &faults[i];
	return NULL;
}

/* Puts on what its row and fault say, and listens or stops listening accordingly. */
static bool change(struct demo_listener *listener, const struct demo_fault *fault, int64_t now, struct err *err)
{
	const struct demo_fault *was = listener->fault;
	enum demo_kind was_kind = listener->kind;

	listener->fault = fault;
	listener->kind = fault && fault->kind >= 0 ? (enum demo_kind)fault->kind : listener->row->kind;
	if (!demo_listener_dress(listener, now, err)) {
		listener->fault = was;
		listener->kind = was_kind;
		return false;
	}
	if (listener->kind == SPEAKS_CLOSED)
		demo_listener_shut(listener);
	else if (listener->watch.fd < 0 && !demo_listener_open(listener, err))
		return false;
	demo_news_add(listener->stage, listener->nth);
	return true;
}

bool demo_break(struct demo_listener *listener, const struct demo_fault *fault, int64_t now, struct err *err)
{
	const char *name = listener->row->name;

	if (listener->row->kind == SPEAKS_CLOSED ||
	    (fault->spoil && !demo_kind_has_certificate(listener->row->kind))) {
		err_set(err, ERR_INPUT, "%s has %s to break in this way", name,
			fault->spoil ? "no certificate" : "nothing");
		return err_fix(err, "demo-break", "choose another listener: keepvalid demo list");
	}
	return change(listener, fault, now, err);
}

bool demo_heal(struct demo_listener *listener, int64_t now, struct err *err)
{
	return !listener->fault || change(listener, NULL, now, err);
}
