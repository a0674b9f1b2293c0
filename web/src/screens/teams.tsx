// SPDX-License-Identifier: Apache-2.0
// Who answers for what: teams with their people, services with what they need.

import { useState } from "preact/hooks";
import { changes } from "../api/events.ts";
import type { Call } from "../api/client.ts";
import type { Contact, Service as ServiceData, Team as TeamData } from "../api/types.ts";
import { ofService, ownedBy } from "../format/query.ts";
import { command } from "../format/shell.ts";
import { plain } from "../format/names.ts";
import { count } from "../format/time.ts";
import { criticalityWord } from "../format/words.ts";
import { Badge } from "../parts/badge.tsx";
import { Editable } from "../parts/editable.tsx";
import { bodyOf, changed, type FormField, type Values } from "../parts/fields.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { FormDialog } from "../parts/formdialog.tsx";
import { ListOf, type ListSpec } from "../parts/listing.tsx";
import { Owner } from "../parts/owner.tsx";
import { Empty, Loaded, Page, Section } from "../parts/page.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Ways } from "../parts/ways.tsx";
import { contactsOf, contactsText } from "../format/contacts.ts";
import { go, links } from "../router.ts";
import { choices, forget } from "../state/choices.ts";
import { useResource } from "../state/resource.ts";

const TABS = [{ name: "teams", label: "Teams", href: links.teams() }, { name: "services", label: "Services", href: links.services() }];
const TEAM: FormField[] = [
  { name: "name", label: "Name", kind: "text", required: true, placeholder: "Payments" },
  { name: "contacts", label: "People", kind: "area", hint: "A line each: role (owner, technical or security), name, address. technical Anna Example <anna@example.org>" },
  { name: "note", label: "Note", kind: "area" },
];
const SERVICE: FormField[] = [
  { name: "name", label: "Name", kind: "text", required: true, placeholder: "Shop" },
  { name: "owner", label: "Owner", kind: "team" },
  { name: "criticality", label: "Criticality", kind: "criticality" },
  { name: "environment", label: "Environment", kind: "text", placeholder: "production" },
  { name: "cmdb_id", label: "CMDB id", kind: "text" },
  { name: "note", label: "Note", kind: "area" },
];

/** Facts as options of the command line; what is taken away is the word none. */
function settings(body: Values): string[] {
  const words: string[] = [];
  for (const [key, v] of Object.entries(body)) {
    if (key === "contacts") for (const c of v as Contact[]) words.push("--contact", `${c.role}=${c.name}${c.email ? ` <${c.email}>` : ""}`);
    else words.push(`--${key.replace("_", "-")}`, v === null ? "none" : key === "owner" ? (choices("teams").find((t) => t.id === v)?.name ?? String(v)) : String(v));
  }
  return words;
}
const said = (body: Values): Values => Object.fromEntries(Object.entries(body).filter(([key, v]) => key !== "name" && v !== null));

/** What is written about people is text for the form and a list for the API. */
function teamBody(v: Values): Values {
  const { contacts, ...rest } = bodyOf(TEAM, v);
  return { ...rest, contacts: contactsOf(String(contacts ?? "")) };
}

