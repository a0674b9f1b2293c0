/* SPDX-License-Identifier: Apache-2.0 */

/* Whether names lie within name constraints: one comparison per form, after RFC 5280
 * section 4.2.1.10. */

#include <string.h>

#include "base/arena.h"
#include "decisions/trust/constraints.h"
#include "decisions/trust/dn.h"
#include "facts/cert.h"
#include "facts/der.h"
#include "facts/oid.h"

#define OID_EMAIL_ADDRESS "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"

/* A name as it is compared. */
struct subject {
	enum form form;
	struct bytes content; /* directoryName: canonical; URI: the host; otherName: type-id */
	struct str local;     /* of a mailbox; content is its host */
};

struct checking {
	struct arena *arena;
	const struct constraints *const *all;
	size_t count;
	int64_t *budget;
	struct str problem;
};

/* name is host or ends in "." host; with a leading dot only the latter. */
static bool host_within(struct str name, struct str host, bool subtree)
{
	if (!host.len)
		return true;
	if (host.data[0] == '.')
		return name.len > host.len &&
		       str_equal_nocase(str_skip(name, name.len - host.len), host);
	if (str_equal_nocase(name, host))
		return true;
	return subtree && name.len > host.len && name.data[name.len - host.len - 1] == '.' &&
	       str_equal_nocase(str_skip(name, name.len - host.len), host);
}

/* A wildcard is within when all that it stands for is; it is excluded when anything that it stands
 * for is. */
static bool dns_within(struct str name, struct str base, bool excluding)
{
	struct str below;

	if (!str_starts(name, STR("*.")))
		return host_within(name, base, true);
	below = str_skip(name, 2);
	if (base.len &&
	    base.data[0] == '.') /* every expansion is a proper subdomain of what is below */
		return host_within(below, base, true) || str_equal_nocase(below, str_skip(base, 1));
	if (host_within(below, base, true))
		return true;
	return excluding && host_within(base, below, true) &&
	       str_find_char(str_head(base, base.len - below.len - 1), '.') == SIZE_MAX;
}

static bool mailbox_within(const struct subject *name, struct str base)
{
	size_t at = str_find_last_char(base, '@');

	if (at != SIZE_MAX)
		return str_equal(name->local, str_head(base, at)) &&
		       str_equal_nocase(str_from(name->content), str_skip(base, at + 1));
	return host_within(str_from(name->content), base, false);
}

static bool address_within(struct bytes address, struct bytes network)
{
	if (network.len != address.len * 2)
		return false;
	for (size_t i = 0; i < address.len; i++)
		if ((address.data[i] ^ network.data[i]) & network.data[address.len + i])
			return false;
	return true;
}

static bool type_within(struct bytes type, struct bytes other_name)
{
	struct bytes base;

	return !der_take_tag(&other_name, DER_OID, &base) || bytes_equal(type, base);
}

static bool within(const struct subject *name, const struct constraint *base, bool excluding)
{
	switch (name->form) {
	case FORM_DNS:
		return dns_within(str_from(name->content), str_from(base->base), excluding);
	case FORM_URI:
		return host_within(str_from(name->content), str_from(base->base), false);
	case FORM_EMAIL:
		return mailbox_within(name, str_from(base->base));
	case FORM_IP:
		return address_within(name->content, base->base);
	case FORM_DIRECTORY:
		return dn_within(name->content, base->base);
	case FORM_OTHER:
		return type_within(name->content, base->base);
	case FORM_X400:
	case FORM_EDI:
	case FORM_REGISTERED:
	case FORM_COUNT:
		break;
	}
	return true;
}

static bool refuse(struct checking *checking, const struct subject *name,
		   const struct constraints *by, const char *how)
{
	const bool text =
		name->form == FORM_DNS || name->form == FORM_URI || name->form == FORM_EMAIL;
	struct str shown = text ? str_from(name->content) : (struct str){0};

	checking->problem =
		arena_format(checking->arena, "its %s%s%.*s %s the name constraints of %.*s",
			     form_word(name->form), shown.len ? " " : "",
			     (int)(shown.len < 100 ? shown.len : 100), shown.len ? shown.data : "",
			     how, (int)(by->holder.len < 200 ? by->holder.len : 200),
			     by->holder.len ? by->holder.data : "");
	return false;
}

/* Forms for which RFC 5280 has no comparison: a constraint on them refuses every such name
 * (section 6.1.3). */
static bool is_compared(enum form form)
{
	return form == FORM_DNS || form == FORM_URI || form == FORM_EMAIL || form == FORM_IP ||
	       form == FORM_DIRECTORY;
}

static bool check_one(struct checking *checking, const struct subject *name,
		      const struct constraints *by)
{
	const struct constraint *base;
	bool found = !by->permitted_of[name->form];

	for (size_t i = 0; i < by->excluded_count; i++) {
		base = &by->excluded[i];
		if (base->form == name->form && within(name, base, true))
			return refuse(checking, name, by, "is excluded by");
	}
	for (size_t i = 0; i < by->permitted_count; i++) {
		base = &by->permitted[i];
		if (base->form != name->form)
			continue;
		if (within(name, base, false) && !is_compared(name->form))
			return refuse(checking, name, by, "cannot be compared with");
		found = found || within(name, base, false) || !is_compared(name->form);
	}
	return found || refuse(checking, name, by, "is not permitted by");
}

static bool check_name(struct checking *checking, const struct subject *name)
{
	for (size_t i = 0; i < checking->count; i++)
		if (!check_one(checking, name, checking->all[i]))
			return false;
	return true;
}

