// SPDX-License-Identifier: Apache-2.0
// Rules for what is found: they set owner, tags and the rest as soon as a certificate comes in, and can be tried on what is
// there before they are kept.

import { useState } from "preact/hooks";
import { changes } from "../api/events.ts";
import { Problem, send, type Call } from "../api/client.ts";
import type { Rule, RuleSet, RuleTry } from "../api/types.ts";
import { command, listCommand } from "../format/shell.ts";
import { count } from "../format/time.ts";
import { nameOf } from "../format/words.ts";
import { Action } from "../parts/action.tsx";
import { said } from "../parts/bulkdialog.tsx";
import { bodyOf, type FormField, type Values } from "../parts/fields.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { FormDialog } from "../parts/formdialog.tsx";
import { ListOf, type ListSpec } from "../parts/listing.tsx";
import { Empty } from "../parts/page.tsx";
import { Owner, Tags } from "../parts/owner.tsx";
import { ProblemBox } from "../parts/problem.tsx";
import { Table } from "../parts/table.tsx";
import { go, links } from "../router.ts";
import { choices } from "../state/choices.ts";

const SET: FormField[] = [
  { name: "owner", label: "Owner", kind: "team" },
  { name: "tags", label: "Tags", kind: "tags", hint: "Words with blanks between." },
  { name: "purpose", label: "Purpose", kind: "text" },
  { name: "environment", label: "Environment", kind: "text" },
  { name: "criticality", label: "Criticality", kind: "criticality" },
  { name: "service", label: "Service", kind: "service" },
  { name: "ignore", label: "Ignore, because", kind: "text", hint: "Empty: not ignored." },
];
const FIELDS: FormField[] = [
  { name: "name", label: "Name", kind: "text", required: true, placeholder: "The shop's certificates" },
  { name: "q", label: "Which certificates", kind: "text", required: true, placeholder: "name:shop issuer:R11", hint: "A query, as in the search of certificates." },
  { name: "enabled", label: "In force", kind: "check" },
  ...SET,
];

function setOf(values: Values): RuleSet {
  return Object.fromEntries(Object.entries(bodyOf(SET, values)).filter(([, v]) => v !== null && !(Array.isArray(v) && v.length === 0)));
}

const OPTIONS: Record<string, string> = { tags: "tag", environment: "env" };
/** Teams and services by their names. */
const named = (key: string, v: unknown) => (key === "owner" ? choices("teams") : key === "service" ? choices("services") : []).find((c) => c.id === v)?.name ?? said(v);

/** A rule's effect in words. */
function effect(set: RuleSet): string {
  return Object.entries(set).filter(([, v]) => v !== null && said(v) !== "").map(([key, v]) => `${nameOf("field", key).toLowerCase()} ${named(key, v)}`).join(", ");
}

function Try({ values }: { values: Values }) {
  const [answer, setAnswer] = useState<RuleTry | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = async () => {
    setProblem(null);
    setAnswer(null);
    try {
      setAnswer(await send<RuleTry>({ method: "POST", path: "/rules/try", body: { q: String(values.q ?? ""), set: setOf(values) } }));
    } catch (error) {
      setProblem(error as Problem);
    }
  };
  return (
    <div class="try">
      <button type="button" onClick={() => void ask()}>Try it on what is there</button>
      {problem && <ProblemBox problem={problem} />}
      {answer && <p role="status"><b>{answer.approximate && "At least "}{count(answer.matches, "match", "matches")}</b>, of which {answer.would_change.toLocaleString("en")} would change.</p>}
      {answer && answer.sample.length > 0 && (
        <Table caption="Some of them, as they are" rows={answer.sample} rowKey={(r) => r.sha256} columns={[
          { name: "name", title: "Some of them", class: "wide", cell: (r) => <a href={links.certificate(r.sha256)}><Foreign text={r.name} most={60} /></a> },
          { name: "owner", title: "Owner now", cell: (r) => <Owner owner={r.owner} /> },
          { name: "tags", title: "Tags now", cell: (r) => <Tags tags={r.tags} /> },
        ]} />
      )}
    </div>
  );
}