const TEAMS: ListSpec<TeamData> = {
  path: "teams", noun: ["team", "teams"], rowKey: (t) => t.id, href: (t) => links.team(t.id), says: ["team", "list"],
  empty: <Empty title="No team yet."><p>A team answers for lineages: it is told before they end. Add one, then select certificates and assign them.</p></Empty>,
  columns: [
    { name: "name", title: "Team", class: "wide", cell: (t) => <><a class="row-link" href={links.team(t.id)}><Foreign text={t.name} most={60} /></a>{t.demo && <span class="tag">demo</span>}</> },
    { name: "lineages", title: "Lineages", class: "number", cell: (t) => <a href={links.lineages(ownedBy(t.name))}>{t.lineages.toLocaleString("en")}</a> },
    { name: "contacts", title: "People", class: "wide", cell: (t) => (t.contacts?.length ? t.contacts.map((c, i) => <span key={i} class="word"><Foreign text={c.name} most={40} /> <span class="quiet small">{c.role}</span></span>) : <span class="quiet">nobody named</span>) },
    { name: "certificates", title: "Certificates", cell: (t) => <a href={links.certificates(ownedBy(t.name))}>certificates</a> },
  ],
};
const SERVICES: ListSpec<ServiceData> = {
  path: "services", noun: ["service", "services"], rowKey: (s) => s.id, href: (s) => links.service(s.id), says: ["service", "list"],
  empty: <Empty title="No service yet."><p>A service is what people would miss: the shop, the mail. Certificates that it needs get its weight.</p></Empty>,
  columns: [
    { name: "name", title: "Service", class: "wide", cell: (s) => <a class="row-link" href={links.service(s.id)}><Foreign text={s.name} most={60} /></a> },
    { name: "owner", title: "Owner", cell: (s) => <Owner owner={s.owner} /> },
    { name: "criticality", title: "Criticality", cell: (s) => (s.criticality ? <Badge word={criticalityWord(s.criticality)} /> : <span class="quiet">–</span>) },
    { name: "environment", title: "Environment", cell: (s) => <Foreign text={s.environment} otherwise="–" most={40} /> },
    { name: "lineages", title: "Lineages", class: "number", cell: (s) => <a href={links.lineages(ofService(s.name))}>{s.lineages.toLocaleString("en")}</a> },
    { name: "cmdb", title: "CMDB id", cell: (s) => <Foreign text={s.cmdb_id} otherwise="–" most={40} /> },
  ],
};

export function Teams({ tab }: { tab: "teams" | "services" }) {
  const [adding, setAdding] = useState(false);
  const isTeam = tab === "teams";
  const call = (v: Values): Call => ({ method: "POST", path: `/${tab}`, body: isTeam ? teamBody(v) : bodyOf(SERVICE, v) });
  const line = (v: Values) => {
    const body = isTeam ? teamBody(v) : bodyOf(SERVICE, v);
    return command(isTeam ? "team" : "service", "add", String(v.name || "NAME"), ...settings(said(body)));
  };
  const done = (made: { id: string }) => {
    forget(tab);
    go(isTeam ? links.team(made.id) : links.service(made.id));
  };
  return (
    <Page title="Teams and services" actions={<button type="button" class="primary" onClick={() => setAdding(true)}>{isTeam ? "New team" : "New service"}</button>}>
      <Tabs tabs={TABS} chosen={tab} label="Teams and services" />
      {isTeam ? <ListOf key="teams" spec={TEAMS} title="Teams" /> : <ListOf key="services" spec={SERVICES} title="Services" />}
      {adding && <FormDialog<{ id: string }> title={isTeam ? "New team" : "New service"} name="new-form" fields={isTeam ? TEAM : SERVICE} initial={{}} submit="Add" call={call} line={line} onDone={done} onClose={() => setAdding(false)} />}
    </Page>
  );
}

/** It can go when what it answers for, or what is of it, goes to another one. */
function Remove({ of, thing, many }: { of: "teams" | "services"; thing: { id: string; name: string }; many: number }) {
  const [open, setOpen] = useState(false);
  const word = of === "teams" ? "team" : "service";
  const others = choices(of).filter((t) => t.id !== thing.id);
  const fields: FormField[] = many > 0 ? [{ name: "to", label: `What is of it (${many.toLocaleString("en")}) goes to`, kind: "choice", required: true, choices: [["", `choose a ${word}`], ...others.map((t): [string, string] => [t.id, plain(t.name)])] }] : [];
  const call = (v: Values): Call => ({ method: "DELETE", path: `/${of}/${thing.id}${v.to ? `?to=${encodeURIComponent(String(v.to))}` : ""}` });
  return (
    <>
      <button type="button" class="danger" onClick={() => setOpen(true)}>Remove</button>
      {open && <FormDialog title={`Remove the ${word}?`} name={`${word}-remove`} fields={fields} initial={{}} submit="Remove" danger lead={<p>{of === "teams" ? "Its people are no longer told of anything." : "Its certificates stay; nothing says any more what they are for."}</p>} call={call}
        line={(v) => command(word, "rm", thing.name, ...(v.to ? ["--to", others.find((t) => t.id === v.to)?.name ?? String(v.to)] : []))} onClose={() => setOpen(false)} onDone={() => { forget(of); go(of === "teams" ? links.teams() : links.services()); }} />}
    </>
  );
}

