// SPDX-License-Identifier: Apache-2.0
// Saved views: a query with its sort, columns and grouping under a name, for oneself or for everybody.

import { useState } from "preact/hooks";
import { withQuery, type Call } from "../api/client.ts";
import type { List, View } from "../api/types.ts";
import { command, listCommand } from "../format/shell.ts";
import { useResource } from "../state/resource.ts";
import { Action } from "./action.tsx";
import { bodyOf, type FormField, type Values } from "./fields.tsx";
import { Foreign } from "./foreign.tsx";
import { FormDialog } from "./formdialog.tsx";
import { Popover } from "./popover.tsx";

export interface Looks {
  q: string;
  sort: string;
  columns: string | null;
  group: string;
}

const FIELDS: FormField[] = [
  { name: "name", label: "Name", kind: "text", required: true, placeholder: "Customer-facing, next 30 days" },
  { name: "shared", label: "Everybody sees it", kind: "check" },
];

function lineOf(of: string, looks: Looks, values: Values): string {
  const words = ["view", "add", String(values.name || "NAME"), "--of", of];
  if (looks.sort) words.push("--sort", looks.sort);
  if (looks.columns) words.push("--columns", looks.columns);
  if (looks.group) words.push("--group-by", looks.group);
  return listCommand([...words, ...(values.shared ? ["--shared"] : [])], looks.q);
}

export function Views({ of, looks, chosen, href }: { of: string; looks: Looks; chosen: string | null; href: (view: View) => string }) {
  const [saving, setSaving] = useState(false);
  const got = useResource<List<View>>(withQuery("/views", { limit: 200 }));
  const views = (got.data?.items ?? []).filter((v) => v.of === of);
  const now = views.find((v) => v.id === chosen);
  const call = (values: Values): Call => ({
    method: "POST", path: "/views",
    body: { ...bodyOf(FIELDS, values), of, q: looks.q, sort: looks.sort, columns: looks.columns?.split(",") ?? [], group_by: looks.group },
  });
  return (
    <>
      <Popover label={now ? <>View: <Foreign text={now.name} most={30} /></> : "Views"} name="views">
        {(close) => (
          <>
            {views.length === 0 && <p class="quiet">No view is saved yet. A view keeps the query, its order, columns and grouping under a name.</p>}
            <ul class="view-list">
              {views.map((v) => (
                <li key={v.id}>
                  <a href={href(v)} aria-current={v.id === chosen ? "true" : undefined} onClick={close}><Foreign text={v.name} most={60} /></a>
                  <span class="quiet small">{v.shared ? (v.mine ? "yours, shared" : "shared") : "yours"}</span>
                  <Action label="Remove" name="view-remove" call={{ method: "DELETE", path: `/views/${v.id}` }} line={command("view", "rm", v.name)} asks={`The view is forgotten; the certificates are not touched.`} onDone={got.reload} />
                </li>
              ))}
            </ul>
            <button type="button" onClick={() => setSaving(true)}>Save what I see as a view…</button>
          </>
        )}
      </Popover>
      {saving && <FormDialog<View> title="Save a view" name="view" fields={FIELDS} initial={{ shared: false }} submit="Save" call={call} line={(values) => lineOf(of, looks, values)}
        onClose={() => setSaving(false)} onDone={() => { setSaving(false); got.reload(); }} />}
    </>
  );
}
