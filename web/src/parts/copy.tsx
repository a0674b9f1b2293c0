// SPDX-License-Identifier: Apache-2.0
// A button that copies. Browsers allow the clipboard only on https and on this machine; elsewhere the old way.

import { useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

const THANKS_MS = 2000;

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "unseen";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}

export function Copy({ text, what, label = "Copy" }: { text: string | (() => Promise<string>); what: string; label?: string }) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    const done = await copyText(typeof text === "string" ? text : await text()).catch(() => false);
    setSaid(done ? "Copied" : "Could not copy");
    window.setTimeout(() => setSaid(""), THANKS_MS);
  };
  return (
    <button type="button" class="small-button" onClick={copy} aria-label={`${said || label} ${what}`}>
      <Icon name={said === "Copied" ? "ok" : "copy"} />
      <span aria-live="polite">{said || label}</span>
    </button>
  );
}
