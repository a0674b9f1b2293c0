/* SPDX-License-Identifier: Apache-2.0 */

/*
 * RFC 5280 section 6.1 over one path. Dates come first, leaf to anchor, for they are what people
 * most often have to mend; then each certificate from the anchor down: form, CA rights, path
 * length, policies, names, usages. The anchor gives its name and key, and its own dates, path
 * length and name constraints are respected; its policies are not (section 6.1.1 d). Revocation
 * lists, when there are any, come last.
 */

#include "decisions/trust/validate.h"

#include "base/arena.h"
#include "decisions/trust/constraints.h"
#include "decisions/trust/dn.h"
#include "decisions/trust/extensions.h"
#include "decisions/trust/policy.h"
#include "decisions/trust/reason.h"
#include "decisions/trust/revocation.h"
#include "decisions/trust/usage.h"
#include "facts/der.h"
#include "facts/hostname.h"
#include "facts/oid.h"

static struct str of(struct validation *v, const struct path *path, size_t place, struct str text)
{
	return reason_of(v->arena, path->at[place]->cert, place, place + 1 == path->count, text);
}

bool validate_fit(const struct cert *cert, int64_t now)
{
	return now >= cert->not_before && now <= cert->not_after && cert->ca &&
	       cert->version == 3 &&
	       (!cert->has_key_usage || (cert->key_usage & CERT_USAGE_KEY_CERT_SIGN));
}

static struct str form_problem(struct validation *v, const struct cert *cert,
			       enum profile_role role)
{
	struct str problem;

	if (!bytes_equal(cert->signature_algorithm, cert->tbs_algorithm))
		return STR("it names two different signature algorithms (RFC 5280 4.1.1.2)");
	if (dn_is_empty(cert->issuer_der))
		return STR("its issuer has no name (RFC 5280 4.1.2.4)");
	problem = extensions_problem(v->arena, cert, v->level >= PROFILE_RFC5280);
	return problem.data
		       ? problem
		       : profile_problem(v->arena, cert, role, v->level, v->query->name != NULL);
}

static struct str name_problem(struct validation *v, const struct cert *leaf)
{
	const struct hostname *name = v->query->name;
	const struct cert_strs *names = name->address_len ? &leaf->names.ip : &leaf->names.dns;

	if (hostname_matches(name, leaf))
		return (struct str){0};
	if (!names->count)
		return arena_format(v->arena, "it is not for %.*s: it names no %s",
				    STR_ARG(name->text), name->address_len ? "address" : "host");
	return arena_format(v->arena, "it is not for %.*s, but for %.*s%s", STR_ARG(name->text),
			    STR_ARG(cert_visible(v->arena, str_head(names->at[0], 100))),
			    names->count > 1 ? " and others" : "");
}

/*
 * A leaf whose alternative names are directory names and nothing else is no host's certificate:
 * where the roots are given by the user, its identity is its place in the directory, if
 * (names_problem) a CA above it was permitted directory names. x509-limbo asks for this; no public
 * CA may issue such a certificate.
 */
static bool is_named_by_directory(struct validation *v, const struct cert *leaf)
{
	const struct cert_extension *extension = cert_extension(leaf, OID(OID_SUBJECT_ALT_NAME));
	struct form_name name;
	struct bytes names;

	if (v->level < PROFILE_RFC5280 || !extension ||
	    !der_take_only(extension->value, DER_SEQUENCE, &names) || !names.len)
		return false;
	while (names.len)
		if (!form_take(&names, &name) || name.form != FORM_DIRECTORY)
			return false;
	return true;
}

static const char *purpose_word(enum trust_purpose purpose)
{
	return purpose == TRUST_SERVER ? "servers" : "clients";
}

struct str validate_leaf(struct validation *v, const struct cert *leaf)
{
	struct str problem = reason_validity(v->arena, leaf, v->query->now);

	if (!problem.data && v->query->name && !is_named_by_directory(v, leaf))
		problem = name_problem(v, leaf);
	if (!problem.data)
		problem = form_problem(v, leaf, PROFILE_LEAF);
	if (!problem.data && !usage_covers(usage_read(leaf), v->query->purpose))
		problem = arena_format(v->arena, "its extended key usage is not for TLS %s",
				       purpose_word(v->query->purpose));
	return problem;
}

static struct str dates_problem(struct validation *v, const struct path *path)
{
	struct str problem = {0};

	for (size_t i = 1; i < path->count && !problem.data;
	     i++) /* the leaf's are looked at already */
		problem =
			of(v, path, i, reason_validity(v->arena, path->at[i]->cert, v->query->now));
	return problem;
}

