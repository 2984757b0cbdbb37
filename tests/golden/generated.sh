#!/bin/sh
# Man pages and completions are what the binary generates: generated.sh WSB SOURCE [--bless]
# With --bless they are written, without it a difference is a failure and is shown.
set -eu
wsb=$1
source=$2
bless=${3:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

# check FILE: what was generated, $folder/new, belongs there.
check() {
  if [ "$bless" = --bless ]; then
    mkdir -p "$(dirname "$source/$1")"
    cp "$folder/new" "$source/$1"
  elif ! diff -u "$source/$1" "$folder/new"; then
    echo "$1 is not what wsb generates: build the target 'docs' and review the change" >&2
    failed=1
  fi
}

"$wsb" generate man --sections "$source/man/src/wsb.roff" > "$folder/new"
check man/wsb.1
for command in serve connect send bench; do
  "$wsb" generate man --command "$command" --sections "$source/man/src/wsb-$command.roff" \
    > "$folder/new"
  check "man/wsb-$command.1"
done
"$wsb" generate bash > "$folder/new"
check completions/wsb.bash
"$wsb" generate zsh > "$folder/new"
check completions/_wsb
"$wsb" generate fish > "$folder/new"
check completions/wsb.fish
exit $failed
