// SPDX-License-Identifier: Apache-2.0
// Light, dark, high contrast, or as the system says. Kept in this browser only.

import { effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark" | "contrast";
export const THEMES: Theme[] = ["auto", "light", "dark", "contrast"];
const KEY = "keepvalid.theme";

function kept(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.includes(value as Theme) ? (value as Theme) : "auto";
  } catch {
    return "auto"; // storage switched off
  }
}

export const theme = signal<Theme>(kept());

effect(() => {
  if (theme.value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    /* then it lasts as long as the page */
  }
});

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] as Theme;
}
