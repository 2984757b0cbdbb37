#!/bin/sh
# Installs what the tests need and is missing, builds the preset `dev` and runs its tests. Further
# arguments go to ctest, such as `-L unit` or `-R handshake`. May be run again at any time.
set -eu
cd "$(dirname "$0")/.."
. cli/packages.sh

TEST_PACKAGES="catch2 chromium python3 python3-websockets openssl curl tmux groff-base bash zsh fish
  procps prometheus nginx-light haproxy"
# Exact versions, and such as run on Node 18, which Debian 12 has, and on later ones.
NODE_PACKAGES="ws@8.23.0 wscat@6.1.0 socket.io-client@4.8.4 socket.io@4.8.4
  puppeteer-core@24.43.1"
node_folder=build/node  # tests/CMakeLists.txt tells the tests

# Debian's node only where there is none: another one may have been installed on purpose.
node_programs() {
  command -v node >/dev/null 2>&1 || echo nodejs
  command -v npm >/dev/null 2>&1 || echo npm
}

# True when NAME@VERSION is in the folder.
has_node_package() {
  manifest=$node_folder/node_modules/${1%@*}/package.json
  [ -f "$manifest" ] && grep -q "\"version\": *\"${1##*@}\"" "$manifest"
}

install_node_packages() {
  wanted=
  for package in $NODE_PACKAGES; do
    has_node_package "$package" || wanted="$wanted $package"
  done
  if [ -z "$wanted" ]; then
    say "all Node packages are installed"
    return 0
  fi
  say "installing into $node_folder:$wanted"
  mkdir -p "$node_folder"
  # All of them, or npm takes those it was not told of for leftovers. No browser is downloaded.
  # shellcheck disable=SC2086
  PUPPETEER_SKIP_DOWNLOAD=1 npm install --prefix "$node_folder" --no-save --no-package-lock \
    --no-audit --no-fund --loglevel=error $NODE_PACKAGES </dev/null ||
    die "the Node packages could not be installed"
}

# shellcheck disable=SC2046,SC2086
install_packages $BUILD_PACKAGES $TEST_PACKAGES $(node_programs)
install_node_packages
build dev

say "running the tests"
exec ctest --preset dev --parallel "$(nproc)" "$@"