export function Team({ id }: { id: string }) {
  const got = useResource<TeamData>(`/teams/${encodeURIComponent(id)}`, changes.value);
  return (
    <Page title="Team" heading={got.data ? <Foreign text={got.data.name} most={100} /> : "Team"} actions={<a class="button" href={links.teams()}>All teams</a>}>
      <Loaded from={got} what="the team">
        {(t) => (
          <>
            <p class="sentence">Answers for <a href={links.lineages(ownedBy(t.name))}>{count(t.lineages, "lineage")}</a>.</p>
            <div class="actions"><a class="button" href={links.certificates(ownedBy(t.name))}>Its certificates</a><a class="button" href={links.timeline(ownedBy(t.name))}>Its timeline</a><a class="button" href={links.map(`team:${t.id}`)}>On the map</a><Remove of="teams" thing={t} many={t.lineages + (t.services ?? 0) + (t.hosts ?? 0)} /></div>
            <Section title="People and facts" id="team-facts">
              <TeamFacts team={t} tag={got.tag} reload={() => { forget("teams"); got.reload(); }} />
            </Section>
            <Ways line={command("team", "show", t.name)} call={{ method: "GET", path: `/teams/${t.id}` }} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function TeamFacts({ team, tag, reload }: { team: TeamData; tag: string | null; reload: () => void }) {
  const [editing, setEditing] = useState(false);
  const call = (v: Values): Call => ({ method: "PATCH", path: `/teams/${team.id}`, body: teamBody(v), tag });
  return (
    <>
      <dl class="about">
        {(team.contacts ?? []).map((c, i) => <div key={i}><dt>{c.role}</dt><dd><Foreign text={c.name} otherwise="" /> <span class="quiet"><Foreign text={c.email} otherwise="" /></span></dd></div>)}
        {(team.contacts ?? []).length === 0 && <div><dt>People</dt><dd class="quiet">nobody is named: nobody can be told</dd></div>}
        <div><dt>Note</dt><dd><Foreign text={team.note} otherwise="nothing" /></dd></div>
      </dl>
      <button type="button" onClick={() => setEditing(true)}>Edit</button>
      {editing && <FormDialog title="Edit the team" name="team-edit" fields={TEAM} initial={{ name: team.name, note: team.note, contacts: contactsText(team.contacts ?? []) }} submit="Save" call={call}
        line={(v) => command("team", "edit", team.name, ...settings(changed({ name: team.name, note: team.note, contacts: team.contacts }, teamBody(v))))} onClose={() => setEditing(false)} onDone={() => { setEditing(false); reload(); }} />}
    </>
  );
}

export function Service({ id }: { id: string }) {
  const got = useResource<ServiceData>(`/services/${encodeURIComponent(id)}`, changes.value);
  const values = (s: ServiceData): Values => ({ name: s.name, owner: s.owner?.id ?? null, criticality: s.criticality, environment: s.environment, cmdb_id: s.cmdb_id, note: s.note });
  return (
    <Page title="Service" heading={got.data ? <Foreign text={got.data.name} most={100} /> : "Service"} actions={<a class="button" href={links.services()}>All services</a>}>
      <Loaded from={got} what="the service">
        {(s) => (
          <>
            <p class="sentence">Needs <a href={links.lineages(ofService(s.name))}>{count(s.lineages, "lineage")}</a>.</p>
            <div class="actions"><a class="button" href={links.certificates(ofService(s.name))}>Its certificates</a><a class="button" href={links.map(`service:${s.id}`)}>On the map</a><Remove of="services" thing={s} many={s.lineages + (s.hosts ?? 0)} /></div>
            <Section title="Facts" id="service-facts">
              <Editable name="service-edit" title="Edit the service" path={`/services/${s.id}`} tag={got.tag} fields={SERVICE} values={values(s)} onChange={() => { forget("services"); got.reload(); }} line={(body) => command("service", "edit", s.name, ...settings(body))}
                rows={[["Owner", <Owner owner={s.owner} />], ["Criticality", s.criticality ? <Badge word={criticalityWord(s.criticality)} /> : <span class="quiet">not said</span>], ["Environment", <Foreign text={s.environment} otherwise="not said" />], ["CMDB id", <Foreign text={s.cmdb_id} otherwise="none" />], ["Note", <Foreign text={s.note} otherwise="nothing" />]]} />
            </Section>
            <Ways line={command("service", "show", s.name)} call={{ method: "GET", path: `/services/${s.id}` }} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