function RuleForm({ rule, onClose, onDone }: { rule: Rule | null; onClose: () => void; onDone: () => void }) {
  const call = (v: Values): Call => {
    const body = { name: String(v.name ?? "").trim(), q: String(v.q ?? "").trim(), enabled: v.enabled === true, set: setOf(v) };
    return rule ? { method: "PATCH", path: `/rules/${rule.id}`, body } : { method: "POST", path: "/rules", body };
  };
  const line = (v: Values) => {
    const sets = Object.entries(setOf(v)).flatMap(([key, x]) => (Array.isArray(x) ? x : [x]).flatMap((one) => [`--${OPTIONS[key] ?? key}`, named(key, one)]));
    return listCommand(["rule", rule ? "edit" : "add", rule?.name ?? String(v.name || "NAME"), ...sets], String(v.q || "QUERY"));
  };
  return (
    <FormDialog title={rule ? "Edit the rule" : "New rule"} name="rule-form" fields={FIELDS} initial={rule ? { name: rule.name, q: rule.q, enabled: rule.enabled, ...rule.set } : { enabled: true }} submit={rule ? "Save" : "Add"} call={call} line={line} onClose={onClose} onDone={onDone}>
      {(values) => <Try values={values} />}
    </FormDialog>
  );
}

export function Rules() {
  const [editing, setEditing] = useState<Rule | "new" | null>(null);
  const again = () => {
    setEditing(null);
    changes.value++;
  };
  const spec: ListSpec<Rule> = {
    path: "rules", noun: ["rule", "rules"], rowKey: (r) => r.id, says: ["rule", "list"],
    empty: <Empty title="No rule yet."><p>A rule gives what is found an owner and tags by itself: “what R11 issued for the shop belongs to Payments”. Try it on what is there before you keep it.</p></Empty>,
    columns: [
      { name: "position", title: "No.", class: "number", cell: (r) => r.position },
      { name: "name", title: "Rule", class: "middle", cell: (r) => <><button type="button" class="text row-link" onClick={() => setEditing(r)}><Foreign text={r.name} most={60} /></button>{!r.enabled && <span class="tag">off</span>}</> },
      { name: "q", title: "Which", class: "middle", cell: (r) => <a href={links.certificates(r.q)}><code><Foreign text={r.q} most={80} /></code></a> },
      { name: "set", title: "Sets", class: "wide", cell: (r) => <Foreign text={effect(r.set)} otherwise="nothing" most={120} /> },
      { name: "matches", title: "Matches", class: "number", cell: (r) => <a href={links.certificates(r.q)}>{r.matches.toLocaleString("en")}</a> },
      { name: "do", title: "Do", cell: (r) => <Action label="Remove" name="rule-remove" call={{ method: "DELETE", path: `/rules/${r.id}` }} line={command("rule", "rm", r.name)} asks="What it has set stays as it is." onDone={again} /> },
    ],
  };
  return (
    <>
      <p>Rules run in their order on all that is found; what a person has set is never overwritten.</p>
      <div class="list-tools">
        <button type="button" class="primary" onClick={() => setEditing("new")}>New rule</button>
        <Action label="Apply to all that is there" name="rules-apply" mild call={{ method: "POST", path: "/rules/apply" }} line={command("rule", "apply")} asks="Every rule in force runs once over the whole inventory." onDone={(answer) => go(links.job(String((answer as { job: string | { id: string } }).job instanceof Object ? ((answer as { job: { id: string } }).job).id : (answer as { job: string }).job)))} />
      </div>
      <ListOf spec={spec} title="Rules" />
      {editing && <RuleForm rule={editing === "new" ? null : editing} onClose={() => setEditing(null)} onDone={again} />}
    </>
  );
}
