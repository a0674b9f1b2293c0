// SPDX-License-Identifier: Apache-2.0
// Small pictures, drawn here. They never stand alone: a word is beside each, so they are hidden from screen readers.

const PATHS: Record<string, string> = {
  ok: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.6 5.1-4.2 4.6a.8.8 0 0 1-1.2 0L4.4 8.9l1.1-1.1 1.3 1.3 3.6-4Z",
  notice: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-.8 3.2h1.6v1.7H7.2Zm0 3h1.6v4.8H7.2Z",
  warning: "M8 1.3a1 1 0 0 1 .9.5l6.3 11.4a1 1 0 0 1-.9 1.5H1.7a1 1 0 0 1-.9-1.5L7.1 1.8a1 1 0 0 1 .9-.5ZM7.2 6v4h1.6V6Zm0 5.2v1.6h1.6v-1.6Z",
  critical: "M5 1h6l4 4v6l-4 4H5l-4-4V5Zm.7 3.6L4.6 5.7 6.9 8l-2.3 2.3 1.1 1.1L8 9.1l2.3 2.3 1.1-1.1L9.1 8l2.3-2.3-1.1-1.1L8 6.9Z",
  quiet: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z",
  copy: "M5 1h8a1 1 0 0 1 1 1v9h-1.5V2.5H5Zm-2 3h7a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1Zm.5 1.5v8h6v-8Z",
  up: "M8 4l4.5 7h-9Z",
  down: "M8 12 3.5 5h9Z",
  sun: "M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM7.3 0h1.4v3H7.3Zm0 13h1.4v3H7.3ZM0 7.3h3v1.4H0Zm13 0h3v1.4h-3ZM1.8 2.8l1-1 2.1 2.1-1 1Zm9.3 9.3 1-1 2.1 2.1-1 1Zm1-7.2-1-1 2.1-2.1 1 1ZM2.8 14.2l-1-1 2.1-2.1 1 1Z",
  moon: "M6.2 1.2a7 7 0 1 0 8.6 8.6A5.6 5.6 0 0 1 6.2 1.2Z",
  contrast: "M1 1h14v14H1Zm1.5 1.5v11H8v-11Z",
  menu: "M1.5 3h13v1.6h-13Zm0 4.2h13v1.6h-13Zm0 4.2h13V13h-13Z",
  half: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.5v11a5.5 5.5 0 0 1 0-11Z",
};

export function Icon({ name }: { name: string }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path fill="currentColor" fill-rule="evenodd" d={PATHS[name] ?? PATHS.quiet} />
    </svg>
  );
}
