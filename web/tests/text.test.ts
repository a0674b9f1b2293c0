// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { hostPort, pieces, plain, shortened } from "../src/format/names.ts";
import { effectiveLength, strength } from "../src/format/password.ts";
import { atCertificate, has, issuedBy, split, toggle, week } from "../src/format/query.ts";
import { command, listCommand, scanCommand, targetsOf, word } from "../src/format/shell.ts";

test("what cannot be seen is named", () => {
  assert.equal(plain("bank.example\u0000.evil.example"), "bank.example<NUL>.evil.example");
  assert.equal(plain("\u202egro.elpmaxe\u202c"), "<U+202E>gro.elpmaxe<U+202C>");
  assert.equal(plain("zero\u200bwidth"), "zero<U+200B>width");
  assert.equal(plain("a\nb\r\tc"), "a<LF>b<CR><TAB>c");
  assert.equal(plain("tag\u{e0041}"), "tag<U+E0041>");
  assert.equal(plain("пример.испытание مثال"), "пример.испытание مثال");
  assert.deepEqual(pieces("<b>"), [{ text: "<b>" }]);
  assert.deepEqual(pieces(""), []);
});

test("long text is cut in the middle and never inside a letter", () => {
  assert.equal(shortened("abcdefghij", 5), "ab…ij");
  assert.equal(shortened("abc", 5), "abc");
  assert.equal(shortened("😀😀😀😀😀😀", 3), "😀…😀");
});

test("addresses with colons get brackets", () => {
  assert.equal(hostPort("2001:db8::1", 443), "[2001:db8::1]:443");
  assert.equal(hostPort("www.example.org", 443), "www.example.org:443");
  assert.equal(hostPort(null, null), "?");
});

test("a word of a command line is quoted whatever it holds", () => {
  assert.equal(word("www.example.org:443"), "www.example.org:443");
  assert.equal(word(""), "''");
  assert.equal(word("a b"), "'a b'");
  assert.equal(word("it's; rm -rf ~"), "'it'\\''s; rm -rf ~'");
  assert.equal(word("a\nb'c"), "$'a\\u000ab\\'c'");
  assert.equal(word("\u202egro"), "$'\\u202egro'");
  assert.equal(word("$(reboot)"), "'$(reboot)'");
  assert.equal(command("list", 'issuer="R 11"'), "keepvalid list 'issuer=\"R 11\"'");
});

test("a query that begins with a hyphen is no option", () => {
  assert.equal(listCommand(["list"], ""), "keepvalid list");
  assert.equal(listCommand(["list", "--of", "endpoints"], "-outcome:ok"), "keepvalid list --of endpoints -- -outcome:ok");
});

test("the form of a scan is a command line", () => {
  const scan = { targets: ["a.example", "10.0.0.0/24"], ports: null, starttls: "auto", server_name: null, all_addresses: false, look: "whole", rate: 0, timeout_s: 5 };
  assert.equal(scanCommand(scan), "keepvalid scan a.example 10.0.0.0/24 --look whole --save");
  assert.equal(
    scanCommand({ ...scan, ports: "443,8443", starttls: "smtp", server_name: "x.example", all_addresses: true, look: "polite", rate: 10, timeout_s: 2 }),
    "keepvalid scan a.example 10.0.0.0/24 --ports 443,8443 --starttls smtp --sni x.example --all-ips --look polite --rate 10 --timeout 2 --save",
  );
});

test("targets come on lines, with blanks, with commas, with remarks", () => {
  assert.deepEqual(targetsOf("a.example, b.example\n# not this\n10.0.0.0/8 # nor this\n\n  local "), ["a.example", "b.example", "10.0.0.0/8", "local"]);
  assert.deepEqual(targetsOf("https://a.example/#x"), ["https://a.example/#x"]);
  assert.deepEqual(targetsOf(""), []);
});

test("terms of a query are switched on and off and leave the others alone", () => {
  assert.deepEqual(split('a issuer="R 11 \\" x" (b OR c) key:[rsa, ec]'), ["a", 'issuer="R 11 \\" x"', "(b OR c)", "key:[rsa, ec]"]);
  assert.equal(toggle("shop", "state:expired"), "shop state:expired");
  assert.equal(toggle("shop state:expired x", "state:expired"), "shop x");
  assert.equal(has("(state:expired OR a)", "state:expired"), false);
  assert.equal(week("2026-11-30"), "active:yes expires:2026-11-30..2026-12-06");
  assert.equal(issuedBy('O"ne \\ two'), 'issuer="O\\"ne \\\\ two"');
  assert.equal(atCertificate("ab12"), "sha256:ab12");
});

test("a password is judged by what remains when the guessable is taken away", () => {
  assert.equal(strength("", "anna").level, 0);
  assert.match(strength("short", "anna").hint, /7 more characters/);
  assert.match(strength("elevenchars", "anna").hint, /1 more character,/);
  assert.equal(strength("aaaaaaaaaaaaaaaa", "anna").label, "weak");
  assert.equal(strength("password1234", "anna").label, "weak");
  assert.equal(strength("anna-anna-anna-anna", "anna").label, "weak");
  assert.ok(strength("correct horse battery staple", "anna").level >= 3);
  assert.ok(effectiveLength("abcdefghijkl", "x") < 4);
});
