// SPDX-License-Identifier: Apache-2.0
// The time on the screen: one signal for all "in 12 days", so that they move together.

import { signal } from "@preact/signals";

const TICK_MS = 10_000;
export const now = signal(Date.now());
window.setInterval(() => (now.value = Date.now()), TICK_MS);