static bool malformed(struct checking *checking, enum form form)
{
	checking->problem = arena_format(checking->arena,
					 "its %s is malformed, and name constraints apply to it",
					 form_word(form));
	return false;
}

/* Whether any of the constraints speaks of the form. */
static bool concerned(const struct checking *checking, enum form form)
{
	for (size_t i = 0; i < checking->count; i++)
		if (checking->all[i]->permitted_of[form] || checking->all[i]->excluded_of[form])
			return true;
	return false;
}

static bool check_mailbox(struct checking *checking, struct str mailbox)
{
	struct subject name = {.form = FORM_EMAIL};
	struct str host;

	if (!concerned(checking, FORM_EMAIL))
		return true;
	if (!form_split_mailbox(mailbox, &name.local, &host))
		return malformed(checking, FORM_EMAIL);
	name.content = bytes_from(host);
	return check_name(checking, &name);
}

static bool check_directory(struct checking *checking, struct bytes der)
{
	struct subject name = {.form = FORM_DIRECTORY};

	if (!concerned(checking, FORM_DIRECTORY))
		return true;
	if (dn_problem(checking->arena, der) || !dn_canonical(checking->arena, der, &name.content))
		return malformed(checking, FORM_DIRECTORY);
	return check_name(checking, &name);
}

static bool check_other(struct checking *checking, struct bytes content)
{
	struct subject name = {.form = FORM_OTHER};
	struct str mailbox;

	if (form_smtp_utf8(content, &mailbox))
		return check_mailbox(checking, mailbox); /* after RFC 9598 section 6 */
	if (!concerned(checking, FORM_OTHER))
		return true;
	if (!der_take_tag(&content, DER_OID, &name.content))
		return malformed(checking, FORM_OTHER);
	return check_name(checking, &name);
}

static bool check_general(struct checking *checking, const struct form_name *given)
{
	struct subject name = {.form = given->form, .content = given->content};
	struct str host;

	switch (given->form) {
	case FORM_EMAIL:
		return check_mailbox(checking, str_from(given->content));
	case FORM_DIRECTORY:
		return check_directory(checking, given->content);
	case FORM_OTHER:
		return check_other(checking, given->content);
	case FORM_DNS:
		if (!form_is_dns_name(str_from(given->content)))
			return malformed(checking, given->form);
		break;
	case FORM_IP:
		if (given->content.len != 4 && given->content.len != 16)
			return malformed(checking, given->form);
		break;
	case FORM_URI:
		if (!concerned(checking, FORM_URI))
			return true;
		if (!form_uri_host(str_from(given->content), &host))
			return malformed(checking, given->form);
		name.content = bytes_from(host);
		break;
	case FORM_X400:
	case FORM_EDI:
	case FORM_REGISTERED:
	case FORM_COUNT:
		break;
	}
	return !concerned(checking, given->form) || check_name(checking, &name);
}

/* A common name that looks like a host stands in for a missing subjectAltName, as clients once read
 * it. */
static bool check_common_name(void *data, struct str value)
{
	struct checking *checking = data;
	struct subject name = {.form = FORM_DNS, .content = bytes_from(value)};

	if (memchr(value.data ? value.data : "", 0, value.len))
		return malformed(checking, FORM_DNS);
	if (str_find_char(value, '.') == SIZE_MAX || !form_is_dns_name(value))
		return true;
	return check_name(checking, &name);
}

static bool check_subject_mailbox(void *data, struct str value)
{
	return check_mailbox(data, value);
}

/* Names times constraints, before anything is compared. */
static bool afford(struct checking *checking, struct bytes names)
{
	size_t of[FORM_COUNT] = {0};
	struct form_name name;

	while (form_take(&names, &name))
		of[name.form]++;
	for (size_t i = 0; i < checking->count; i++)
		for (size_t form = 0; form < FORM_COUNT; form++)
			*checking->budget -=
				(int64_t)(of[form] * (checking->all[i]->permitted_of[form] +
						      checking->all[i]->excluded_of[form]));
	if (*checking->budget >= 0)
		return true;
	checking->problem = STR("too many names and name constraints to compare");
	return false;
}

static bool check_subject(struct checking *checking, const struct cert *cert, bool leaf, bool named)
{
	if (!dn_is_empty(cert->subject_der) && !check_directory(checking, cert->subject_der))
		return false;
	if (named)
		return true;
	if (leaf && concerned(checking, FORM_DNS) &&
	    !dn_each(checking->arena, cert->subject_der, OID(OID_COMMON_NAME), check_common_name,
		     checking))
		return false;
	return dn_each(checking->arena, cert->subject_der, OID(OID_EMAIL_ADDRESS),
		       check_subject_mailbox, checking);
}

struct str constraints_check(struct arena *arena, const struct cert *cert, bool leaf,
			     const struct constraints *const *all, size_t count, int64_t *budget)
{
	const struct cert_extension *extension = cert_extension(cert, OID(OID_SUBJECT_ALT_NAME));
	struct checking checking = {.arena = arena, .all = all, .count = count, .budget = budget};
	struct bytes names = {0};
	struct form_name name;

	if (!count)
		return (struct str){0};
	if (extension && (!der_take_only(extension->value, DER_SEQUENCE, &names) || !names.len))
		return STR("its alternative names cannot be read, and name constraints apply");
	if (!afford(&checking, names) || !check_subject(&checking, cert, leaf, extension != NULL))
		return checking.problem;
	while (names.len) {
		if (!form_take(&names, &name))
			return STR("one of its alternative names cannot be read, and name "
				   "constraints apply");
		if (!check_general(&checking, &name))
			return checking.problem;
	}
	return (struct str){0};
}
