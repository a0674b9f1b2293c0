#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every command has a help page, a manual page that scdoc and man take, and its options in the completions.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$KEEPVALID_SOURCE/tools/make-man" "$KEEPVALID" "$dir"
count=0
for name in $("$KEEPVALID" manual); do
  "$KEEPVALID" help "$name" >"$dir/help"
  grep -q "^Usage: keepvalid $name" "$dir/help"
  [ -s "$dir/keepvalid-$name.1" ]
  man --warnings=w -l "$dir/keepvalid-$name.1" >/dev/null 2>"$dir/warnings"
  [ ! -s "$dir/warnings" ] || { cat "$dir/warnings"; exit 1; }
  "$KEEPVALID" completion bash | grep -q "$name)"
  count=$((count + 1))
done
[ "$count" -ge 3 ]
"$KEEPVALID" completion bash | bash -n
"$KEEPVALID" completion zsh >/dev/null
"$KEEPVALID" completion fish >/dev/null
# Wrong words end with 2 and say what would be right.
if "$KEEPVALID" hlep 2>"$dir/said"; then exit 1; else [ $? -eq 2 ]; fi
grep -q 'did you mean "help"' "$dir/said"
echo "$count manual pages"
