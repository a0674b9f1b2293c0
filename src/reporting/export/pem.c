/* SPDX-License-Identifier: Apache-2.0 */

/* The certificates themselves, each under a line that says whose it is (RFC 7468 section 2: text before a block is ignored). */

#include "base/foreign.h"
#include "base/pem.h"
#include "reporting/export.h"

static void pem_start(struct export *out)
{
}

static bool pem_item(struct export *out, const struct export_item *item, struct err *err)
{
	buf_add_text(out->to, "# ");
	foreign_add(out->to, json_in_str(json_in_get(item->row, "name"), STR("")));
	buf_add_text(out->to, ", until ");
	buf_add_str(out->to, json_in_str(json_in_get(item->row, "not_after"), STR("")));
	buf_add_char(out->to, '\n');
	pem_write(out->to, "CERTIFICATE", item->der);
	return true;
}

const struct export_form export_pem = {
	.name = "pem",
	.type = "application/x-pem-file",
	.ending = ".pem",
	.of = "certificates",
	.needs = EXPORT_DER,
	.about = "the certificates themselves",
	.start = pem_start,
	.item = pem_item,
	.end = pem_start,
};
