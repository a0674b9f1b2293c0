/* SPDX-License-Identifier: Apache-2.0 */

/* From the tree to the list of terms that records and query_matches take. Here `now` turns spans into times. */

#include "decisions/query/inside.h"

#include "base/arena.h"

struct maker {
	struct arena *arena;
	struct model_term *terms;
	size_t count, room;
	int64_t now;
};

static void emit(struct maker *maker, struct model_term term)
{
	if (maker->count == maker->room) {
		struct model_term *bigger;

		maker->room = maker->room ? 2 * maker->room : 16;
		bigger = ARENA_ARRAY(maker->arena, struct model_term, maker->room);
		for (size_t i = 0; i < maker->count; i++)
			bigger[i] = maker->terms[i];
		maker->terms = bigger;
	}
	maker->terms[maker->count++] = term;
}

static void emit_number(struct maker *maker, enum model_field field, enum model_op op, int64_t number)
{
	emit(maker, (struct model_term){.op = op, .field = field, .number = number});
}

static void join(struct maker *maker, enum model_op op)
{
	emit(maker, (struct model_term){.op = op});
}

/* The seconds [low, high) that a value of a time means. */
static void period_of(const struct maker *maker, enum model_field field, const struct query_value *value, int64_t *low,
		      int64_t *high)
{
	int64_t day = maker->now - ((maker->now % 86400) + 86400) % 86400;

	switch (value->kind) {
	case QUERY_SPAN:
		*low = field_looks_ahead(field) ? maker->now + value->low : maker->now - value->low;
		*high = *low + 1;
		break;
	case QUERY_NOW:
		*low = maker->now;
		*high = *low + 1;
		break;
	case QUERY_TODAY:
		*low = day;
		*high = day + 86400;
		break;
	default:
		*low = value->low;
		*high = value->high;
	}
}

/* low <= field < high */
static void emit_between(struct maker *maker, enum model_field field, int64_t low, int64_t high)
{
	emit_number(maker, field, MODEL_GE, low);
	emit_number(maker, field, MODEL_LT, high);
	join(maker, MODEL_AND);
}

static void time_range(struct maker *maker, enum model_field field, const struct query_choice *choice)
{
	int64_t from = INT64_MIN, to = INT64_MAX, low, high;
	bool ago = !field_looks_ahead(field) && (choice->from.kind == QUERY_SPAN || choice->to.kind == QUERY_SPAN);
	const struct query_value *first = ago ? &choice->to : &choice->from;
	const struct query_value *last = ago ? &choice->from : &choice->to;

	if (first->kind != QUERY_OPEN) {
		period_of(maker, field, first, &low, &high);
		from = low;
	}
	if (last->kind != QUERY_OPEN) {
		period_of(maker, field, last, &low, &high);
		to = high;
	}
	if (first->kind == QUERY_OPEN)
		emit_number(maker, field, MODEL_LT, to);
	else if (last->kind == QUERY_OPEN)
		emit_number(maker, field, MODEL_GE, from);
	else
		emit_between(maker, field, from, to);
}

static enum query_op mirrored(enum query_op op)
{
	switch (op) {
	case QUERY_LT:
		return QUERY_GT;
	case QUERY_LE:
		return QUERY_GE;
	case QUERY_GT:
		return QUERY_LT;
	case QUERY_GE:
		return QUERY_LE;
	default:
		return op;
	}
}

static void time_choice(struct maker *maker, enum model_field field, enum query_op op,
			const struct query_choice *choice)
{
	bool ago = choice->from.kind == QUERY_SPAN && !field_looks_ahead(field);
	int64_t low, high;

	if (choice->is_range) {
		time_range(maker, field, choice);
		return;
	}
	period_of(maker, field, &choice->from, &low, &high);
	switch (ago ? mirrored(op) : op) {
	case QUERY_LT:
		emit_number(maker, field, MODEL_LT, low);
		break;
	case QUERY_LE:
		emit_number(maker, field, MODEL_LT, high);
		break;
	case QUERY_GT:
		emit_number(maker, field, MODEL_GE, high);
		break;
	case QUERY_GE:
		emit_number(maker, field, MODEL_GE, low);
		break;
	default:
		if (choice->from.kind == QUERY_SPAN && low < maker->now)
			emit_between(maker, field, low, maker->now + 1);
		else if (choice->from.kind == QUERY_SPAN)
			emit_between(maker, field, maker->now, high);
		else
			emit_between(maker, field, low, high);
	}
}

