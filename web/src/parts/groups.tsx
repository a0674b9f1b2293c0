// SPDX-License-Identifier: Apache-2.0
// A list as groups: how many of each, when the next of them ends. Each group leads to its list.

import { withQuery } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { Group } from "../api/types.ts";
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

export function Groups({ of, by, query, href }: Props) {
  const got = useResource<{ items: Group[] }>(withQuery("/groups", { of, q: query, by }), changes.value);
  const most = Math.max(1, ...(got.data?.items ?? []).map((g) => g.count));
  const within = (g: Group) => href([query, g.q].filter(Boolean).join(" "));
  const columns: Column<Group>[] = [
    { name: "group", title: nameOf("field", by), class: "wide", cell: (g) => <a class="row-link" href={within(g)}>{label(by, g)}</a> },
    { name: "count", title: "How many", class: "number", cell: (g) => <a href={within(g)}>{g.count.toLocaleString("en")}</a> },
    { name: "share", title: "Share", cell: (g) => <svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="whole" width="100" height="8" /><rect class="part" width={(g.count / most) * 100} height="8" /></svg> },
    { name: "next", title: "Next ends", cell: (g) => <When time={g.next_not_after} /> },
  ];
  return (
    <Loaded from={got} what="groups">
      {(data) => (data.items.length === 0 ? <Empty title="Nothing to group." /> : <Table caption={`Groups by ${nameOf("field", by).toLowerCase()}`} columns={columns} rows={data.items} rowKey={(g) => g.q} href={within} busy={got.loading} />)}
    </Loaded>
  );
}
