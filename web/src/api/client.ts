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

export async function ask<T>(path: string, how: Ask = {}): Promise<T> {
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
  if (!answer.ok) {
    const problem = await problemOf(answer);
    if (answer.status === 401 && !how.anonymous) onLoggedOut();
    throw problem;
  }
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
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
