/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* help_query - the topic "query", and the tables of docs/QUERY.md. Both answer an enum cli_exit. */

int help_query(void);
int help_query_table(void);
