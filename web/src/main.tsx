// SPDX-License-Identifier: Apache-2.0
// The console: who we are decides whether we see the door or the house; the address decides the screen.

import type { ComponentChildren, JSX } from "preact";
import { render } from "preact";
import { Brand, Frame, ThemeButton } from "./parts/frame.tsx";
import { Empty, Loading, Page } from "./parts/page.tsx";
import { ProblemBox } from "./parts/problem.tsx";
import { links, route } from "./router.ts";
import { Audit } from "./screens/audit.tsx";
import { Certificate } from "./screens/certificate.tsx";
import { Certificates } from "./screens/certificates.tsx";
import { Discovery } from "./screens/discovery.tsx";
import { Endpoints } from "./screens/endpoints.tsx";
import { Host, Hosts } from "./screens/hosts.tsx";
import { Job, Jobs } from "./screens/jobs.tsx";
import { Crypto, Key, Keys } from "./screens/keys.tsx";
import { Lineages } from "./screens/lineages.tsx";
import { Login } from "./screens/login.tsx";
import { MapScreen } from "./screens/map.tsx";
import { Overview } from "./screens/overview.tsx";
import { ScanNew } from "./screens/scan-new.tsx";
import { Scan } from "./screens/scan.tsx";
import { Scans } from "./screens/scans.tsx";
import { Setup, WithoutToken } from "./screens/setup.tsx";
import { Source } from "./screens/sources.tsx";
import { Service, Team, Teams } from "./screens/teams.tsx";
import { Timeline } from "./screens/timeline.tsx";
import { session, start } from "./state/session.ts";

/** A screen a word; the second word of the address chooses one thing of it. */
const SCREENS: Record<string, (second: string | undefined, third: string | undefined) => JSX.Element> = {
  certificates: (id) => (id ? <Certificate key={id} sha256={id} /> : <Certificates />),
  timeline: () => <Timeline />,
  map: () => <MapScreen />,
  discovery: (tab, id) => (tab === "sources" && id ? <Source key={id} id={id} /> : <Discovery tab={tab ?? "sources"} />),
  hosts: (id) => (id ? <Host key={id} id={id} /> : <Hosts />),
  endpoints: () => <Endpoints />,
  lineages: () => <Lineages />,
  keys: (id) => (id ? <Key key={id} sha256={id} /> : <Keys />),
  crypto: (tab) => <Crypto key={tab} tab={tab ?? "algorithms"} />,
  teams: (id) => (id ? <Team key={id} id={id} /> : <Teams tab="teams" />),
  services: (id) => (id ? <Service key={id} id={id} /> : <Teams tab="services" />),
  jobs: (id) => (id ? <Job key={id} id={id} /> : <Jobs />),
  scan: () => <ScanNew key={route.value.query.get("targets") ?? ""} />,
  scans: (id) => (id ? <Scan key={id} id={id} /> : <Scans />),
  audit: () => <Audit />,
};
for (const first of ["", "login", "setup"]) SCREENS[first] = () => <Overview />;

function Screen() {
  const [first = "", second, third] = route.value.path;
  const screen = Object.prototype.hasOwnProperty.call(SCREENS, first) ? SCREENS[first] : undefined;
  return screen?.(second, third) ?? <Page title="Not here"><Empty title="There is no such screen."><p><a href={links.overview()}>To the overview</a></p></Empty></Page>;
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
