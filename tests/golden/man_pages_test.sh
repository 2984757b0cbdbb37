#!/bin/sh
# The man pages are without fault for groff and, where it is installed, mandoc, and render to text
# that shows every section.
set -eu
source=$1
status=0
for page in "$source"/man/*.1; do
  messages=$(groff -man -ww -z "$page" 2>&1) || status=1
  if command -v mandoc > /dev/null; then
    messages="$messages$(mandoc -T lint -W warning "$page" 2>&1)" || status=1
  fi
  if [ -n "$messages" ]; then
    printf '%s\n' "$messages" >&2
    status=1
  fi
  text=$(groff -man -Tutf8 -P-c -P-b -P-u "$page")
  for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' 'SEE ALSO'; do
    if ! printf '%s\n' "$text" | grep -qx "$section"; then
      echo "$page has no section $section" >&2
      status=1
    fi
  done
done
exit $status
