/* SPDX-License-Identifier: Apache-2.0 */

/* Values in PostgreSQL's binary format: numbers big-endian, text and bytea as they are. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records/store/drivers/postgres.h"

/* From the server's catalogue (pg_type.dat); they never change. */
enum pg_type { PG_BOOL = 16, PG_BYTEA = 17, PG_INT8 = 20, PG_INT2 = 21, PG_INT4 = 23, PG_FLOAT8 = 701, PG_NUMERIC = 1700 };

/* What SUM of large numbers answers: digits to the base of 10000, the first counts 10000^weight. The fraction is cut. */
static int64_t numeric_int(struct bytes value)
{
	uint16_t digits, weight, sign, scale, digit;
	int64_t number = 0;

	if (!bytes_take_u16(&value, &digits) || !bytes_take_u16(&value, &weight) || !bytes_take_u16(&value, &sign) ||
	    !bytes_take_u16(&value, &scale) || (int16_t)weight < 0 || (int16_t)weight > 4)
		return 0;
	for (int i = 0; i <= (int16_t)weight; i++) {
		if (i >= digits || !bytes_take_u16(&value, &digit))
			digit = 0;
		if (__builtin_mul_overflow(number, 10000, &number) || __builtin_add_overflow(number, digit, &number))
			return 0;
	}
	return sign == 0x4000 ? -number : number;
}

static int64_t text_int(struct bytes value)
{
	char text[24] = "";

	memcpy(text, value.data, value.len < sizeof text - 1 ? value.len : sizeof text - 1);
	return strtoll(text, NULL, 10);
}

static int64_t float_int(uint64_t bits)
{
	double number;

	memcpy(&number, &bits, sizeof number);
	return number > -9e18 && number < 9e18 ? (int64_t)number : 0;
}

int64_t pg_value_int(Oid type, struct bytes value)
{
	struct bytes rest = value;
	uint64_t u64 = 0;
	uint32_t u32 = 0;
	uint16_t u16 = 0;
	uint8_t u8 = 0;

	switch (type) {
	case PG_BOOL:
		return bytes_take_u8(&rest, &u8) && u8;
	case PG_INT2:
		return bytes_take_u16(&rest, &u16) ? (int16_t)u16 : 0;
	case PG_INT4:
		return bytes_take_u32(&rest, &u32) ? (int32_t)u32 : 0;
	case PG_INT8:
		return bytes_take_u64(&rest, &u64) ? (int64_t)u64 : 0;
	case PG_FLOAT8:
		return bytes_take_u64(&rest, &u64) ? float_int(u64) : 0;
	case PG_NUMERIC:
		return numeric_int(value);
	default:
		return text_int(value);
	}
}

struct bytes pg_value_bytes(Oid type, struct bytes value, char room[PG_TEXT_MAX])
{
	switch (type) {
	case PG_BOOL:
	case PG_INT2:
	case PG_INT4:
	case PG_INT8:
	case PG_FLOAT8:
	case PG_NUMERIC:
		return bytes_of(room, (size_t)snprintf(room, PG_TEXT_MAX, "%lld", (long long)pg_value_int(type, value)));
	default:
		return value;
	}
}
