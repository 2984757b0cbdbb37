#!/bin/sh
# Installs a build into an empty folder, compares the list of files with the golden one, and runs
# the installed wsb. Usage: install_test.sh BUILD_FOLDER VERSION. WSB_BLESS=1 rewrites the list.
set -eu
build=$1
version=$2
golden=$(cd "$(dirname "$0")/.." && pwd)/golden/install/files.txt

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cmake --install "$build" --prefix "$stage/usr" >"$stage/log"
(cd "$stage/usr" && find . -type f -printf '%M %P\n' | LC_ALL=C sort -k2) >"$stage/files.txt"

if [ "${WSB_BLESS-}" = 1 ]; then cp "$stage/files.txt" "$golden"; fi
diff -u "$golden" "$stage/files.txt"

first=$("$stage/usr/bin/wsb" --version | head -n 1)
case $first in
  "wsb $version" | "wsb $version"[-+\ ]*) ;;
  *)
    echo "the installed wsb says '$first', not 'wsb $version'" >&2
    exit 1
    ;;
esac
echo "installed $(wc -l <"$stage/files.txt") files; $first"
