// SPDX-License-Identifier: Apache-2.0
// The console: who we are decides whether we see the door or the house; the address decides the screen.

import type { ComponentChildren } from "preact";
import { render } from "preact";
import { Brand, Frame, ThemeButton } from "./parts/frame.tsx";
import { Empty, Loading, Page } from "./parts/page.tsx";
import { ProblemBox } from "./parts/problem.tsx";
import { links, route } from "./router.ts";
import { Audit } from "./screens/audit.tsx";
import { Certificate } from "./screens/certificate.tsx";
import { Certificates } from "./screens/certificates.tsx";
import { Endpoints } from "./screens/endpoints.tsx";
import { Lineages } from "./screens/lineages.tsx";
import { Login } from "./screens/login.tsx";
import { Overview } from "./screens/overview.tsx";
import { ScanNew } from "./screens/scan-new.tsx";
import { Scan } from "./screens/scan.tsx";
import { Scans } from "./screens/scans.tsx";
import { Setup, WithoutToken } from "./screens/setup.tsx";
import { session, start } from "./state/session.ts";

function Screen() {
  const [first = "", second] = route.value.path;
  switch (first) {
    case "": case "login": case "setup": return <Overview />;
    case "certificates": return second ? <Certificate key={second} sha256={second} /> : <Certificates />;
    case "endpoints": return <Endpoints />;
    case "lineages": return <Lineages />;
    case "scan": return <ScanNew key={route.value.query.get("targets") ?? ""} />;
    case "scans": return second ? <Scan key={second} id={second} /> : <Scans />;
    case "audit": return <Audit />;
    default:
      return <Page title="Not here"><Empty title="There is no such screen."><p><a href={links.overview()}>To the overview</a></p></Empty></Page>;
  }
}

/** The frame before one is let in. */
function Door({ children }: { children: ComponentChildren }) {
  return (
    <>
      <header class="bar"><Brand /><div class="bar-end"><ThemeButton /></div></header>
      <main id="main" class="door">{children}</main>
    </>
  );
}

function Console() {
  const s = session.value;
  if (s.is === "in") return <Frame user={s.user}><Screen /></Frame>;
  if (s.is === "asking") return <Door><Loading what="the console" /></Door>;
  if (s.is === "unreached") return <Door><Page title="Not reached"><ProblemBox problem={s.problem} again={() => void start()} /></Page></Door>;
  const token = route.value.path[0] === "setup" ? route.value.query.get("token") : null;
  if (s.setupNeeded) return <Door>{token ? <Setup token={token} /> : <WithoutToken />}</Door>;
  return <Door><Login ended={s.ended} /></Door>;
}

const root = document.getElementById("console");
if (root) render(<Console />, root);
void start();
