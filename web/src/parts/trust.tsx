// SPDX-License-Identifier: Apache-2.0
// Who trusts a certificate: one line for a table, and the whole for its page.

import type { Trust } from "../api/types.ts";
import { plain } from "../format/names.ts";
import type { Word } from "../format/words.ts";
import { Badge } from "./badge.tsx";
import { Foreign } from "./foreign.tsx";

const PROGRAMS: [keyof Trust, string][] = [["mozilla", "Mozilla"], ["chrome", "Chrome"], ["system", "this system"]];

/** What three programs say, in one word. */
export function trustWord(trust: Trust | null): Word {
  const judged = trust ? PROGRAMS.filter(([key]) => trust[key] !== null && trust[key] !== undefined) : [];
  if (!trust || judged.length === 0) return { label: "not judged", tone: "quiet", why: "No scan has judged it yet." };
  const by = judged.filter(([key]) => trust[key] === "trusted").map(([, name]) => name);
  if (by.length === judged.length) return { label: "everywhere", tone: "ok", why: `Trusted by ${by.join(", ")}.` };
  if (by.length > 0) return { label: `only ${by.join(", ")}`, tone: "notice", why: `Trusted by ${by.join(" and ")} alone.` };
  return { label: "nowhere", tone: "warning", why: `Not trusted: ${plain(trust[judged[0]![0]] ?? "")}` };
}

/** Programs that say the same stand together. */
export function TrustList({ trust }: { trust: Trust | null }) {
  const said = new Map<string, string[]>();
  for (const [key, name] of PROGRAMS) {
    const words = trust?.[key];
    if (words) said.set(words, [...(said.get(words) ?? []), name]);
  }
  if (said.size === 0) return <span class="quiet">No scan has judged it as a server's own certificate.</span>;
  return (
    <ul class="plain-list">
      {[...said].map(([words, names]) => {
        const good = words === "trusted";
        return (
          <li key={words}>
            <span class="badges">{names.map((name) => <Badge key={name} word={{ label: name, tone: good ? "ok" : "warning", why: good ? "trusted" : "not trusted" }} />)}</span>
            {!good && <p class="small"><Foreign text={words} /></p>}
          </li>
        );
      })}
    </ul>
  );
}
