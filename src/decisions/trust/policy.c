/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/policy.h"

#include "base/arena.h"
#include "facts/cert.h"
#include "facts/der.h"
#include "facts/oid.h"

struct mapping {
	struct bytes from, to; /* issuerDomainPolicy, subjectDomainPolicy */
};

void policy_start(struct policy_state *state, size_t length)
{
	*state = (struct policy_state){.any = true,
				       .explicit_after = length + 1,
				       .no_mapping_after = length + 1,
				       .no_any_after = length + 1};
}

static struct policy_node *add_node(struct arena *arena, struct policy_state *next,
				    struct bytes policy, size_t room)
{
	struct bytes *expected = ARENA_NEW(arena, struct bytes);

	for (size_t i = 0; i < next->count; i++)
		if (bytes_equal(next->nodes[i].valid, policy))
			return &next->nodes[i];
	if (next->count == room)
		return NULL;
	*expected = policy;
	next->nodes[next->count] = (struct policy_node){policy, expected, 1};
	return &next->nodes[next->count++];
}

static bool expects(const struct policy_state *state, struct bytes policy)
{
	for (size_t i = 0; i < state->count; i++)
		for (size_t j = 0; j < state->nodes[i].expected_count; j++)
			if (bytes_equal(state->nodes[i].expected[j], policy))
				return true;
	return false;
}

/* The extension's policies, without anyPolicy, which sets *any. */
static const char *read_policies(struct bytes value, struct bytes *policies, size_t *count,
				 bool *any)
{
	struct bytes list, info, policy;

	if (!der_take_only(value, DER_SEQUENCE, &list) || !list.len)
		return "its certificate policies cannot be read";
	while (list.len) {
		if (!der_take_tag(&list, DER_SEQUENCE, &info) ||
		    !der_take_tag(&info, DER_OID, &policy))
			return "its certificate policies cannot be read";
		if (OID_IS(policy, OID_ANY_POLICY))
			*any = true;
		else if (*count == POLICIES_MAX)
			return "it has too many certificate policies";
		else
			policies[(*count)++] = policy;
	}
	return NULL;
}

/* Section 6.1.3 (d) and (e). */
static const char *next_level(struct arena *arena, struct policy_state *state,
			      const struct cert *cert, bool any_counts)
{
	const struct cert_extension *extension = cert_extension(cert, OID(OID_POLICIES));
	struct policy_state next = *state;
	struct bytes policies[POLICIES_MAX];
	size_t count = 0, room = POLICIES_MAX * 4;
	const char *problem;
	bool any = false;

	if (!extension) {
		state->gone = true;
		return NULL;
	}
	problem = read_policies(extension->value, policies, &count, &any);
	if (problem || state->gone)
		return problem;
	next.nodes = ARENA_ARRAY(arena, struct policy_node, room);
	next.count = 0;
	for (size_t i = 0; i < count; i++)
		if ((state->any || expects(state, policies[i])) &&
		    !add_node(arena, &next, policies[i], room))
			return "it has too many certificate policies";
	any = any && any_counts;
	for (size_t i = 0; any && i < state->count; i++)
		for (size_t j = 0; j < state->nodes[i].expected_count; j++)
			if (!add_node(arena, &next, state->nodes[i].expected[j], room))
				return "its path has too many certificate policies";
	next.any = any && state->any;
	next.gone = !next.any && !next.count;
	*state = next;
	return NULL;
}

static const char *read_mappings(struct bytes value, struct mapping *mappings, size_t *count)
{
	struct bytes list, pair;
	struct mapping *to;

	if (!der_take_only(value, DER_SEQUENCE, &list) || !list.len)
		return "its policy mappings cannot be read";
	while (list.len) {
		if (*count == POLICIES_MAX)
			return "it has too many policy mappings";
		to = &mappings[(*count)++];
		if (!der_take_tag(&list, DER_SEQUENCE, &pair) ||
		    !der_take_tag(&pair, DER_OID, &to->from) ||
		    !der_take_tag(&pair, DER_OID, &to->to) || pair.len)
			return "its policy mappings cannot be read";
		if (OID_IS(to->from, OID_ANY_POLICY) || OID_IS(to->to, OID_ANY_POLICY))
			return "it maps anyPolicy";
	}
	return NULL;
}

