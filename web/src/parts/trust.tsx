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

export function TrustList({ trust }: { trust: Trust | null }) {
  if (!trust) return <span class="quiet">not judged yet</span>;
  return (
    <ul class="plain-list">
      {PROGRAMS.map(([key, name]) => {
        const said = trust[key];
        if (said === null || said === undefined) return null;
        const word: Word = said === "trusted" ? { label: name, tone: "ok", why: "trusted" } : { label: name, tone: "warning", why: plain(said) };
        return <li key={key}><Badge word={word} /> {said !== "trusted" && <span class="small"><Foreign text={said} /></span>}</li>;
      })}
    </ul>
  );
}
