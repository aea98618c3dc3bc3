#!/bin/sh
# Counts the lines and words of a text, with no more than a shell has.
set -eu
request=$(cat)

# A value of the request, which is one line of JSON: good enough for paths without quotes.
value() {
  printf '%s' "$request" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"
}

# Both the prop and its absolute path are called `src`; the path is the one that begins with a slash.
text=$(printf '%s' "$request" | sed 's/.*"inputs":{"src":"\([^"]*\)".*/\1/')
lines=$(wc -l < "$text" | tr -d ' ')
words=$(wc -w < "$text" | tr -d ' ')
echo "counted $(basename "$text") for $(value component)" >&2

printf '{"html": "<p><b>%s</b> lines, %s words</p>"}\n' "$lines" "$words"