static void remove_node(struct policy_state *state, struct bytes policy)
{
	for (size_t i = 0; i < state->count; i++)
		if (bytes_equal(state->nodes[i].valid, policy)) {
			state->nodes[i] = state->nodes[--state->count];
			break;
		}
	state->gone = state->gone || (!state->any && !state->count);
}

static void map_policy(struct arena *arena, struct policy_state *state,
		       const struct mapping *mappings, size_t count, struct bytes from)
{
	struct bytes *expected = ARENA_ARRAY(arena, struct bytes, count);
	struct policy_node *node = NULL;
	size_t found = 0;

	for (size_t i = 0; i < state->count; i++)
		if (bytes_equal(state->nodes[i].valid, from))
			node = &state->nodes[i];
	if (!node && state->any)
		node = add_node(arena, state, from, POLICIES_MAX * 4);
	if (!node)
		return;
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(mappings[i].from, from))
			expected[found++] = mappings[i].to;
	node->expected = expected;
	node->expected_count = found;
}

/* Section 6.1.4 (a) and (b). */
static const char *apply_mappings(struct arena *arena, struct policy_state *state,
				  const struct cert *cert)
{
	const struct cert_extension *extension = cert_extension(cert, OID(OID_POLICY_MAPPINGS));
	struct mapping mappings[POLICIES_MAX];
	size_t count = 0;
	const char *problem;

	if (!extension)
		return NULL;
	problem = read_mappings(extension->value, mappings, &count);
	if (problem || state->gone)
		return problem;
	for (size_t i = 0; i < count; i++) {
		if (state->no_mapping_after)
			map_policy(arena, state, mappings, count, mappings[i].from);
		else
			remove_node(state, mappings[i].from);
	}
	return NULL;
}

static void lower(uint64_t *counter, uint64_t to)
{
	if (*counter > to)
		*counter = to;
}

static void count_down(uint64_t *counter)
{
	if (*counter)
		--*counter;
}

static bool take_skip(struct bytes *from, uint8_t tag, uint64_t *counter)
{
	struct bytes content;
	int64_t number;

	if (!der_next_is(*from, tag))
		return true;
	if (!der_take_tag(from, tag, &content) || !der_integer(content, &number) || number < 0)
		return false;
	lower(counter, (uint64_t)number);
	return true;
}

/* Section 6.1.4 (h) to (j); of the last certificate only requireExplicitPolicy 0 counts. */
static const char *constrain(struct policy_state *state, const struct cert *cert, bool last)
{
	const struct cert_extension *limits = cert_extension(cert, OID(OID_POLICY_CONSTRAINTS));
	const struct cert_extension *inhibit = cert_extension(cert, OID(OID_INHIBIT_ANY_POLICY));
	uint64_t explicit_after = UINT64_MAX, mapping_after = UINT64_MAX, any_after = UINT64_MAX;
	struct bytes body;

	if (limits && (!der_take_only(limits->value, DER_SEQUENCE, &body) || !body.len ||
		       !take_skip(&body, DER_CONTEXT(0), &explicit_after) ||
		       !take_skip(&body, DER_CONTEXT(1), &mapping_after) || body.len))
		return "its policy constraints cannot be read";
	body = inhibit ? inhibit->value : (struct bytes){0};
	if (inhibit && (!der_next_is(body, DER_INTEGER) ||
			!take_skip(&body, DER_INTEGER, &any_after) || body.len))
		return "its inhibitAnyPolicy cannot be read";
	if (last && explicit_after)
		return NULL;
	lower(&state->explicit_after, explicit_after);
	lower(&state->no_mapping_after, mapping_after);
	lower(&state->no_any_after, any_after);
	return NULL;
}

const char *policy_step(struct arena *arena, struct policy_state *state, const struct cert *cert,
			bool self_issued, bool last)
{
	const char *problem =
		next_level(arena, state, cert, state->no_any_after || (self_issued && !last));

	if (problem)
		return problem;
	if (!state->explicit_after && state->gone)
		return "it has no certificate policy that its issuers permit, and one is required";
	if (!last) {
		problem = apply_mappings(arena, state, cert);
		if (!problem && !self_issued) {
			count_down(&state->explicit_after);
			count_down(&state->no_mapping_after);
			count_down(&state->no_any_after);
		}
		return problem ? problem : constrain(state, cert, false);
	}
	count_down(&state->explicit_after);
	problem = constrain(state, cert, true);
	if (!problem && !state->explicit_after && state->gone)
		return "it has no certificate policy that its issuers permit, and one is required";
	return problem;
}