/* Section 6.1.4 (k) to (n), of an intermediate. */
static struct str ca_problem(struct validation *v, const struct cert *cert)
{
	if (cert->version != 3)
		return STR("it is not of version 3, so nothing says that it is a CA");
	if (!cert->ca)
		return STR("it is not a CA");
	if (cert->has_key_usage && !(cert->key_usage & CERT_USAGE_KEY_CERT_SIGN))
		return STR("its key usage does not let it sign certificates");
	if (!usage_covers(usage_read(cert), v->query->purpose))
		return arena_format(v->arena, "its extended key usage is not for TLS %s",
				    purpose_word(v->query->purpose));
	return (struct str){0};
}

static bool is_self_issued(const struct link *link)
{
	return link->subject.data && link->issuer.data && bytes_equal(link->subject, link->issuer);
}

/* Section 6.1.4 (l) and (m): intermediates below each CA that are not self-issued; and --depth. */
static struct str length_problem(struct validation *v, const struct path *path)
{
	int64_t below = 0;

	for (size_t i = 1; i < path->count; i++) {
		const struct cert *cert = path->at[i]->cert;
		const bool anchor = i + 1 == path->count;

		if (cert->path_length >= 0 && cert->ca && below > cert->path_length)
			return of(v, path, i,
				  arena_format(v->arena,
					       "it allows %d CAs below it, and there are %lld",
					       (int)cert->path_length, (long long)below));
		below += !anchor && !is_self_issued(path->at[i]);
	}
	if (v->query->depth >= 0 && below > v->query->depth)
		return arena_format(v->arena,
				    "the path has %lld intermediates (at most %d are allowed)",
				    (long long)below, (int)v->query->depth);
	return (struct str){0};
}

static struct str forms_problem(struct validation *v, const struct path *path)
{
	const size_t top = path->count - 1;
	struct str problem = {0};

	if (v->level != PROFILE_BROWSERS && v->level != PROFILE_PLAIN)
		problem = of(v, path, top, form_problem(v, path->at[top]->cert, PROFILE_ANCHOR));
	for (size_t i = top; i-- > 1 && !problem.data;) {
		problem = form_problem(v, path->at[i]->cert, PROFILE_CA);
		if (!problem.data)
			problem = ca_problem(v, path->at[i]->cert);
		problem = of(v, path, i, problem);
	}
	return problem;
}

static struct str policies_problem(struct validation *v, const struct path *path)
{
	struct policy_state state;
	const char *problem = NULL;

	policy_start(&state, path->count - 1);
	for (size_t i = path->count - 1; i-- > 0;) {
		problem = policy_step(v->arena, &state, path->at[i]->cert,
				      is_self_issued(path->at[i]), i == 0);
		if (problem)
			return of(v, path, i, str_of(problem));
	}
	return (struct str){0};
}

/* Section 6.1.3 (b) and (c), 6.1.4 (g). */
static struct str names_problem(struct validation *v, const struct path *path)
{
	const struct constraints_style style = {.strict_dns = v->level >= PROFILE_RFC5280};
	const struct constraints *all[LIMIT_PATH_CERTS];
	const struct constraints *read;
	struct str problem = {0};
	size_t count = 0;
	const char *why;

	for (size_t i = path->count; i-- > 0;) {
		const struct link *link = path->at[i];

		if (i + 1 < path->count && (i == 0 || !is_self_issued(link)))
			problem = of(v, path, i,
				     constraints_check(v->arena, link->cert, i == 0, all, count,
						       &v->names_left));
		if (problem.data)
			return problem;
		if (i == 0)
			break;
		why = constraints_read(v->arena, link->cert, style, &read);
		if (why)
			return of(v, path, i,
				  arena_format(v->arena, "its name constraints do not hold: %s",
					       why));
		if (read)
			all[count++] = read;
	}
	for (size_t i = 0; i < count && v->query->name; i++)
		if (all[i]->permitted_of[FORM_DIRECTORY])
			return (struct str){0};
	return v->query->name ? name_problem(v, path->at[0]->cert) : (struct str){0};
}

struct str validate_path(struct validation *v, const struct path *path)
{
	static struct str (*const steps[])(struct validation * v, const struct path *path) = {
		dates_problem,    forms_problem, length_problem,
		policies_problem, names_problem, revocation_problem,
	};
	struct str problem = validate_leaf(v, path->at[0]->cert);

	if (path->count == 1) /* the leaf is an anchor itself */
		return problem.data || !v->query->name ? problem
						       : name_problem(v, path->at[0]->cert);
	for (size_t i = 0; i < COUNT_OF(steps) && !problem.data; i++)
		problem = steps[i](v, path);
	return problem;
}
