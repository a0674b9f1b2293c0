// SPDX-License-Identifier: Apache-2.0
// A stand-in for the engine: the built console and an API with made-up data, to work on screens without a server.
//   node tools/mock.mjs [PORT] [--empty] [--size=250000]        set up with #/setup?token=mock ; state lives in memory only

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { facts, inventory, iso, locations, sha, wholeRow } from "./mock-data.mjs";
import { know } from "./mock-know.mjs";
import { matcher, Refusal } from "./mock-query.mjs";

const DIST = process.env.KEEPVALID_BUILD ? join(process.env.KEEPVALID_BUILD, "console") : join(dirname(fileURLToPath(import.meta.url)), "../dist");
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml", txt: "text/plain; charset=utf-8" };
const DAY = 86_400_000;
const SORTS = { not_after: (r) => r.not_after, name: (r) => r.name, issuer: (r) => r.issuer_cn, first_seen: (r) => r.first_seen };

function page(rows, url) {
  const limit = Math.min(1000, Number(url.searchParams.get("limit") ?? 50));
  const from = Number(url.searchParams.get("cursor")?.replace(/^c/, "") || 0);
  return { items: rows.slice(from, from + limit), next_cursor: from + limit < rows.length ? `c${from + limit}` : null, total: url.searchParams.get("total") ? rows.length : null };
}

