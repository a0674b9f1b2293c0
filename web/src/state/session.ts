// SPDX-License-Identifier: Apache-2.0
// Who we are. "asking" until the server has told.

import { signal } from "@preact/signals";
import { ask, Problem, setOnLoggedOut } from "../api/client.ts";
import { hush, listen } from "../api/events.ts";
import type { User } from "../api/types.ts";

export type Session =
  | { is: "asking" }
  | { is: "out"; setupNeeded: boolean; ended: boolean }
  | { is: "in"; user: User }
  | { is: "unreached"; problem: Problem };

export const session = signal<Session>({ is: "asking" });

export function entered(user: User): void {
  session.value = { is: "in", user };
  listen();
}

export async function start(): Promise<void> {
  try {
    entered((await ask<{ user: User }>("/whoami", { anonymous: true })).user);
    return;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) {
      session.value = { is: "unreached", problem: error as Problem };
      return;
    }
  }
  try {
    const { needed } = await ask<{ needed: boolean }>("/setup", { anonymous: true });
    session.value = { is: "out", setupNeeded: needed, ended: false };
  } catch (error) {
    session.value = { is: "unreached", problem: error as Problem };
  }
}

export async function leave(): Promise<void> {
  hush();
  try {
    await ask("/sessions/current", { method: "DELETE", anonymous: true });
  } catch {
    /* gone is gone */
  }
  session.value = { is: "out", setupNeeded: false, ended: false };
}

setOnLoggedOut(() => {
  hush();
  if (session.value.is === "in") session.value = { is: "out", setupNeeded: false, ended: true };
});
