# shellcheck shell=sh disable=SC2034
# Read by cli/quickstart.sh and tests/run.sh: what Debian 12 calls the things wsb is built from, and
# how to install those that are missing. POSIX sh.

BUILD_PACKAGES="ca-certificates cmake ninja-build g++ pkg-config libwebsockets-dev
  libwebsockets-evlib-uv libuv1-dev libssl-dev libcrypt-dev zlib1g-dev libcli11-dev
  nlohmann-json3-dev"

say() {
  printf '== %s\n' "$*"
}

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Prints those of its arguments that are not installed, each on a line.
missing_packages() {
  for package in "$@"; do
    case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) in
      ii*) ;;
      *) printf '%s\n' "$package" ;;
    esac
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    die "this needs root, and there is no sudo: $*"
  fi
}

# Installs what is missing of its arguments, and touches nothing when nothing is.
install_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    say "this is not Debian: make sure that you have what it calls $*"
    return 0
  fi
  wanted=$(missing_packages "$@")
  if [ -z "$wanted" ]; then
    say "all packages are installed"
    return 0
  fi
  # One word a line: the words are what is wanted.
  # shellcheck disable=SC2086
  set -- $wanted
  say "installing $*"
  as_root apt-get update -qq </dev/null || die "apt-get update failed"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
    </dev/null || die "the packages could not be installed"
}

# Configures and builds: build PRESET [TARGET…]
build() {
  preset=$1
  shift
  say "building the preset '$preset' in build/$preset"
  if command -v ccache >/dev/null 2>&1; then
    export CMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER-ccache}"
  fi
  cmake --preset "$preset" || die "cmake could not configure the preset '$preset'"
  if [ $# -gt 0 ]; then
    cmake --build --preset "$preset" --target "$@" || die "the build failed"
  else
    cmake --build --preset "$preset" || die "the build failed"
  fi
}
