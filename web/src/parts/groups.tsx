// SPDX-License-Identifier: Apache-2.0
// A list as groups: how many of each, when the next of them ends. Each group leads to its list.

import type { ComponentChildren } from "preact";
import { withQuery } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { Group, Groups as Data } from "../api/types.ts";
import { addDays, dayInWords } from "../format/time.ts";
import { nameOf, valueText } from "../format/words.ts";
import { useResource } from "../state/resource.ts";
import { Foreign } from "./foreign.tsx";
import { Empty, Loaded } from "./page.tsx";
import { Table, type Column } from "./table.tsx";
import { When } from "./when.tsx";

interface Props {
  of: string;
  by: string;
  query: string;
  /** the address of the list of a query */
  href: (query: string) => string;
}

function label(by: string, g: Group) {
  if (by === "week" && g.value) return <>{dayInWords(g.value)} – {dayInWords(addDays(g.value, 6))}</>;
  return <Foreign text={valueText(by, g.value, g.label)} most={90} />;
}

function Within({ href, main, children }: { href: string | null; main?: boolean; children: ComponentChildren }) {
  return href === null ? <>{children}</> : <a class={main ? "row-link" : undefined} href={href}>{children}</a>;
}

export function Groups({ of, by, query, href }: Props) {
  const got = useResource<Data>(withQuery("/groups", { of, q: query, by }), changes.value);
  const most = Math.max(1, ...(got.data?.items ?? []).map((g) => g.count));
  const within = (g: Group) => (g.q === null ? null : href(g.q));
  const columns: Column<Group>[] = [
    { name: "group", title: nameOf("field", by), class: "wide", cell: (g) => <Within href={within(g)} main>{label(by, g)}</Within> },
    { name: "count", title: "How many", class: "number", cell: (g) => <Within href={within(g)}>{g.count.toLocaleString("en")}</Within> },
    { name: "share", title: "Share", cell: (g) => <svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="whole" width="100" height="8" /><rect class="part" width={(g.count / most) * 100} height="8" /></svg> },
    { name: "next", title: "Next ends", cell: (g) => <When time={g.next_not_after} /> },
  ];
  return (
    <Loaded from={got} what="groups">
      {(data) => (data.items.length === 0 ? <Empty title="Nothing to group." /> : <>{data.approximate && <p class="quiet small">Counted in part: the numbers are lower bounds, the links lead to all.</p>}<Table caption={`Groups by ${nameOf("field", by).toLowerCase()}`} columns={columns} rows={data.items} rowKey={(g) => g.value ?? ""} href={within} busy={got.loading} />{data.more && <p class="quiet small">The largest groups only; narrow the query to see others.</p>}</>)}
    </Loaded>
  );
}
