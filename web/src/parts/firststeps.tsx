// SPDX-License-Identifier: Apache-2.0
// What to do when nothing is known yet.

import type { Scan } from "../api/types.ts";
import { count } from "../format/time.ts";
import { scanStateWord } from "../format/words.ts";
import { links } from "../router.ts";
import { Badge } from "./badge.tsx";
import { Command } from "./command.tsx";
import { When } from "./when.tsx";

const running = (scan: Scan) => scan.state === "running" || scan.state === "waiting";

export function FirstSteps({ scan }: { scan: Scan | null }) {
  return (
    <div class="first-steps">
      {scan && running(scan) && (
        <p role="status">
          <Badge word={scanStateWord(scan.state)} /> A scan is at work: <a href={links.scan(scan.id)}>{count(scan.targets_done, "target")} looked at</a>. What it finds appears here by itself.
        </p>
      )}
      {scan && !running(scan) && (
        <p role="status">
          The last scan (<a href={links.scan(scan.id)}>{scan.state}</a>, <When time={scan.ended_at ?? scan.created_at} />) found no certificate.{" "}
          <a href={links.scan(scan.id)}>See what came of each target</a>.
        </p>
      )}
      <p>Nothing is known yet. Three ways to begin; none of them leaves your network, and none changes anything.</p>
      <ol>
        <li>
          <h2>This machine</h2>
          <p>Everything that listens here and speaks TLS. Takes seconds.</p>
          <a class="button primary" href={links.newScan("local")}>Scan this machine</a>
          <Command line="keepvalid scan local --save" />
        </li>
        <li>
          <h2>Your servers</h2>
          <p>Names, addresses or networks that are yours: <code>www.example.org</code>, <code>mail.example.org:25</code>, <code>10.1.0.0/24</code>.</p>
          <a class="button" href={links.newScan()}>Choose targets</a>
          <Command line="keepvalid scan www.example.org 10.1.0.0/24 --save" />
        </li>
        <li>
          <h2>The demo</h2>
          <p>About two dozen real servers on this machine, good and bad, to see how all this looks.</p>
          <Command line="keepvalid up --demo" />
        </li>
      </ol>
    </div>
  );
}