static void number_choice(struct maker *maker, enum model_field field, enum query_op op,
			  const struct query_choice *choice)
{
	static const enum model_op ops[] = {[QUERY_HAS] = MODEL_EQ, [QUERY_IS] = MODEL_EQ, [QUERY_NOT_IS] = MODEL_EQ,
					    [QUERY_LT] = MODEL_LT,  [QUERY_LE] = MODEL_LE, [QUERY_GT] = MODEL_GT,
					    [QUERY_GE] = MODEL_GE};

	if (!choice->is_range) {
		emit_number(maker, field, ops[op], choice->from.low);
		return;
	}
	if (choice->from.kind != QUERY_OPEN)
		emit_number(maker, field, MODEL_GE, choice->from.low);
	if (choice->to.kind != QUERY_OPEN)
		emit_number(maker, field, MODEL_LE, choice->to.low);
	if (choice->from.kind != QUERY_OPEN && choice->to.kind != QUERY_OPEN)
		join(maker, MODEL_AND);
}

/* problem 0: any */
static void problem_choice(struct maker *maker, int64_t problem)
{
	if (problem != 0) {
		emit_number(maker, MODEL_FIELD_PROBLEM, MODEL_EQ, problem);
		return;
	}
	for (size_t i = 0; i < model_problem_count(); i++) {
		emit_number(maker, MODEL_FIELD_PROBLEM, MODEL_EQ, model_problem_at(i));
		if (i > 0)
			join(maker, MODEL_OR);
	}
}

static void make_choice(struct maker *maker, const struct query_node *term, const struct query_choice *choice)
{
	bool part = term->op != QUERY_IS && field_is_free_text(term->field);

	switch (model_field_type(term->field)) {
	case MODEL_TYPE_TEXT:
		emit(maker, (struct model_term){.op = choice->from.pattern ? MODEL_LIKE
						      : part	       ? MODEL_HAS
								       : MODEL_EQ,
						.field = term->field,
						.text = choice->from.text});
		break;
	case MODEL_TYPE_TIME:
		time_choice(maker, term->field, term->op, choice);
		break;
	case MODEL_TYPE_PROBLEM:
		problem_choice(maker, choice->from.low);
		break;
	case MODEL_TYPE_HAVING:
		if (choice->from.low == MODEL_HAVING_PROBLEM)
			problem_choice(maker, 0);
		else
			number_choice(maker, term->field, term->op, choice);
		break;
	default:
		number_choice(maker, term->field, term->op, choice);
	}
}

static void make(struct maker *maker, const struct query_node *node)
{
	size_t children = 0;

	switch (node->kind) {
	case QUERY_ALL:
		break;
	case QUERY_TERM:
		for (size_t i = 0; i < node->choice_count; i++) {
			make_choice(maker, node, &node->choices[i]);
			if (i > 0)
				join(maker, MODEL_OR);
		}
		if (node->op == QUERY_NOT_IS)
			join(maker, MODEL_NOT);
		break;
	case QUERY_NOT:
		make(maker, node->first);
		join(maker, MODEL_NOT);
		break;
	default:
		for (const struct query_node *child = node->first; child; child = child->next) {
			make(maker, child);
			if (children++ > 0)
				join(maker, node->kind == QUERY_OR ? MODEL_OR : MODEL_AND);
		}
	}
}

struct model_filter query_filter(struct arena *arena, const struct query_node *query, int64_t now)
{
	struct maker maker = {.arena = arena, .now = now};

	make(&maker, query);
	return (struct model_filter){maker.terms, maker.count};
}
