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

interface Props {
  text: string | (() => Promise<string>);
  what: string;
  label?: string;
  /** only the picture; its name is still read out */
  bare?: boolean;
}

export function Copy({ text, what, label = "Copy", bare = false }: Props) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    const done = await copyText(typeof text === "string" ? text : await text()).catch(() => false);
    setSaid(done ? "Copied" : "Could not copy");
    window.setTimeout(() => setSaid(""), THANKS_MS);
  };
  return (
    <button type="button" class={bare ? "small-button bare" : "small-button"} title={bare ? `${label} ${what}` : undefined} onClick={copy} aria-label={`${said || label} ${what}`}>
      <Icon name={said === "Copied" ? "ok" : "copy"} />
      <span aria-live="polite" class={bare && !said ? "unseen" : ""}>{said || label}</span>
    </button>
  );
}
