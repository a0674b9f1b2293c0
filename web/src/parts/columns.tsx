// SPDX-License-Identifier: Apache-2.0
// Which columns a table shows. The choice is in the address, and with it in every saved view.

import { Popover } from "./popover.tsx";
import type { Column } from "./table.tsx";

/** The names in the address, or what is shown without them. */
export function shownColumns<T>(columns: Column<T>[], chosen: string | null): Column<T>[] {
  if (!chosen) return columns.filter((c) => !c.extra);
  const names = chosen.split(",");
  const found = columns.filter((c) => names.includes(c.name));
  return found.length > 0 ? found : columns.filter((c) => !c.extra);
}

export function ColumnChooser<T>({ columns, chosen, onChosen }: { columns: Column<T>[]; chosen: string | null; onChosen: (names: string | null) => void }) {
  const now = shownColumns(columns, chosen).map((c) => c.name);
  const set = (name: string, on: boolean) => {
    const next = columns.map((c) => c.name).filter((n) => (n === name ? on : now.includes(n)));
    const usual = columns.filter((c) => !c.extra).map((c) => c.name);
    onChosen(next.join(",") === usual.join(",") || next.length === 0 ? null : next.join(","));
  };
  return (
    <Popover label="Columns" name="columns">
      {() => (
        <>
          {columns.map((c, i) => (
            <label key={c.name} class="check">
              <input type="checkbox" checked={now.includes(c.name)} disabled={i === 0} onChange={(e) => set(c.name, e.currentTarget.checked)} /> {c.title}
            </label>
          ))}
          {chosen && <button type="button" onClick={() => onChosen(null)}>As usual</button>}
        </>
      )}
    </Popover>
  );
}
