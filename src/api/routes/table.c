/* SPDX-License-Identifier: Apache-2.0 */

/*
 * All routes, one row each. A row is written through ROUTE, which wants every field by place: a row without its
 * permission or its loader does not compile; one with UNSET or NULL does not start (api.c).
 */

#include "api/routes/route.h"

#define V1 "/api/v1"
#define PUBLIC PERMISSION_PUBLIC
#define SESSION PERMISSION_SESSION
#define ADMIN PERMISSION_ADMIN
#define PAGE TAKES_LIST
#define ROUTE(method, path, permission, load, handle, status, request, response, takes, sorts, summary) \
	{method, path, permission, load_##load, handle_##handle, status, request, response, takes, sorts, summary},

/* clang-format off */
const struct route route_table[] = {
/*    method    path                                permission  loader           handler          status  request      response                 takes               sorts  summary */
ROUTE("GET",    V1 "/setup",                        PUBLIC,     nothing,         setup_show,      200,    NULL,        "setup",                 0,                  NULL,  "Whether the first administrator is still to be made")
ROUTE("POST",   V1 "/setup",                        PUBLIC,     nothing,         setup_do,        201,    "setup_do",  "session_opened",        0,                  NULL,  "Make the first administrator, with the setup token")
ROUTE("POST",   V1 "/sessions",                     PUBLIC,     nothing,         session_new,     201,    "login",     "session_opened",        0,                  NULL,  "Log in")
ROUTE("DELETE", V1 "/sessions/current",             SESSION,    current_session, session_end,     204,    NULL,        NULL,                    0,                  NULL,  "Log out")
ROUTE("GET",    V1 "/whoami",                       SESSION,    nothing,         whoami,          200,    NULL,        "whoami",                0,                  NULL,  "Who is asking")
ROUTE("GET",    V1 "/overview",                     SESSION,    nothing,         overview,        200,    NULL,        "overview",              0,                  NULL,  "The first screen: how it stands, and what needs somebody")
ROUTE("GET",    V1 "/certificates",                 SESSION,    nothing,         certificates,    200,    NULL,        "[certificate]",         PAGE | TAKES_QUERY, "not_after name issuer first_seen not_before", "Certificates")
ROUTE("GET",    V1 "/certificates/{sha256}",        SESSION,    certificate,     certificate,     200,    NULL,        "certificate_whole",     0,                  NULL,  "One certificate: its facts, where it is, its chain and lineage")
ROUTE("GET",    V1 "/certificates/{sha256}/pem",    SESSION,    certificate,     certificate_pem, 200,    NULL,        "application/x-pem-file", 0,                 NULL,  "The certificate as PEM")
ROUTE("GET",    V1 "/certificates/{sha256}/der",    SESSION,    certificate,     certificate_der, 200,    NULL,        "application/pkix-cert", 0,                  NULL,  "The certificate as DER")
ROUTE("GET",    V1 "/endpoints",                    SESSION,    nothing,         endpoints,       200,    NULL,        "[endpoint]",            PAGE | TAKES_QUERY, "host first_seen last_seen", "Endpoints: where certificates are served")
ROUTE("GET",    V1 "/endpoints/{id}",               SESSION,    endpoint,        endpoint,        200,    NULL,        "endpoint_whole",        0,                  NULL,  "One endpoint and the certificates it shows")
ROUTE("GET",    V1 "/lineages",                     SESSION,    nothing,         lineages,        200,    NULL,        "[lineage]",             PAGE | TAKES_QUERY, "name created_at", "Lineages: names that are kept valid across certificates")
ROUTE("GET",    V1 "/lineages/{id}",                SESSION,    lineage,         lineage,         200,    NULL,        "lineage_whole",         0,                  NULL,  "One lineage and its certificates")
ROUTE("PATCH",  V1 "/lineages/{id}",                ADMIN,      lineage,         lineage_change,  200,    "lineage_change", "lineage_whole",    TAKES_MATCH,        NULL,  "Say whose a lineage is, what it is for and how it is renewed")
ROUTE("GET",    V1 "/tags",                         SESSION,    nothing,         tags,            200,    NULL,        "tags",                  0,                  NULL,  "All tags in use, with the number of lineages")
ROUTE("GET",    V1 "/teams",                        SESSION,    nothing,         teams,           200,    NULL,        "[team]",                PAGE | TAKES_PART,  "name lineages", "Teams: who answers for lineages, services and hosts")
ROUTE("POST",   V1 "/teams",                        ADMIN,      nothing,         team_new,        201,    "team_new",  "team",                  TAKES_KEY,          NULL,  "Make a team")
ROUTE("GET",    V1 "/teams/{id}",                   SESSION,    team,            team,            200,    NULL,        "team",                  0,                  NULL,  "One team and its contacts by role")
ROUTE("PATCH",  V1 "/teams/{id}",                   ADMIN,      team,            team_change,     200,    "team_change", "team",                TAKES_MATCH,        NULL,  "Change a team; contacts are replaced as a whole")
ROUTE("DELETE", V1 "/teams/{id}",                   ADMIN,      team,            team_remove,     204,    NULL,        NULL,                    TAKES_MATCH | TAKES_TO, NULL, "Remove a team; what it answers for goes to another one")
ROUTE("GET",    V1 "/services",                     SESSION,    nothing,         services,        200,    NULL,        "[service]",             PAGE | TAKES_PART,  "name lineages", "Business services")
ROUTE("POST",   V1 "/services",                     ADMIN,      nothing,         service_new,     201,    "service_new", "service",             TAKES_KEY,          NULL,  "Make a service")
ROUTE("GET",    V1 "/services/{id}",                SESSION,    service,         service,         200,    NULL,        "service",               0,                  NULL,  "One service")
ROUTE("PATCH",  V1 "/services/{id}",                ADMIN,      service,         service_change,  200,    "service_change", "service",          TAKES_MATCH,        NULL,  "Change a service")
ROUTE("DELETE", V1 "/services/{id}",                ADMIN,      service,         service_remove,  204,    NULL,        NULL,                    TAKES_MATCH | TAKES_TO, NULL, "Remove a service; its lineages and hosts go to another one")
ROUTE("GET",    V1 "/hosts",                        SESSION,    nothing,         hosts,           200,    NULL,        "[host]",                PAGE | TAKES_QUERY, "name last_seen", "Hosts: machines and devices that scans met")
ROUTE("GET",    V1 "/hosts/{id}",                   SESSION,    host,            host,            200,    NULL,        "host_whole",            0,                  NULL,  "One host and its endpoints")
ROUTE("PATCH",  V1 "/hosts/{id}",                   ADMIN,      host,            host_change,     200,    "host_change", "host_whole",          TAKES_MATCH,        NULL,  "Say whose a host is, which service it is for and its CMDB id")
ROUTE("GET",    V1 "/keys",                         SESSION,    nothing,         keys,            200,    NULL,        "[key_row]",             PAGE | TAKES_QUERY, "certificates hosts bits first_seen", "Public keys, with how many certificates, hosts and teams have each")
ROUTE("GET",    V1 "/keys/{sha256}",                SESSION,    key,             key,             200,    NULL,        "key_whole",             0,                  NULL,  "One key: its certificates, hosts and teams, the first hundred of each")
ROUTE("GET",    V1 "/authorities",                  SESSION,    nothing,         authorities,     200,    NULL,        "[authority]",           PAGE | TAKES_QUERY, "not_after name issued_active", "CA certificates that were met, roots and intermediates, with their own end")
ROUTE("POST",   V1 "/scans",                        ADMIN,      nothing,         scan_new,        202,    "scan_new",  "scan_made",             TAKES_DRY_RUN | TAKES_KEY, NULL, "Scan targets now")
ROUTE("GET",    V1 "/scans",                        SESSION,    nothing,         scans,           200,    NULL,        "[scan]",                PAGE,               NULL,  "Scans, newest first")
ROUTE("GET",    V1 "/scans/{id}",                   SESSION,    scan,            scan,            200,    NULL,        "scan_made",             0,                  NULL,  "One scan and how far it is")
ROUTE("GET",    V1 "/scans/{id}/records",           SESSION,    scan,            scan_records,    200,    NULL,        "[scan_record]",         PAGE | TAKES_OUTCOME, NULL, "What came of each target of a scan")
ROUTE("DELETE", V1 "/scans/{id}",                   ADMIN,      scan,            scan_stop,       202,    NULL,        "scan_made",             0,                  NULL,  "Stop a scan; what it has seen stays")
ROUTE("GET",    V1 "/sources",                      SESSION,    nothing,         sources,         200,    NULL,        "[source]",              PAGE,               NULL,  "Sources: where discovery looks and when, by name")
ROUTE("POST",   V1 "/sources",                      ADMIN,      nothing,         source_new,      201,    "source_new", "source",               TAKES_KEY | TAKES_DRY_RUN, NULL, "Make a source; it runs at its first due time, which is now")
ROUTE("GET",    V1 "/sources/kinds",                SESSION,    nothing,         source_kinds,    200,    NULL,        "source_kinds",          0,                  NULL,  "Kinds of sources and their options, for forms")
ROUTE("GET",    V1 "/sources/{id}",                 SESSION,    source,          source,          200,    NULL,        "source",                0,                  NULL,  "One source")
ROUTE("PATCH",  V1 "/sources/{id}",                 ADMIN,      source,          source_change,   200,    "source_change", "source",            TAKES_MATCH,        NULL,  "Change a source; options are replaced whole")
ROUTE("DELETE", V1 "/sources/{id}",                 ADMIN,      source,          source_remove,   204,    NULL,        NULL,                    TAKES_MATCH,        NULL,  "Remove a source with its history; what it found stays")
ROUTE("POST",   V1 "/sources/{id}/run",             ADMIN,      source,          source_run,      202,    NULL,        "run_made",              TAKES_KEY,          NULL,  "Run a source now")
ROUTE("GET",    V1 "/sources/{id}/runs",            SESSION,    source,          source_runs,     200,    NULL,        "[run]",                 PAGE,               NULL,  "Runs of a source, newest first")
ROUTE("GET",    V1 "/sources/{id}/logs",            SESSION,    source,          source_logs,     200,    NULL,        "source_logs",           0,                  NULL,  "Logs of certificates that a source of the kind ct reads: how far, and what is wrong with them")
ROUTE("GET",    V1 "/changes",                      SESSION,    nothing,         changes,         200,    NULL,        "[change]",              PAGE | TAKES_QUERY | TAKES_CHANGES, NULL, "What is new, changed or gone, newest first")
ROUTE("GET",    V1 "/coverage",                     SESSION,    nothing,         coverage,        200,    NULL,        "coverage",              TAKES_SOURCE,       NULL,  "What the last runs found of each scope and port")
ROUTE("GET",    V1 "/unclear",                      SESSION,    nothing,         unclear,         200,    NULL,        "[unclear]",             PAGE | TAKES_OUTCOME, NULL, "Targets that answered at their last look and gave no certificate, newest first")
ROUTE("GET",    V1 "/rules",                        SESSION,    nothing,         rules,           200,    NULL,        "[rule]",                PAGE,               NULL,  "Rules for what is found, in their order")
ROUTE("POST",   V1 "/rules",                        ADMIN,      nothing,         rule_new,        201,    "rule_new",  "rule",                  TAKES_KEY,          NULL,  "Make a rule: a query, and what is set of what fits")
ROUTE("POST",   V1 "/rules/try",                    SESSION,    nothing,         rule_try,        200,    "rule_try",  "rule_trial",            0,                  NULL,  "What a rule would do with what is there; nothing is changed")
ROUTE("POST",   V1 "/rules/apply",                  ADMIN,      nothing,         rules_apply,     202,    NULL,        "job_made",              TAKES_KEY,          NULL,  "Apply all rules to what is there; never over what a person set")
ROUTE("GET",    V1 "/rules/{id}",                   SESSION,    rule,            rule,            200,    NULL,        "rule",                  0,                  NULL,  "One rule")
ROUTE("PATCH",  V1 "/rules/{id}",                   ADMIN,      rule,            rule_change,     200,    "rule_change", "rule",                TAKES_MATCH,        NULL,  "Change a rule; what it sets is replaced whole")
ROUTE("DELETE", V1 "/rules/{id}",                   ADMIN,      rule,            rule_remove,     204,    NULL,        NULL,                    TAKES_MATCH,        NULL,  "Remove a rule; what it set stays")
ROUTE("GET",    V1 "/jobs",                         SESSION,    nothing,         jobs,            200,    NULL,        "[job]",                 PAGE,               NULL,  "Work that waits, runs or has ended, newest first")
ROUTE("GET",    V1 "/jobs/{id}",                    SESSION,    job,             job,             200,    NULL,        "job",                   0,                  NULL,  "One piece of work, how far it is and what came of it")
ROUTE("DELETE", V1 "/jobs/{id}",                    ADMIN,      job,             job_stop,        202,    NULL,        "job",                   0,                  NULL,  "Ask a job to stop; what it has done stays")
ROUTE("GET",    V1 "/facets",                       SESSION,    nothing,         facets,          200,    NULL,        "facets",                TAKES_QUERY | TAKES_OF | TAKES_FACETS, NULL, "How many of what a query finds are of each owner, issuer, state …")
ROUTE("GET",    V1 "/groups",                       SESSION,    nothing,         groups,          200,    NULL,        "groups",                TAKES_QUERY | TAKES_OF | TAKES_BY, NULL, "What a query finds, grouped by one facet, with the soonest end of each")
ROUTE("GET",    V1 "/complete",                     SESSION,    nothing,         complete,        200,    NULL,        "completion",            TAKES_TEXT | TAKES_OF, NULL, "What could stand at the cursor of a query that is being written")
ROUTE("GET",    V1 "/timeline",                     SESSION,    nothing,         timeline,        200,    NULL,        "timeline",              TAKES_QUERY | TAKES_TIME, NULL, "When active certificates end, by day and week, with and without a proven path")
ROUTE("GET",    V1 "/map",                          SESSION,    nothing,         map,             200,    NULL,        "map",                   TAKES_MAP,          NULL, "What hangs together with one thing, and what falls with it")
ROUTE("GET",    V1 "/views",                        SESSION,    nothing,         views,           200,    NULL,        "[view]",                PAGE,               NULL,  "Saved queries: one's own and those that are shared, by name")
ROUTE("POST",   V1 "/views",                        SESSION,    nothing,         view_new,        201,    "view_new",  "view",                  TAKES_KEY,          NULL,  "Save a query; to share it takes an administrator")
ROUTE("GET",    V1 "/views/{id}",                   SESSION,    view,            view,            200,    NULL,        "view",                  0,                  NULL,  "One saved query")
ROUTE("PATCH",  V1 "/views/{id}",                   SESSION,    view,            view_change,     200,    "view_change", "view",                TAKES_MATCH,        NULL,  "Change a saved query: one's own, or, for administrators, a shared one")
ROUTE("DELETE", V1 "/views/{id}",                   SESSION,    view,            view_remove,     204,    NULL,        NULL,                    TAKES_MATCH,        NULL,  "Remove a saved query")
ROUTE("POST",   V1 "/selections",                   SESSION,    nothing,         selection_new,   201,    "selection_new", "selection",         TAKES_KEY,          NULL,  "Freeze what a query finds, or the given ids, into a set that can be acted on; it lives for a day")
ROUTE("GET",    V1 "/selections/{id}",              SESSION,    selection,       selection,       200,    NULL,        "selection",             0,                  NULL,  "A frozen set: its count, hash and first rows")
ROUTE("POST",   V1 "/selections/{id}/actions",      ADMIN,      selection,       selection_act,   202,    "action_new", "action_made",          TAKES_DRY_RUN | TAKES_KEY, NULL, "Do something to every item of a frozen set: its hash must be the one that was shown")
ROUTE("GET",    V1 "/selections/{id}/items",        SESSION,    selection,       selection_items, 200,    NULL,        "[selection_item]",      PAGE,               NULL,  "The rows of a frozen set, in the order of their ids")
ROUTE("GET",    V1 "/audit",                        ADMIN,      nothing,         audit,           200,    NULL,        "[audit]",               PAGE,               NULL,  "Who did what, newest first")
ROUTE("GET",    V1 "/calendars",                    ADMIN,      nothing,         calendars,       200,    NULL,        "[calendar]",            PAGE,               NULL,  "Calendars that are subscribed to")
ROUTE("POST",   V1 "/calendars",                    ADMIN,      nothing,         calendar_new,    201,    "calendar_new", "calendar",           0,                  NULL,  "Make a calendar of a query; its secret address is shown once")
ROUTE("DELETE", V1 "/calendars/{id}",               ADMIN,      calendar,        calendar_remove, 204,    NULL,        NULL,                    0,                  NULL,  "End a calendar: its address answers nothing any more")
ROUTE("GET",    "/calendar/{token}",                PUBLIC,     calendar_token,  calendar_feed,   200,    NULL,        "text/calendar",         0,                  NULL,  "The calendar of that secret address, TOKEN.ics")
ROUTE("GET",    V1 "/backups",                      ADMIN,      nothing,         backups,         200,    NULL,        "backup_list",           0,                  NULL,  "Backups that lie in the data folder")
ROUTE("POST",   V1 "/backups",                      ADMIN,      nothing,         backup_new,      202,    "nothing",   "job_made",              0,                  NULL,  "Make a backup while serving; the job's result has its name")
ROUTE("GET",    V1 "/backups/{name}",               ADMIN,      backup,          backup,          200,    NULL,        "application/octet-stream", 0,               NULL,  "A backup, for keepvalid restore; it holds secrets")
ROUTE("DELETE", V1 "/backups/{name}",               ADMIN,      backup,          backup_remove,   204,    NULL,        NULL,                    0,                  NULL,  "Remove a backup from the data folder")
ROUTE("POST",   V1 "/imports",                      ADMIN,      nothing,         import,          201,    "import_new", "import_report",       TAKES_DRY_RUN,      NULL,  "A table, or entries, into the inventory: all of it or nothing; a dry run tells what would come of it")
ROUTE("GET",    V1 "/exports/{form}",               SESSION,    export_form,     export,          200,    NULL,        "*/*",               TAKES_QUERY | TAKES_EXPORT, NULL, "All rows that fit, as csv, json, jsonl, pem, cyclonedx-1.6, cyclonedx-1.7 or ics")
ROUTE("DELETE", V1 "/demo",                         ADMIN,      nothing,         demo_end,        200,    NULL,        "demo_gone",             0,                  NULL,  "Delete every object of the demo")
ROUTE("GET",    V1 "/events",                       SESSION,    nothing,         events,          200,    NULL,        "text/event-stream",     0,                  NULL,  "Live events; Last-Event-ID resumes")
ROUTE("GET",    "/api/openapi.json",                PUBLIC,     nothing,         openapi,         200,    NULL,        "application/json",      0,                  NULL,  "This document")
ROUTE("GET",    "/healthz",                         PUBLIC,     nothing,         healthz,         200,    NULL,        "text/plain",            0,                  NULL,  "The process lives")
ROUTE("GET",    "/readyz",                          PUBLIC,     nothing,         readyz,          200,    NULL,        "text/plain",            0,                  NULL,  "The engine can work: its store answers")
ROUTE("GET",    "/metrics",                         PUBLIC,     nothing,         metrics,         200,    NULL,        "text/plain",            0,                  NULL,  "Metrics in Prometheus' text format")
ROUTE("GET",    "/{path...}",                       PUBLIC,     nothing,         web,             200,    NULL,        "text/html",             0,                  NULL,  "The console")
};
/* clang-format on */
const size_t route_count = COUNT_OF(route_table);
