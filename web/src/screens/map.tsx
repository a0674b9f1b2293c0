// SPDX-License-Identifier: Apache-2.0
// What breaks if this goes? Rooted at one thing, so far around it as one asks for; a picture and the same as a table.

import { withQuery } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { Authority, Graph, KeyRow, List, MapNode, Ref } from "../api/types.ts";
import { count } from "../format/time.ts";
import { keyText, nameOf, stateWord } from "../format/words.ts";
import { command } from "../format/shell.ts";
import { Badge } from "../parts/badge.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { GraphPicture } from "../parts/graph.tsx";
import { nodeHref } from "../parts/nodelink.tsx";
import { Empty, Loaded, Page, Section } from "../parts/page.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Ways } from "../parts/ways.tsx";
import { here, links, route } from "../router.ts";
import { useResource } from "../state/resource.ts";

const FEW = 6;

function NodeName({ node }: { node: MapNode }) {
  const href = nodeHref(node);
  const name = <Foreign text={node.name} most={80} />;
  return href ? <a class="row-link" href={href}>{name}</a> : name;
}

function TableTwin({ data }: { data: Graph }) {
  const byId = new Map(data.nodes.map((n) => [n.id, n]));
  const near = (n: MapNode) => data.edges.flatMap((e) => (e.from === n.id ? [e.to] : e.to === n.id ? [e.from] : [])).map((id) => byId.get(id)).filter((x): x is MapNode => x !== undefined);
  const columns: Column<MapNode>[] = [
    { name: "name", title: "What", class: "wide", cell: (n) => <><NodeName node={n} />{n.sub && <span class="small quiet"> <Foreign text={n.sub} most={60} /></span>}</> },
    { name: "kind", title: "Kind", cell: (n) => nameOf("root", n.kind) },
    { name: "state", title: "State", cell: (n) => (n.state ? <Badge word={stateWord(n.state)} /> : <span class="quiet">–</span>) },
    { name: "near", title: "Tied to", class: "wide", cell: (n) => <>{near(n).slice(0, FEW).map((m, i) => <span key={m.id} class="word">{i > 0 && ""}<NodeName node={m} /></span>)}{near(n).length > FEW && <span class="quiet">and {near(n).length - FEW} more</span>}</> },
    { name: "from", title: "Map", cell: (n) => (nodeHref(n) ? <a href={here({ root: n.id })} aria-label={`Map from ${n.id}`}>from here</a> : null) },
  ];
  return <Table caption="The map as a table" columns={columns} rows={data.nodes} rowKey={(n) => n.id} href={nodeHref} />;
}

/** Without a root: good ones to begin with. */
function Begin() {
  const keys = useResource<List<KeyRow>>("/keys?sort=-certificates&limit=5");
  const authorities = useResource<List<Authority>>("/authorities?sort=-issued_active&limit=5");
  const services = useResource<List<Ref>>("/services?limit=5");
  const teams = useResource<List<Ref>>("/teams?limit=5");
  const lists: [string, { href: string; text: string; says: string }[]][] = [
    ["Keys in most certificates", (keys.data?.items ?? []).map((k) => ({ href: links.map(`key:${k.sha256}`), text: `${keyText(k)} ${k.sha256.slice(0, 12)}`, says: count(k.certificates, "certificate") }))],
    ["Authorities that issued most", (authorities.data?.items ?? []).map((a) => ({ href: links.map(`authority:${a.sha256}`), text: a.name ?? a.sha256.slice(0, 12), says: `${a.issued_active.toLocaleString("en")} in use` }))],
    ["Services", (services.data?.items ?? []).map((s) => ({ href: links.map(`service:${s.id}`), text: s.name, says: "" }))],
    ["Teams", (teams.data?.items ?? []).map((t) => ({ href: links.map(`team:${t.id}`), text: t.name, says: "" }))],
  ];
  return (
    <>
      <p>The map shows what hangs on one thing: who signed it, where it is served, which service and which team would feel its end. Begin with one of these, or with “On the map” on any certificate, key or host.</p>
      <div class="cards">
        {lists.filter(([, rows]) => rows.length > 0).map(([title, rows]) => (
          <Section key={title} title={title} id={`begin-${title.split(" ")[0]?.toLowerCase()}`}>
            <ul class="plain-list">{rows.map((r) => <li key={r.href}><a href={r.href}><Foreign text={r.text} most={60} /></a> <span class="quiet small">{r.says}</span></li>)}</ul>
          </Section>
        ))}
      </div>
      {keys.data && lists.every(([, rows]) => rows.length === 0) && <Empty title="Nothing is known yet."><p><a href={links.newScan()}>Scan something</a>, then come back.</p></Empty>}
    </>
  );
}

function Shown({ root, hops }: { root: string; hops: string }) {
  const shape = route.value.query.get("as") ?? "picture";
  const path = withQuery("/map", { root, hops });
  const got = useResource<Graph>(path, changes.value);
  const tabs = [["picture", "Picture"], ["table", "Table"]].map(([name, label]) => ({ name: name!, label: label!, href: here({ as: name! }) }));
  const reach = ["1", "2", "3"].map((h) => ({ name: h, label: `${h} ${h === "1" ? "step" : "steps"}`, href: here({ hops: h }) }));
  return (
    <>
      <Loaded from={{ ...got, data: got.of === path ? got.data : null }} what="the map">
        {(data) => (
          <>
            <p class="sentence">{data.sentence}</p>
            <div class="list-tools">
              <Tabs tabs={reach} chosen={hops} label="How far" />
              <Tabs tabs={tabs} chosen={shape} label="Shape" />
              <span class="quiet">{count(data.nodes.length, "box", "boxes")}{data.cut > 0 && `, ${data.cut.toLocaleString("en")} more not shown`}</span>
            </div>
            {shape === "table" ? <TableTwin data={data} /> : <GraphPicture key={root + hops} data={data} root={root} />}
          </>
        )}
      </Loaded>
      <Ways line={command("map", root, "--hops", hops)} call={{ method: "GET", path }} />
    </>
  );
}

export function MapScreen() {
  const root = route.value.query.get("root");
  const hops = route.value.query.get("hops") ?? "2";
  return <Page title="Map" actions={root ? <a class="button" href={links.map()}>Another root</a> : undefined}>{root ? <Shown root={root} hops={hops} /> : <Begin />}</Page>;
}
