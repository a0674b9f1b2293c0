/* SPDX-License-Identifier: Apache-2.0 */

/* What changes of teams, services, hosts and lineages share: counts that move, texts that fit, rows that are stale. */

#include "base/limits.h"
#include "records/store/inside.h"

/* One less of what it was, one more of what it is to be; both may be none. */
bool count_move(struct store_txn *txn, const char *sql, int64_t from, int64_t to, const char *noun,
		       struct err *err)
{
	int64_t met;

	if (from == to)
		return true;
	if (from && !db_run(txn, sql, VALUES(V(from), V(-1)), err))
		return false;
	if (to == 0)
		return true;
	if (!db_change(txn, sql, VALUES(V(to), V(1)), &met, err))
		return false;
	if (met == 1)
		return true;
	err_set(err, ERR_INPUT, "there is no %s %lld", noun, (long long)to);
	return err_fix(err, str_is(str_of(noun), "team") ? "no-such-team" : "no-such-service", "list them first");
}

bool text_fits(const char *field, struct str text, size_t most, struct err *err)
{
	if (text.len <= most && str_is_utf8(text))
		return true;
	err_set(err, ERR_INPUT, "%s: more than %zu bytes, or not UTF-8", field, most);
	return err_fix(err, "text-too-long", "write less");
}

bool store_stale(const char *noun, struct err *err)
{
	err_set(err, ERR_CONFLICT, "the %s was changed meanwhile", noun);
	return err_fix(err, "changed", "read it again and decide anew");
}

bool name_fits(const char *field, struct str name, struct err *err)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7f) {
			err_set(err, ERR_INPUT, "%s: has control characters", field);
			return err_fix(err, "name", "write plain text");
		}
	if (name.len == 0 || !str_equal(str_trim(name), name)) {
		err_set(err, ERR_INPUT, "%s: is empty, or has spaces around it", field);
		return err_fix(err, "name", "write a name");
	}
	return text_fits(field, name, LIMIT_NAME_BYTES, err);
}
