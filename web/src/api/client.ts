// SPDX-License-Identifier: Apache-2.0
// One way to ask the API: JSON in, JSON out, and RFC 9457 problems as errors that a screen can show.

/** What went wrong, in the API's own words: detail, the fix (hint) and a code to look up. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly hint: string | null,
    /** 1-based place in a query, when the query was wrong */
    readonly column: number | null,
  ) {
    super(detail || title);
  }
}

/** Called when the session has ended: the login screen takes over. */
let onLoggedOut: () => void = () => {};
export function setOnLoggedOut(f: () => void): void {
  onLoggedOut = f;
}

const UNREACHED = "The console cannot reach Keepvalid.";

function column(body: Record<string, unknown>): number | null {
  if (typeof body.column === "number") return body.column;
  const told = /column (\d+)/.exec(String(body.detail ?? ""));
  return told ? Number(told[1]) : null;
}

async function problemOf(answer: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = (await answer.json()) as Record<string, unknown>;
  } catch {
    /* not JSON: a proxy's page, perhaps */
  }
  const text = (key: string, otherwise: string) => (typeof body[key] === "string" ? (body[key] as string) : otherwise);
  const title = text("title", answer.statusText || `status ${answer.status}`);
  return new Problem(
    answer.status, text("code", `http-${answer.status}`), title, text("detail", title),
    typeof body.hint === "string" ? body.hint : null, column(body),
  );
}

interface Ask {
  method?: string;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** a 401 is an answer here, not the end of a session */
  anonymous?: boolean;
}

async function answerOf(path: string, how: Ask): Promise<Response> {
  const method = how.method ?? "GET";
  const headers: Record<string, string> = { Accept: "application/json", ...how.headers };
  if (method !== "GET") headers["X-Keepvalid"] = "1";
  if (how.body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method, headers, signal: how.signal ?? null, credentials: "same-origin", cache: "no-store",
      body: how.body === undefined ? null : JSON.stringify(how.body),
    });
  } catch (error) {
    if (how.signal?.aborted) throw error;
    throw new Problem(0, "unreached", UNREACHED, UNREACHED, "Is it running? Look at its terminal, or: keepvalid status", null);
  }
  if (answer.ok) return answer;
  const problem = await problemOf(answer);
  if (answer.status === 401 && !how.anonymous) onLoggedOut();
  throw problem;
}

/** An answer with the tag of its version, which a change has to name. */
export interface Tagged<T> {
  data: T;
  tag: string | null;
}

export async function askTagged<T>(path: string, how: Ask = {}): Promise<Tagged<T>> {
  const answer = await answerOf(path, how);
  return { data: answer.status === 204 ? (undefined as T) : ((await answer.json()) as T), tag: answer.headers.get("ETag") };
}

export async function ask<T>(path: string, how: Ask = {}): Promise<T> {
  return (await askTagged<T>(path, how)).data;
}

/** A change as data: sent by send(), shown by parts/ways.tsx. */
export interface Call {
  method: "POST" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  /** of the version that was looked at, for PATCH and DELETE; absent: the one that is there now */
  tag?: string | null;
}

const once = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

export async function send<T>(call: Call): Promise<T> {
  const headers: Record<string, string> = {};
  if (call.method === "POST") headers["Idempotency-Key"] = once();
  else {
    const tag = call.tag === undefined ? (await askTagged(call.path.replace(/\?.*$/, ""))).tag : call.tag;
    if (tag) headers["If-Match"] = tag;
  }
  return ask<T>(call.path, { method: call.method, body: call.body, headers });
}

/** The text of a document that is not JSON (a PEM file). */
export async function askText(path: string): Promise<string> {
  const answer = await fetch(`/api/v1${path}`, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw await problemOf(answer);
  return answer.text();
}

/** A path with the parameters that have a value. */
export function withQuery(path: string, parameters: Record<string, string | number | null | undefined>): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters))
    if (value !== null && value !== undefined && value !== "") words.set(key, String(value));
  const text = words.toString();
  return text ? `${path}?${text}` : path;
}
