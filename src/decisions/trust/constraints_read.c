/* SPDX-License-Identifier: Apache-2.0 */

/* Reading the NameConstraints extension, and refusing what no name can be compared with. */

#include <string.h>

#include "base/arena.h"
#include "decisions/trust/constraints.h"
#include "decisions/trust/dn.h"
#include "facts/cert.h"
#include "facts/der.h"
#include "facts/oid.h"

/* An address and a mask of ones followed by zeros. */
static bool is_network(struct bytes base)
{
	bool zero = false;

	if (base.len != 8 && base.len != 32)
		return false;
	for (size_t i = base.len / 2; i < base.len; i++)
		for (int bit = 7; bit >= 0; bit--) {
			bool one = base.data[i] >> bit & 1;

			if (one && zero)
				return false;
			zero = zero || !one;
		}
	return true;
}

static struct str without_dot(struct str text)
{
	return text.len && text.data[0] == '.' ? str_skip(text, 1) : text;
}

static bool is_mailbox_base(struct str base)
{
	struct str local, host;

	if (str_find_char(base, '@') != SIZE_MAX)
		return form_split_mailbox(base, &local, &host) && form_is_host(host, false, false);
	return !base.len || form_is_host(without_dot(base), false, false);
}

static bool is_dns_base(struct str base, struct constraints_style style)
{
	if (!base.len)
		return true; /* every name */
	return form_is_host(style.strict_dns ? base : without_dot(base), false, false);
}

static const char *base_problem(struct arena *arena, struct constraints_style style,
				struct constraint *one)
{
	struct bytes canonical;
	const char *problem;

	switch (one->form) {
	case FORM_DNS:
		return is_dns_base(str_from(one->base), style) ? NULL
							       : "a DNS name in it is malformed";
	case FORM_EMAIL:
		return is_mailbox_base(str_from(one->base))
			       ? NULL
			       : "an e-mail address in it is malformed";
	case FORM_URI:
		return form_is_host(without_dot(str_from(one->base)), false, true)
			       ? NULL
			       : "a URI host in it is malformed";
	case FORM_IP:
		return is_network(one->base) ? NULL : "an address range in it is malformed";
	case FORM_DIRECTORY:
		problem = dn_problem(arena, one->base);
		if (problem || !dn_canonical(arena, one->base, &canonical))
			return "a directory name in it is malformed";
		one->base = canonical;
		return NULL;
	case FORM_OTHER:
	case FORM_X400:
	case FORM_EDI:
	case FORM_REGISTERED:
	case FORM_COUNT:
		break;
	}
	return NULL; /* forms that RFC 5280 gives no comparison: names of theirs are refused later
		      */
}

/* GeneralSubtree: a base, minimum 0, no maximum. */
static const char *read_subtree(struct arena *arena, struct bytes subtree,
				struct constraints_style style, struct constraint *out)
{
	struct form_name name;
	struct bytes minimum;
	int64_t number = 0;

	if (!form_take(&subtree, &name))
		return "a name in it cannot be read";
	if (der_next_is(subtree, DER_CONTEXT(0)) &&
	    (!der_take_tag(&subtree, DER_CONTEXT(0), &minimum) || !der_integer(minimum, &number)))
		return "a minimum in it cannot be read";
	if (number || subtree.len)
		return "it has a minimum or a maximum";
	*out = (struct constraint){.form = name.form, .base = name.content};
	return base_problem(arena, style, out);
}

static const char *read_subtrees(struct arena *arena, struct bytes list,
				 struct constraints_style style, const struct constraint **out,
				 size_t *count_out, size_t count_of[FORM_COUNT])
{
	struct constraint *all = ARENA_ARRAY(arena, struct constraint, list.len / 4 + 1);
	struct bytes subtree;
	size_t count = 0;
	const char *problem;

	if (!list.len)
		return "a list in it is empty";
	while (list.len) {
		if (!der_take_tag(&list, DER_SEQUENCE, &subtree))
			return "it cannot be read";
		problem = read_subtree(arena, subtree, style, &all[count]);
		if (problem)
			return problem;
		count_of[all[count++].form]++;
	}
	*out = all;
	*count_out = count;
	return NULL;
}

const char *constraints_read(struct arena *arena, const struct cert *cert,
			     struct constraints_style style, const struct constraints **out)
{
	const struct cert_extension *extension = cert_extension(cert, OID(OID_NAME_CONSTRAINTS));
	struct constraints *read;
	struct bytes body, list;
	const char *problem = NULL;

	*out = NULL;
	if (!extension)
		return NULL;
	read = ARENA_NEW(arena, struct constraints);
	if (!der_take_only(extension->value, DER_SEQUENCE, &body))
		return "it cannot be read";
	if (!body.len)
		return "it is empty";
	if (der_take_tag(&body, DER_CONTEXT_MADE(0), &list))
		problem = read_subtrees(arena, list, style, &read->permitted,
					&read->permitted_count, read->permitted_of);
	if (!problem && der_take_tag(&body, DER_CONTEXT_MADE(1), &list))
		problem = read_subtrees(arena, list, style, &read->excluded, &read->excluded_count,
					read->excluded_of);
	if (!problem && body.len)
		problem = "something follows in it";
	if (problem)
		return problem;
	read->holder = cert->subject;
	*out = read;
	return NULL;
}
