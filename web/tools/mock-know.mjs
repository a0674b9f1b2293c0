// SPDX-License-Identifier: Apache-2.0
// The nouns of the mock's inventory beside certificates: teams, services, hosts, keys, authorities, views, selections,
// sources, changes, rules, jobs, timeline, map. All in memory.

import { facts, HOSTILE, iso, keyOf, locations, sha, wholeRow } from "./mock-data.mjs";
import { complete, facets, fieldOf, groups, matcher, Refusal } from "./mock-query.mjs";

const DAY = 86_400_000;
const TEAMS = ["Payments", "Platform", "Network", "Identity", "Shop", "Mail", "Data", "Office IT", "<img src=x onerror=window.hacked=1>", "\u202eevil\u202c team", "=HYPERLINK(1)"];
const SERVICES = ["Shop", "Mail", "Single sign-on", "Payments API", "<b>Wiki</b>", "zero\u200bwidth"];
const ENVIRONMENTS = ["production", "test", null];
const TAGS = ["pci", "internal", "=cmd|'/C calc'!A0", "<script>"];
const MOST_NODES = 200;

export function know({ all, now, say, audit, endpoints, page, stepMs }) {
  const ids = { next: 100 };
  const newId = () => String(ids.next++);
  const versions = new Map();
  const tagOf = (o) => `"${versions.get(o) ?? 1}"`;
  const touch = (o) => versions.set(o, (versions.get(o) ?? 1) + 1);

  const teams = all.length ? TEAMS.map((name, i) => ({ id: String(i + 1), name, note: i === 0 ? "Pager: 555-0100" : null, contacts: i % 2 ? [] : [{ role: "owner", name: "Anna Example", email: "anna@example.org" }, { role: "security", name: "<i>Bob</i>", email: "bob@example.org" }], created_at: iso(now - 90 * DAY), demo: false })) : [];
  const services = all.length ? SERVICES.map((name, i) => ({ id: String(i + 1), name, criticality: ["critical", "high", "normal", "low"][i % 4], environment: "production", note: null, cmdb_id: `CI00${i}`, owner: { id: teams[i].id, name: teams[i].name } })) : [];
  const first = [...teams];
  const said = new Map();
  const base = (r) => {
    const i = Number(r.lineage.id) - 1000;
    const team = i % 5 === 0 ? null : first[i % first.length];
    return { owner: team && { id: team.id, name: team.name }, tags: i % 3 === 0 ? [TAGS[i % TAGS.length]] : [], environment: ENVIRONMENTS[i % 3], purpose: null, criticality: i % 11 === 0 ? "critical" : null, note: null, service: i % 7 === 0 && services[i % services.length] ? { id: services[i % services.length].id, name: services[i % services.length].name } : null, ignored: null };
  };
  const knows = (r) => (r.lineage ? said.get(r.lineage.id) ?? base(r) : null);
  const change = (r, with_) => said.set(r.lineage.id, { ...knows(r), ...with_ });
  const shown = (r) => {
    const { owner = null, tags = [], environment = null, criticality = null } = knows(r) ?? {};
    const { i: _, ...whole } = wholeRow(r);
    return { ...whole, owner, tags, environment, criticality };
  };
  const lineageRow = (r) => ({ id: r.lineage.id, name: r.name, path: r.lineage.path, path_reason: r.lineage.path === "proven" ? "renewed twice by ACME at R11 and seen on the wire" : null, active: r.served > 0, certificates_count: 2, certificate: r.sha256, not_after: r.not_after, problems: r.problems, created_at: r.first_seen, demo: false, ...knows(r) });
  const byLineage = (id) => all.find((r) => r.lineage?.id === id) ?? absent("lineage");
  const absent = (what) => { throw new Refusal(404, "absent", `There is no such ${what}.`, `List them: keepvalid ${what} list`); };
  const one = (list, id, what) => list.find((x) => x.id === id) ?? absent(what);
  const ref = (list, id) => { const x = id && list.find((y) => y.id === id); return x ? { id: x.id, name: x.name } : null; };
  const counted = new Map();
  const lineagesOf = (field, name) => {
    const key = `${field} ${name} ${said.size}`;
    if (!counted.has(key)) counted.set(key, all.reduce((n, r) => n + (r.lineage && fieldOf(r, field, knows) === name ? 1 : 0), 0));
    return counted.get(key);
  };

  const jobs = [];
  function job(kind, total, step) {
    const j = { id: newId(), kind, subject: null, state: "waiting", attempts: 0, due_at: iso(Date.now()), created_at: iso(Date.now()), ended_at: null, detail: null, progress: { done: 0, total }, result: null };
    jobs.unshift(j);
    const go = () => {
      if (j.state === "stopped") return;
      Object.assign(j, { state: "running", attempts: 1 });
      j.progress.done = Math.min(total, j.progress.done + Math.max(1, Math.ceil(total / 4)));
      if (j.progress.done >= total) {
        step();
        Object.assign(j, { state: "done", ended_at: iso(Date.now()), result: { changed: total } });
      } else setTimeout(go, stepMs);
      say("job", { id: j.id, kind: j.kind, state: j.state, done: j.progress.done, total: j.progress.total });
    };
    setTimeout(go, stepMs);
    return j;
  }

  const find = (of, q) => {
    const test = matcher(q, now, knows);
    if (of === "endpoints") return endpoints().filter(test);
    return all.filter((r) => (of === "lineages" ? r.lineage : true) && test(r));
  };

  const views = [];
  const selections = new Map();
  const kinds = [
    { name: "network", title: "Networks", about: "Addresses and names, port by port.", options: [["scopes", "words", "Networks, addresses, names.", true, "10.0.0.0/24 shop.example.org"], ["exclude", "words", "Never looked at.", false, "10.0.0.7"], ["ports", "text", "Empty: 443.", false, "443,8443"], ["rate", "number", "New connections a second.", false, null], ["look", "choice", "What is done to each target.", false, null, ["whole", "polite", "light"]], ["learn_names", "bool", "Names from DNS, logs and certificates are looked at too.", false, null]] },
    { name: "dns", title: "DNS zones", about: "Zones by transfer.", options: [["zones", "words", "Zones.", true, "example.org"], ["server", "text", "Address and port.", true, "127.0.0.1:53"]] },
    { name: "names", title: "Names", about: "A list of names.", options: [["names", "words", "Names.", true, "www.example.org"], ["ports", "text", "Empty: 443.", false, "443"]] },
    { name: "local", title: "This machine", about: "This machine: listeners, files, server configurations.", options: [["paths", "words", "Folders beside the usual ones.", false, "/srv/tls"]] },
    { name: "ct", title: "Certificate Transparency", about: "Public logs, for domains that are yours.", options: [["domains", "words", "Your domains.", true, "example.org"], ["logs", "words", "Empty: all that are known.", false, null]] },
  ].map((k) => ({ ...k, options: k.options.map(([name, type, help, needed, usual, choices = []]) => ({ name, type: type === "bool" ? "flag" : type, label: name[0].toUpperCase() + name.slice(1).replace("_", " "), help, needed, usual, choices, least: 0, most: 1_000_000 })) }));
  const run = (source, i, state = "done") => ({ id: newId(), source, state, scan: "1", started_at: iso(now - (i + 1) * DAY), ended_at: state === "done" ? iso(now - (i + 1) * DAY + 60_000) : null, targets: 256, outcomes: { ok: 31, refused: 200, timeout: 25 }, new_certificates: i === 0 ? 3 : 0, changed: 1, gone: 0, detail: null });
  const sources = all.length ? [["Office network", "network", { scopes: ["10.0.0.0/24", "shop.example.org"], exclude: ["10.0.0.7"], ports: "443,8443" }], ["Zones <b>", "dns", { zones: ["example.org"], server: "127.0.0.1:53" }], ["This machine", "local", {}], ["\u202eLogs", "ct", { domains: ["example.org"] }]].map(([name, kind, options], i) => ({ id: String(i + 1), name, kind, options, schedule: { zone: "", every_s: 86400, quiet: i === 0 ? [{ days: "mon-fri", from: "08:00", to: "18:00" }] : [], paused: i === 3 }, created_at: iso(now - 30 * DAY), next_run_at: iso(now + DAY / 3), last_run: run(String(i + 1), 0), found: [240, 30, 9, 0][i], running: false, demo: false })) : [];
  const changes = () => all.slice(-60).reverse().filter((r) => !r.ca).map((r, i) => ({ id: String(5000 - i), at: iso(now - i * 7_200_000), kind: ["new", "new", "changed", "gone"][i % 4], certificate: shown(r), before: i % 4 === 2 ? sha(`before${i}`) : null, endpoint: "1", location_kind: "endpoint", location: `${r.name}[192.0.2.1]:443/tls/`, run: null, demo: false, source: i % 3 && sources[0] ? { id: "1", name: sources[i % 3].name } : null }));
  const unclear = () => (all.length ? ["sni-needed", "no-tls", "starttls-missing", "alert", "garbage", "limit"].map((outcome, i) => ({ target: i === 3 ? "<script>.example:443" : `192.0.2.${50 + i}:443`, id: String(i + 1), server_name: null, address: `192.0.2.${50 + i}`, protocol: "tls", source: null, demo: false, outcome, detail: ["the server wants a name", "it said: <b>HTTP/1.1 400</b>", "=1+1", "alert 40\u202e", "short", "more than 1 MB"][i], at: iso(now - i * 3_600_000), scan: "1" })) : []);
  const rules = all.length ? [{ id: "1", name: "Shop belongs to Payments", position: 1, q: "name:shop", set: { owner: "1", tags: ["pci"] }, enabled: true }, { id: "2", name: "Lab is <i>ignored</i>", position: 2, q: "lab", set: { ignore: "a lab" }, enabled: false }] : [];
  const withMatches = (r) => ({ ...r, matches: find("certificates", r.q).length });

  const keys = () => {
    const known = new Map();
    for (const r of all.slice(0, 600)) {
      if (r.ca) continue;
      const k = keyOf(r);
      const row = known.get(k) ?? { sha256: k, algorithm: r.key.algorithm, bits: r.key.bits, curve: r.key.curve, certificates: 0, hosts: 0, lineages: 0, teams: 0, first_seen: r.first_seen, demo: false, rows: [] };
      row.certificates++; row.hosts += r.served; row.lineages++; row.rows.push(r);
      known.set(k, row);
    }
    return [...known.values()].map((k) => ({ ...k, teams: new Set(k.rows.map((r) => knows(r)?.owner?.id).filter(Boolean)).size }));
  };
  const authorities = () => all.filter((r) => r.ca).map((r) => ({ sha256: r.sha256, name: r.name, state: r.state, served: r.served, kind: r.self_signed ? "root" : "intermediate", not_after: r.not_after, key: r.key, issued: 37, issued_active: 30, trust: null, problems: [] }));
  const hostRows = () => all.filter((r) => !r.ca && r.served > 0).slice(0, 2000).map((r) => ({ id: String(parseInt(r.sha256.slice(0, 8), 16)), name: r.name, cmdb_id: null, note: null, service: knows(r)?.service ?? null, owner: knows(r)?.owner ?? null, endpoints: r.served, certificates: 1, first_seen: r.first_seen, last_seen: iso(now - 240_000), demo: false }));
  const hostSaid = new Map();

  function timeline(url) {
    const rows = find("certificates", url.searchParams.get("q") ?? "").filter((r) => !r.ca && r.served > 0);
    const days = Number(url.searchParams.get("days") ?? 366);
    const perDay = new Map();
    for (const r of rows) {
      const d = r.not_after.slice(0, 10);
      const x = perDay.get(d) ?? { count: 0, without_path: 0 };
      x.count++;
      if (r.lineage?.path !== "proven") x.without_path++;
      perDay.set(d, x);
    }
    const at = (d) => perDay.get(d) ?? { count: 0, without_path: 0 };
    const list = Array.from({ length: days }, (_, i) => { const day = iso(now + i * DAY).slice(0, 10); return { day, ...at(day) }; });
    const monday = now - ((new Date(now).getUTCDay() + 6) % 7) * DAY;
    const weeks = Array.from({ length: Math.ceil(days / 7) }, (_, i) => Array.from({ length: 7 }, (_, d) => at(iso(monday + (i * 7 + d) * DAY).slice(0, 10))).reduce((a, b) => ({ week: a.week, count: a.count + b.count, without_path: a.without_path + b.without_path }), { week: iso(monday + i * 7 * DAY).slice(0, 10), count: 0, without_path: 0 }));
    const what = Number(url.searchParams.get("what_if") || 0);
    const rate = (longest) => rows.reduce((sum, r) => sum + 7 / (Math.min(longest, 90) * 0.67), 0);
    return { days: list, weeks, load: { per_week_now: rate(398), per_week_then: rate(what || 398), lifetime_days: what || 398 }, overdue: 1, approximate: false, at: iso(now), sentence: `${rows.length.toLocaleString("en")} certificates in use; ${list.slice(0, 30).reduce((s, d) => s + d.count, 0)} of them end within 30 days.` };
  }

  function map(url) {
    const root = url.searchParams.get("root") ?? "";
    const [kind, id] = root.split(":");
    const rows = kind === "certificate" ? all.filter((r) => r.sha256 === id) : kind === "key" ? (keys().find((k) => k.sha256 === id)?.rows ?? []) : kind === "authority" ? all.filter((r) => r.issuer_cn === all.find((c) => c.sha256 === id)?.name).slice(0, 60) : kind === "team" ? all.filter((r) => knows(r)?.owner?.id === id).slice(0, 70) : kind === "service" ? all.filter((r) => knows(r)?.service?.id === id).slice(0, 40) : all.filter((r) => String(parseInt(r.sha256.slice(0, 8), 16)) === id);
    if (rows.length === 0) absent("root");
    const nodes = new Map();
    const edges = [];
    const node = (nid, nkind, name, state = null, sub = null) => { if (!nodes.has(nid) && nodes.size < MOST_NODES) nodes.set(nid, { id: nid, kind: nkind, name, state, sub, href: null }); return nid; };
    const tie = (from, to, k) => nodes.has(from) && nodes.has(to) && edges.push({ from, to, kind: k });
    for (const r of rows) {
      const c = node(`certificate:${r.sha256}`, "certificate", r.name, r.state);
      const ca = all.find((x) => x.ca && x.name === r.issuer_cn);
      tie(node(ca ? `authority:${ca.sha256}` : `authority:${r.issuer_cn}`, "authority", r.issuer_cn), c, "issued");
      tie(node(`key:${keyOf(r)}`, "key", keyOf(r).slice(0, 12)), c, "key");
      const h = node(`host:${parseInt(r.sha256.slice(0, 8), 16)}`, "host", r.name);
      tie(c, h, "served");
      const f = knows(r);
      if (f?.service) tie(h, node(`service:${f.service.id}`, "service", f.service.name), "carries");
      if (f?.owner) tie(c, node(`team:${f.owner.id}`, "team", f.owner.name), "owned");
    }
    return { nodes: [...nodes.values()], edges, cut: Math.max(0, rows.length * 4 - nodes.size), sentence: `If this goes, ${rows.length} certificates and what they serve go with it.` };
  }

  const inWords = (facts) => Object.values(facts).map((x) => (x === null ? "none" : Array.isArray(x) ? x.join(" ") || "none" : typeof x === "object" ? x.name ?? x.reason : String(x))).join(", ");
  function act(s, b) {
    const rows = s.rows;
    const team = ref(teams, b.team);
    const apply = {
      own: () => ({ owner: team }), adopt: () => (team ? { owner: team, adopted: true } : { adopted: true }), ignore: () => ({ ignored: { at: iso(Date.now()), until: b.until ?? null, reason: b.reason } }), unignore: () => ({ ignored: null }),
      tag: (k) => ({ tags: [...new Set([...k.tags, ...b.tags])] }), untag: (k) => ({ tags: k.tags.filter((t) => !b.tags.includes(t)) }), set: () => ({ ...b.set, ...(b.set?.service ? { service: ref(services, b.set.service) } : {}) }),
    }[b.action];
    if (!apply) throw new Refusal(400, "action-unknown", `There is no action "${b.action}".`, null);
    if (b.action === "ignore" && !b.reason) throw new Refusal(400, "reason-missing", "A reason is needed.", "Say why: {\"reason\": …}");
    const seen = rows.filter((r) => r.lineage);
    const pairs = seen.map((r) => { const before = knows(r); const next = apply(before); return { r, before: Object.fromEntries(Object.keys(next).map((k) => [k, before[k] ?? null])), next }; });
    const changed = pairs.filter((p) => JSON.stringify(p.before) !== JSON.stringify(p.next));
    return { preview: { count: rows.length, changes: changed.length, sample: changed.slice(0, 10).map((p) => ({ name: p.r.name, before: inWords(p.before), after: inWords(p.next) })) }, does: () => changed.forEach((p) => change(p.r, p.next)) };
  }

  /** GET, PATCH and DELETE of the things of a list, with versions. */
  const crud = (name, list, { show = (x) => x, make, edit = (x, b) => Object.assign(x, b), remove }) => [
    ["GET", new RegExp(`^/${name}s$`), (_, url) => page(list.map(show), url)],
    ["POST", new RegExp(`^/${name}s$`), (b) => { const x = { id: newId(), ...make(b) }; list.push(x); audit(`${name}.create`, b.name); return { status: 201, body: show(x) }; }],
    ["GET", new RegExp(`^/${name}s/(\\d+)$`), (_, url, m) => { const x = one(list, m[1], name); return { body: show(x), tag: tagOf(x) }; }],
    ["PATCH", new RegExp(`^/${name}s/(\\d+)$`), (b, url, m, tag) => { const x = one(list, m[1], name); fresh(x, tag); edit(x, b); touch(x); audit(`${name}.edit`, x.name); return { body: show(x), tag: tagOf(x) }; }],
    ["DELETE", new RegExp(`^/${name}s/(\\d+)$`), (_, url, m, tag) => { const x = one(list, m[1], name); fresh(x, tag); remove?.(x, url); list.splice(list.indexOf(x), 1); audit(`${name}.remove`, x.name); return { status: 204 }; }],
  ];
  function fresh(x, tag) {
    if (!tag) throw new Refusal(428, "if-match-missing", "If-Match is missing.", "Read it first and send its ETag.");
    if (tag !== tagOf(x)) throw new Refusal(412, "changed", "It was changed meanwhile.", "Read it again.");
  }

  const routes = [
    ["GET", /^\/facets$/, (_, url) => { const rows = find(url.searchParams.get("of"), url.searchParams.get("q") ?? ""); return { total: rows.length, facets: facets(rows, (url.searchParams.get("fields") ?? "").split(","), knows, url.searchParams.get("q")), approximate: false, at: iso(now) }; }],
    ["GET", /^\/groups$/, (_, url) => ({ total: null, approximate: false, at: iso(now), by: url.searchParams.get("by"), more: false, items: groups(find(url.searchParams.get("of"), url.searchParams.get("q") ?? ""), url.searchParams.get("by"), knows, url.searchParams.get("q")) })],
    ["GET", /^\/complete$/, (_, url) => complete(url.searchParams.get("text") ?? "", Number(url.searchParams.get("at") ?? 0), (field) => ({ owner: teams.map((t) => t.name), issuer: [...new Set(all.slice(0, 600).map((r) => r.issuer_cn))], tag: TAGS, env: ["production", "test"], path: ["proven", "untested", "failing", "manual", "none"], state: ["valid", "expiring", "expired", "future"], ca: ["yes", "no"], has: ["problem", "owner"] })[field] ?? [])],
    ["GET", /^\/timeline$/, (_, url) => timeline(url)],
    ["GET", /^\/map$/, (_, url) => map(url)],
    ["GET", /^\/keys$/, (_, url) => page(keys().sort((a, b) => b.certificates - a.certificates).map(({ rows: _r, ...k }) => k), url)],
    ["GET", /^\/keys\/([0-9a-f]+)$/, (_, url, m) => { const k = keys().find((x) => x.sha256 === m[1]) ?? absent("key"); const owners = new Map(k.rows.map((r) => knows(r)?.owner).filter(Boolean).map((o) => [o.id, o])); const { rows, ...rest } = k; return { row: rest, certificates: rows.slice(0, 100).map(shown), hosts: rows.filter((r) => r.served).slice(0, 50).map((r) => ({ id: String(parseInt(r.sha256.slice(0, 8), 16)), name: r.name })), teams: [...owners.values()] }; }],
    ["GET", /^\/authorities$/, (_, url) => page(authorities(), url)],
    ["GET", /^\/tags$/, () => ({ items: TAGS.map((tag) => ({ tag, lineages: 4 })) })],
    ["GET", /^\/hosts$/, (_, url) => page(hostRows().filter(matcher(url.searchParams.get("q") ?? "", now, knows)), url)],
    ["GET", /^\/hosts\/(\d+)$/, (_, url, m) => { const h = hostRows().find((x) => x.id === m[1]) ?? absent("host"); const r = all.find((x) => x.name === h.name); return { body: { row: { ...h, ...hostSaid.get(h.id) }, endpoints: endpoints().filter((e) => e.certificate === r.sha256).slice(0, 100), files: locations(r, now).filter((l) => l.kind !== "endpoint") }, tag: '"1"' }; }],
    ["PATCH", /^\/hosts\/(\d+)$/, (b, url, m) => { hostSaid.set(m[1], { ...hostSaid.get(m[1]), ...b, ...("owner" in b ? { owner: ref(teams, b.owner) } : {}), ...("service" in b ? { service: ref(services, b.service) } : {}) }); return {}; }],
    ["GET", /^\/lineages$/, (_, url) => { const rows = find("lineages", url.searchParams.get("q") ?? ""); const p = page(rows, url); return { ...p, items: p.items.map(lineageRow) }; }],
    ["GET", /^\/lineages\/(\d+)$/, (_, url, m) => { const r = byLineage(m[1]); return { body: { row: lineageRow(r), certificates: [shown(r)] }, tag: tagOf(m[1]) }; }],
    ["PATCH", /^\/lineages\/(\d+)$/, (b, url, m, tag) => {
      fresh(m[1], tag);
      const r = byLineage(m[1]);
      change(r, { ...b, ...("owner" in b ? { owner: ref(teams, b.owner) } : {}), ...("service" in b ? { service: ref(services, b.service) } : {}) });
      touch(m[1]);
      audit("lineage.edit", r.name);
      return { body: { row: lineageRow(r), certificates: [] }, tag: tagOf(m[1]) };
    }],
    ...crud("team", teams, { show: (t) => ({ ...t, lineages: lineagesOf("owner", t.name), services: 0, hosts: 0 }), make: (b) => ({ note: null, contacts: [], ...b, created_at: iso(Date.now()), demo: false }), remove: (t, url) => { if (lineagesOf("owner", t.name) > 0 && !url.searchParams.get("to")) throw new Refusal(409, "in-use", "Lineages belong to this team.", "Say where they go: ?to=TEAM"); } }),
    ...crud("service", services, { show: (s) => ({ ...s, lineages: lineagesOf("service", s.name) }), make: (b) => ({ ...b, owner: ref(teams, b.owner) }), edit: (x, b) => Object.assign(x, b, "owner" in b ? { owner: ref(teams, b.owner) } : {}) }),
    ...crud("view", views, { make: (b) => ({ ...b, owner: { id: "1", name: "anna" }, mine: true, created_at: iso(Date.now()) }) }),
    ["POST", /^\/selections$/, (b) => {
      const wanted = b.ids ? new Set(b.ids) : null;
      const rows = wanted ? all.filter((r) => wanted.has(b.of === "lineages" ? r.lineage?.id : r.sha256)) : find(b.of, b.q ?? "");
      const s = { id: newId(), of: b.of, count: rows.length, hash: sha(rows.map((r) => r.sha256).join()), q: b.q ?? null, created_at: iso(Date.now()), expires_at: iso(Date.now() + DAY), rows };
      selections.set(s.id, s);
      const { rows: _r, ...told } = s;
      return { status: 201, body: { ...told, sample: rows.slice(0, 10).map(shown) } };
    }],
    ["POST", /^\/selections\/(\d+)\/actions$/, (b, url, m) => {
      const s = selections.get(m[1]) ?? absent("selection");
      if (b.hash !== s.hash) throw new Refusal(409, "selection-changed", "This is not the set that was looked at.", "Make the selection again.");
      const { preview, does } = act(s, b);
      if (url.searchParams.get("dry_run")) return { preview };
      audit(`selection.${b.action}`, `${preview.changes} lineages`);
      return { status: 202, body: { job: job("action", preview.changes, does) } };
    }],
    ["GET", /^\/jobs$/, (_, url) => page(jobs, url)],
    ["GET", /^\/jobs\/(\d+)$/, (_, url, m) => one(jobs, m[1], "job")],
    ["DELETE", /^\/jobs\/(\d+)$/, (_, url, m) => Object.assign(one(jobs, m[1], "job"), { state: "stopped", ended_at: iso(Date.now()) })],
    ["GET", /^\/sources\/kinds$/, () => ({ items: kinds })],
    ...crud("source", sources, { make: (b) => ({ options: {}, ...b, created_at: iso(Date.now()), next_run_at: iso(now + DAY), last_run: null, found: 0, demo: false }) }),
    ["POST", /^\/sources\/(\d+)\/run$/, (_, url, m) => { const s = one(sources, m[1], "source"); s.last_run = { ...run(s.id, -1), state: "running", ended_at: null }; return { status: 202, body: { run: s.last_run } }; }],
    ["GET", /^\/sources\/(\d+)\/runs$/, (_, url, m) => page([one(sources, m[1], "source").last_run, ...Array.from({ length: 12 }, (_, i) => run(m[1], i + 1))].filter(Boolean), url)],
    ["GET", /^\/changes$/, (_, url) => { const [kind, since] = [url.searchParams.get("kind"), url.searchParams.get("since")]; const test = matcher(url.searchParams.get("q") ?? "", now, knows); return page(changes().filter((c) => (!kind || c.kind === kind) && (!since || c.at >= since) && test(c.certificate)), url); }],
    ["GET", /^\/coverage$/, () => ({ rows: all.length ? [["10.0.0.0/24", 256], ["shop.example.org", 1], ["<b>.example", 3]].map(([scope, targets], i) => ({ source: "1", scope, targets, answered: Math.ceil(targets / 3), tls: Math.ceil(targets / 4), certificates: Math.ceil(targets / 5), last_scanned_at: iso(now - i * DAY), ports: [443, 8443, 25, 993].slice(i).map((port, k) => ({ port, tls: 20 - k, other: k })) })) : [] })],
    ["GET", /^\/unclear$/, (_, url) => page(unclear().filter((u) => !url.searchParams.get("outcome") || u.outcome === url.searchParams.get("outcome")), url)],
    ["POST", /^\/rules\/try$/, (b) => { const rows = find("certificates", b.q); return { matches: rows.length, would_change: Math.ceil(rows.length / 2), approximate: false, sample: rows.slice(0, 5).map(shown) }; }],
    ["POST", /^\/rules\/apply$/, () => ({ status: 202, body: { job: job("rules", 40, () => {}) } })],
    ...crud("rule", rules, { show: withMatches, make: (b) => ({ position: rules.length + 1, ...b }) }),
    ["GET", /^\/exports\/([a-z0-9.-]+)$/, (_, url, m) => ({ status: 200, type: "text/plain; charset=utf-8", text: `${m[1]} ${url.search}\n` })],
  ];
  const related = (r) => ({ key_history: r.ca ? [] : (all.slice(0, 600).filter((x) => !x.ca && keyOf(x) === keyOf(r)).slice(0, 6).map(shown)), same_names: all.slice(0, 600).filter((x) => x.name === r.name).map(shown), hosts: r.served });
  return { routes, knows, shown, find, related, hostile: HOSTILE, facts };
}
