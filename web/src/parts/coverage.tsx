// SPDX-License-Identifier: Apache-2.0
// The certificates in use by renewal path, as one bar. Each part is a link to its list; the words beneath say the numbers.

import type { Facets, Overview, Path } from "../api/types.ts";
import { withQuery } from "../api/client.ts";
import { terms, withPath } from "../format/query.ts";
import { pathWord } from "../format/words.ts";
import { links } from "../router.ts";
import { useResource } from "../state/resource.ts";
import { Icon } from "./icon.tsx";

const ORDER: Path[] = ["proven", "untested", "manual", "failing", "none"];
const WIDTH = 1000;
type Share = { path: Path; count: number };

function shares(facets: Facets | null, headline: Overview["headline"]): Share[] {
  const values = facets?.facets.find((f) => f.field === "path")?.values ?? [];
  const known = ORDER.map((path) => ({ path, count: values.find((v) => v.value === path)?.count ?? 0 })).filter((s) => s.count > 0);
  // Until the counts are there: what the headline knows.
  return known.length > 0 ? known : [{ path: "proven" as Path, count: headline.proven }].filter((s) => s.count > 0);
}

export function Coverage({ headline, again }: { headline: Overview["headline"]; again: unknown }) {
  const got = useResource<Facets>(withQuery("/facets", { of: "certificates", q: terms.active, fields: "path" }), again);
  if (headline.active === 0) return null;
  const share = Math.min(1, headline.proven / headline.active);
  // Never rounded up to a hundred: one certificate without a path is one too many.
  const text = `${(Math.floor(share * 1000) / 10).toLocaleString("en")} %`;
  const parts = shares(got.data, headline);
  const whole = Math.max(headline.active, parts.reduce((sum, p) => sum + p.count, 0));
  let from = 0;
  return (
    <section class="coverage" aria-label="Renewal paths of the certificates in use">
      <p><b>{text}</b> of the certificates in use have a proven renewal path</p>
      <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
        <rect class="whole" width={WIDTH} height="10" />
        {parts.map((p) => {
          const width = (p.count / whole) * WIDTH;
          const x = from;
          from += width;
          return <rect key={p.path} class={`path-${p.path}`} x={x} width={Math.max(2, width - 2)} height="10" />;
        })}
      </svg>
      <ul class="coverage-parts">
        {parts.map((p) => {
          const word = pathWord(p.path);
          return <li key={p.path}><a href={links.certificates(withPath(p.path))} title={word.why}><span class={`tone ${word.tone}`}><Icon name={word.tone} /></span> {word.label} <b>{p.count.toLocaleString("en")}</b></a></li>;
        })}
      </ul>
    </section>
  );
}
