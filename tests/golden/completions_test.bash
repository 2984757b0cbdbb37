#!/bin/bash
# The completions are valid for their shells, and bash offers what it should.
set -u
source_folder=$1
status=0

fail() {
  echo "$*" >&2
  status=1
}

bash -n "$source_folder/completions/wsb.bash" || fail "bash does not parse its completion"
if command -v zsh > /dev/null; then
  zsh -n "$source_folder/completions/_wsb" || fail "zsh does not parse its completion"
fi
if command -v fish > /dev/null; then
  fish --no-execute "$source_folder/completions/wsb.fish" || fail "fish does not parse its completion"
fi

# shellcheck source=/dev/null
. "$source_folder/completions/wsb.bash"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
touch ca.pem message.txt
mkdir site

# expect "words of the line" "what is offered": the last word is the one being completed.
expect() {
  local -a words
  IFS='|' read -r -a words <<< "$1|"
  COMP_WORDS=("${words[@]}")
  COMP_CWORD=$((${#words[@]} - 1))
  COMPREPLY=()
  _wsb
  [ "${COMPREPLY[*]-}" = "$2" ] || fail "for '$1' bash offers '${COMPREPLY[*]-}', not '$2'"
}

complete -p wsb > /dev/null || fail "nothing completes wsb"
expect 'wsb|' 'serve connect send bench help --help --version'
expect 'wsb|s' 'serve send'
expect 'wsb|help|co' 'connect'
expect 'wsb|connect|--ec' '--echo'
expect 'wsb|connect|--com' '--compress'
expect 'wsb|connect|--no-' '--no-close --no-compress'
expect 'wsb|connect|--cacert|ca' 'ca.pem'
expect 'wsb|serve|--public|s' 'site'
expect 'wsb|serve|--public|m' ''
expect 'wsb|connect|--count|' ''
expect 'wsb|send|ws://localhost/|@mess' '@message.txt'
expect 'wsb|bench|--cl' '--clients'
exit $status