export function startMock({ port = 0, empty = false, size = 480, stepMs = 250 } = {}) {
  const now = Date.now();
  const all = empty ? [] : inventory(now, size);
  const state = { user: null, password: null, sessions: new Set(), scans: [], records: new Map(), streams: new Set(), audit: [], tokenUsed: false, events: 0, requests: [] };
  const say = (event, data) => {
    state.events++;
    for (const s of state.streams) s.write(`id: ${state.events}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const audit = (what, object) => state.audit.unshift({ index: state.audit.length, at: iso(Date.now()), who: state.user?.name ?? null, what, object, why: null, from: "127.0.0.1", hash: sha(`${what}${state.audit.length}`) });

  const endpointOf = (r, l) => ({ id: l.id, host: l.host, address: l.address, port: l.port, protocol: l.protocol, server_name: l.server_name, outcome: l.outcome, detail: l.detail, certificate: r.sha256, name: r.name, not_after: r.not_after, problems: r.problems, first_seen: l.first_seen, last_seen: l.last_seen, demo: false });
  const MOST_SERVED = 2000; // certificates of which endpoints are made up
  const endpoints = () => [
    ...all.slice(0, MOST_SERVED).filter((r) => !r.ca).map(wholeRow).flatMap((r) => locations(r, now).filter((l) => l.kind === "endpoint").map((l) => endpointOf(r, l))),
    ...(empty ? [] : [{ id: "9000001", host: "printer.example.org", address: "192.0.2.200", port: 443, protocol: "tls", server_name: null, outcome: "timeout", detail: "no answer within 5 s", certificate: null, name: null, not_after: null, problems: [], first_seen: iso(now - DAY), last_seen: iso(now - 240_000), demo: false }]),
  ];

  const known = know({ all, now, say, audit, endpoints, page, stepMs });
  const sorted = new Map();
  /** The rows in an order; sorted once. */
  function inOrder(sort) {
    if (!sorted.has(sort)) {
      const key = SORTS[sort.replace(/^-/, "")];
      if (!key) throw new Refusal(400, "sort-unknown", `Cannot sort by ${sort}.`, null);
      const back = sort.startsWith("-") ? -1 : 1;
      sorted.set(sort, all.map((r) => [key(r), r]).sort((a, b) => (a[0] < b[0] ? -1 : 1) * back).map(([, r]) => r));
    }
    return sorted.get(sort);
  }

  function overview() {
    const monday = new Date(now - ((new Date(now).getUTCDay() + 6) % 7) * DAY);
    const ends = new Map();
    for (const r of all) {
      if (r.ca || r.served === 0) continue;
      const w = Math.floor((Date.parse(`${r.not_after.slice(0, 10)}T00:00:00Z`) - Date.parse(`${iso(monday.getTime()).slice(0, 10)}T00:00:00Z`)) / DAY / 7);
      ends.set(w, (ends.get(w) ?? 0) + 1);
    }
    const weeks = Array.from({ length: 26 }, (_, i) => ({ week: iso(monday.getTime() + i * 7 * DAY).slice(0, 10), count: ends.get(i) ?? 0 }));
    const leaves = all.filter((r) => !r.ca);
    const active = leaves.filter((r) => r.served > 0);
    const why = { expired: "expired 3 days ago and still served by 192.0.2.10:443", none: "nobody renews it", failing: "the last renewal failed: validation of vpn.example by http-01 was refused" };
    const needs = active.filter((r) => r.state === "expired" || r.lineage.path === "failing" || (r.lineage.path === "none" && r.state === "expiring"))
      .map((r) => ({ lineage: r.lineage.id, certificate: r.sha256, name: r.name, why: why[r.state] ?? why[r.lineage.path], code: r.state === "expired" ? "expired-served" : r.lineage.path, severity: r.state === "expired" ? "critical" : r.lineage.path === "failing" ? "warning" : "notice", not_after: r.not_after }))
      .sort((a, b) => a.severity.localeCompare(b.severity) || a.not_after.localeCompare(b.not_after));
    return {
      at: iso(Date.now()), headline: { active: active.length, proven: active.filter((r) => r.lineage.path === "proven").length, need_you: needs.length },
      totals: { certificates: all.length, lineages: leaves.length, endpoints: endpoints().length, hosts: leaves.length }, expiring_weeks: weeks, needs: needs.slice(0, 20), last_scan: state.scans[0] ?? null, demo: false,
    };
  }

  function runScan(body) {
    const scan = { id: String(state.scans.length + 1), state: "waiting", targets: body.targets, targets_total: 24, targets_done: 0, outcomes: {}, new_certificates: 0, created_at: iso(Date.now()), started_at: null, ended_at: null, by: state.user?.name ?? null, detail: null };
    const records = [];
    state.scans.unshift(scan);
    state.records.set(scan.id, records);
    const step = () => {
      if (scan.state === "stopped") return;
      Object.assign(scan, { state: "running", started_at: scan.started_at ?? iso(Date.now()) });
      for (let k = 0; k < 3; k++) {
        const i = scan.targets_done++;
        const r = all.length ? wholeRow(all[(i * 41 + 480) % all.length]) : undefined;
        const outcome = !r ? "refused" : i % 7 === 3 ? "timeout" : i % 11 === 5 ? "no-tls" : "ok";
        scan.outcomes[outcome] = (scan.outcomes[outcome] ?? 0) + 1;
        if (outcome === "ok" && i % 4 === 0) scan.new_certificates++;
        records.push({ target: `192.0.2.${i + 10}`, host: r?.name ?? "host.example", address: `192.0.2.${i + 10}`, port: 443, protocol: "tls", server_name: null, outcome, detail: outcome === "timeout" ? "no answer within 5 s" : outcome === "no-tls" ? "the server said: <b>HTTP/1.1 400</b>" : null, tls: outcome === "ok" ? { version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", group: "X25519MLKEM768", alpn: null } : null, chain: outcome === "ok" ? [facts(r)] : [], name_matches: outcome === "ok" ? i % 5 !== 2 : null, chain_complete: true, trust: outcome === "ok" ? r.trust : null, at: iso(Date.now()), elapsed_ms: 12 });
      }
      if (scan.targets_done >= scan.targets_total) Object.assign(scan, { state: "done", ended_at: iso(Date.now()) });
      else setTimeout(step, stepMs);
      say("scan", scan);
      if (scan.state === "done") say("overview", {});
    };
    setTimeout(step, stepMs);
    audit("scan.start", `scan ${scan.id}`);
    return scan;
  }

  const certificate = (id) => {
    const r = all.find((x) => x.sha256 === id);
    if (!r) throw new Refusal(404, "absent", "There is no such certificate.", "List them: keepvalid list");
    return r;
  };
  const pem = (r) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(r.sha256 + r.name).toString("base64").replace(/(.{64})/g, "$1\n")}\n-----END CERTIFICATE-----\n`;

  const routes = [
    ["GET", /^\/setup$/, () => ({ needed: !state.user }), true],
    ["POST", /^\/setup$/, (b) => {
      if (b.token !== "mock" || state.user) throw new Refusal(403, "setup-token", "This setup address has been used or is too old.", "Start Keepvalid again: keepvalid up prints a new one.");
      state.user = { id: "1", name: b.name, role: "admin" };
      state.password = b.password;
      audit("user.create", b.name);
      return { status: 201, body: { user: state.user }, login: true };
    }, true],
    ["POST", /^\/sessions$/, (b) => {
      if (!state.user || b.name !== state.user.name || b.password !== state.password) throw new Refusal(401, "login-failed", "Name or password is wrong.", "After five failures there is a pause.");
      audit("session.create", b.name);
      return { status: 201, body: { user: state.user }, login: true };
    }, true],
    ["DELETE", /^\/sessions\/current$/, () => ({ status: 204, logout: true })],
    ["GET", /^\/whoami$/, () => ({ user: state.user, session: { created_at: iso(now), expires_at: iso(now + DAY) } })],
    ["GET", /^\/overview$/, overview],
    ["GET", /^\/certificates$/, (_, url) => {
      const found = page(inOrder(url.searchParams.get("sort") ?? "not_after").filter(matcher(url.searchParams.get("q") ?? "", now, known.knows)), url);
      return { ...found, items: found.items.map(known.shown) };
    }],
    ["GET", /^\/certificates\/([0-9a-f]+)$/, (_, url, m) => {
      const r = known.shown(certificate(m[1]));
      const chain = [all.find((x) => x.ca && x !== r && x.name === r.issuer_cn)].filter(Boolean);
      const older = r.lineage ? { ...r, sha256: sha(`old${r.sha256}`), state: "expired", served: 0, not_after: r.not_before, not_before: iso(Date.parse(r.not_before) - 90 * DAY) } : null;
      return { row: r, facts: facts(r), locations: locations(r, now), chain, issued_count: r.ca ? all.filter((x) => x.issuer_cn === r.name).length : 0, lineage: r.lineage ? { ...r.lineage, path_reason: r.lineage.path === "proven" ? "renewed twice by ACME at R11 and seen on the wire" : null, certificates: [r, older] } : null, ...known.related(certificate(m[1])) };
    }],
    ["GET", /^\/certificates\/([0-9a-f]+)\/(pem|der)$/, (_, url, m) => ({ status: 200, type: "application/x-pem-file", text: pem(certificate(m[1])) })],
    ["GET", /^\/endpoints$/, (_, url) => page(endpoints().filter(matcher(url.searchParams.get("q") ?? "", now, known.knows)), url)],
    ["POST", /^\/scans$/, (b, url) => {
      if (b.targets.some((t) => t.includes("!"))) throw new Refusal(400, "target-wrong", `"${b.targets.find((t) => t.includes("!"))}" is not a target.`, "Write host, host:port, a URL, a network (10.0.0.0/24), a range, or local.");
      if (url.searchParams.get("dry_run")) return { scan: null, dry_run: true, targets_total: 24 };
      return { status: 202, body: { scan: runScan(b) } };
    }],
    ["GET", /^\/scans$/, (_, url) => page(state.scans, url)],
    ["GET", /^\/scans\/(\d+)$/, (_, url, m) => ({ scan: state.scans.find((s) => s.id === m[1]) ?? (() => { throw new Refusal(404, "absent", "There is no such scan.", null); })() })],
    ["GET", /^\/scans\/(\d+)\/records$/, (_, url, m) => page(state.records.get(m[1]) ?? [], url)],
    ["DELETE", /^\/scans\/(\d+)$/, (_, url, m) => {
      const scan = state.scans.find((s) => s.id === m[1]);
      Object.assign(scan, { state: "stopped", ended_at: iso(Date.now()) });
      say("scan", scan);
      return { scan };
    }],
    ["GET", /^\/audit$/, (_, url) => page(state.audit, url)],
    ...known.routes,
  ];

  async function answer(request, response) {
    const url = new URL(request.url, "http://x");
    response.setHeader("Content-Security-Policy", CSP);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (!url.pathname.startsWith("/api/")) {
      const path = normalize(url.pathname === "/" ? "/index.html" : url.pathname);
      try {
        const content = await readFile(join(DIST, path));
        response.writeHead(200, { "Content-Type": TYPES[path.split(".").pop()] ?? "application/octet-stream" }).end(content);
      } catch {
        response.writeHead(404).end();
      }
      return;
    }
    const path = url.pathname.replace("/api/v1", "");
    const session = /keepvalid_session=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    const inside = state.sessions.has(session);
    const send = (status, type, text) => response.writeHead(status, { "Content-Type": type }).end(text);
    try {
      if (path === "/events" && inside) {
        response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" }).write(": hello\n\n");
        state.streams.add(response);
        request.on("close", () => state.streams.delete(response));
        return;
      }
      const found = routes.find(([method, pattern]) => method === request.method && pattern.test(path));
      if (!found) throw new Refusal(404, "absent", "There is no such address.", null);
      const [method, pattern, act, isPublic] = found;
      if (!isPublic && !inside) throw new Refusal(401, "login-needed", "You are not logged in.", "Log in, or: keepvalid login");
      if (method !== "GET" && request.headers["x-keepvalid"] !== "1") throw new Refusal(403, "csrf", "The header X-Keepvalid is missing.", null);
      let text = "";
      for await (const part of request) text += part;
      state.requests.push(`${request.method} ${path}${url.search}`);
      const out = act(text ? JSON.parse(text) : {}, url, pattern.exec(path), request.headers["if-match"]) ?? {};
      if (out.tag) response.setHeader("ETag", out.tag);
      if (out.login) {
        const id = sha(`${Date.now()}${state.sessions.size}`);
        state.sessions.add(id);
        response.setHeader("Set-Cookie", `keepvalid_session=${id}; HttpOnly; SameSite=Strict; Path=/`);
      }
      if (out.logout) state.sessions.delete(session);
      if (out.text) send(out.status, out.type, out.text);
      else if (out.status === 204) response.writeHead(204).end();
      else send(out.status ?? 200, "application/json", JSON.stringify(out.body ?? out));
    } catch (error) {
      const status = error.status ?? 500;
      send(status, "application/problem+json", JSON.stringify({ type: "about:blank", title: "Refused", status, detail: error.message, code: error.code ?? "internal", hint: error.hint ?? null, ...error.extra }));
    }
  }

  const server = createServer((q, r) => void answer(q, r));
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve({
    url: `http://127.0.0.1:${server.address().port}`, setupPath: "/#/setup?token=mock", state, rows: all,
    close: () => { server.closeAllConnections(); server.close(); },
  })));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const mock = await startMock({ port: Number(process.argv[2] ?? 8080), empty: process.argv.includes("--empty"), size: Number(process.argv.find((a) => a.startsWith("--size="))?.slice(7) ?? 480) });
  console.log(`${mock.url}${mock.setupPath}`);
}
