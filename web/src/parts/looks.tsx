// SPDX-License-Identifier: Apache-2.0
// How to look: what each way learns, and what it leaves in the logs of those who are looked at.

interface Look {
  code: string;
  label: string;
  learns: string;
  logs: string;
}

const LOOKS: Look[] = [
  {
    code: "whole", label: "Whole",
    learns: "Everything: the RSA and the ECDSA certificate, every TLS version, post-quantum key exchange; several connections for each target.",
    logs: "In servers' logs: several unfinished handshakes, some of them “no shared cipher” or “unsupported protocol”. For a thorough look.",
  },
  {
    code: "polite", label: "Polite",
    learns: "Certificate, chain, version and cipher; one whole handshake, one connection at a time for each address.",
    logs: "In servers' logs: one ordinary connection without a request. No TLS errors. The right one for your own servers, every day.",
  },
  {
    code: "light", label: "Light",
    learns: "Certificate and chain with one connection, broken off as soon as they were read; the cheapest for both sides.",
    logs: "In servers' logs: often one line such as “peer closed connection in SSL handshake”. For large networks.",
  },
];

export function Looks({ look, onLook }: { look: string; onLook: (code: string) => void }) {
  return (
    <fieldset class="looks">
      <legend>How to look</legend>
      {LOOKS.map((l) => (
        <label key={l.code} class={`look ${look === l.code ? "chosen" : ""}`}>
          <input type="radio" name="look" value={l.code} checked={look === l.code} onChange={() => onLook(l.code)} />
          <span><b>{l.label}</b><span>{l.learns}</span><span class="quiet">{l.logs}</span></span>
        </label>
      ))}
    </fieldset>
  );
}
