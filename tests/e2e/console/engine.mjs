// SPDX-License-Identifier: Apache-2.0
// A real Keepvalid and real TLS servers for it to find, on loopback, in a folder of their own; all of it ends with end().

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE_MS = 180_000;

export async function freePort() {
  // Below the kernel's range for outgoing connections, so that none of them takes it before it is used.
  for (let tries = 0; tries < 200; tries++) {
    const port = 10_000 + Math.floor(Math.random() * 9_000);
    if (await mayListen(port)) return port;
  }
  throw new Error("no free port from 10000 to 18999");
}

function mayListen(port) {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", (e) => (e.code === "EADDRINUSE" ? resolve(false) : reject(e))).listen(port, "127.0.0.1", () => {
      server.close(() => resolve(true));
    });
  });
}

/** Waits until the process has said what matches; its words so far when it ends before. */
function said(child, pattern, name) {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`${name} did not say ${pattern} in time:\n${text}`)), PATIENCE_MS);
    const hear = (part) => {
      text += part;
      const found = pattern.exec(text);
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => { clearTimeout(timer); reject(new Error(`${name} ended with ${code}:\n${text}`)); });
  });
}

export class World {
  children = [];
  folder = mkdtempSync(join(tmpdir(), "keepvalid-console-"));

  openssl(...words) {
    execFileSync("openssl", words, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
  }

  start(command, words, options = {}) {
    const child = spawn(command, words, { cwd: this.folder, stdio: ["pipe", "pipe", "pipe"], ...options });
    child.on("error", (e) => { throw new Error(`${command}: ${e.message}`); });
    this.children.push(child);
    return child;
  }

  /** An authority, to sign with. */
  authority(name, subject) {
    this.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.pem`,
      "-subj", subject, "-days", "3650", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
  }

  /** A certificate for names, good from and to so many days from now, and a server that shows it; answers its port. */
  async serve(name, { subject, names, from, to, by }) {
    writeFileSync(join(this.folder, `${name}.ext`), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`);
    this.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-utf8", "-subj", subject);
    // Only `openssl ca` can set both dates.
    const date = (days) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "");
    writeFileSync(join(this.folder, "ca.conf"), "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n");
    writeFileSync(join(this.folder, "index.txt"), "");
    writeFileSync(join(this.folder, "serial"), `10${String(this.children.length).padStart(2, "0")}\n`);
    this.openssl("ca", "-batch", "-config", "ca.conf", "-utf8", "-cert", `${by}.pem`, "-keyfile", `${by}.key`, "-in", `${name}.csr`, "-out", `${name}.pem`, "-extfile", `${name}.ext`,
      "-startdate", date(from), "-enddate", date(to), "-notext");
    const port = await freePort();
    const child = this.start("openssl", ["s_server", "-accept", `127.0.0.1:${port}`, "-cert", `${name}.pem`, "-key", `${name}.key`, "-cert_chain", `${by}.pem`, "-quiet", "-naccept", "1000"], {});
    await reachable(port, child);
    return port;
  }

  /** A server; answers the address with its setup token. words: ["up", …] or ["serve", …]. */
  async keepvalid(...words) {
    assert.ok(process.env.KEEPVALID, "KEEPVALID names no binary");
    const child = this.start(process.env.KEEPVALID, [...words, "--data", join(this.folder, "data"), "--listen", "127.0.0.1:0"]);
    const [url, base] = await said(child, /(http:\/\/127\.0\.0\.1:\d+)\/#\/setup\?token=\S+/, "keepvalid");
    return { url, base };
  }

  /** One that knows nothing and looks at nothing by itself: other tests have servers on this machine too. */
  async empty() {
    writeFileSync(join(this.folder, "keepvalid.yaml"), "scan_at_start: false\n");
    return this.keepvalid("serve", "--config", "keepvalid.yaml");
  }

  async end() {
    for (const child of this.children) child.kill("SIGTERM");
    await Promise.all(this.children.map((c) => Promise.race([
      new Promise((done) => (c.exitCode !== null || c.signalCode !== null ? done() : c.once("exit", done))),
      new Promise((done) => setTimeout(() => { c.kill("SIGKILL"); done(); }, 10_000).unref()),
    ])));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function reachable(port, child) {
  const { connect } = await import("node:net");
  for (let i = 0; i < 200; i++) {
    assert.equal(child.exitCode, null, "openssl s_server ended");
    const open = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1").on("connect", () => { socket.destroy(); resolve(true); }).on("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((r) => setTimeout(r, 50));
  }
  assert.fail(`nothing listens on port ${port}`);
}
