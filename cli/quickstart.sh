#!/bin/sh
# From a fresh checkout to a running server: installs the packages that are missing, builds wsb, and
# starts `wsb serve`. Further arguments go to `wsb serve`. May be run again at any time.
set -eu
cd "$(dirname "$0")/.."
. cli/packages.sh

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES
build release wsb
wsb=build/release/cli/wsb

# What the arguments say about the address, for the lines below; wsb itself reads them properly.
host=127.0.0.1
port=3000
secure=
insecure=
previous=
for argument in "$@"; do
  case $previous in
    --host) host=$argument ;;
    --port | -p) port=$argument ;;
  esac
  case $argument in
    --host=*) host=${argument#*=} ;;
    --port=*) port=${argument#*=} ;;
    --cert | --cert=*) secure=s ;;
    --tls-self-signed) secure=s insecure=' -k' ;;
  esac
  previous=$argument
done
case $host in
  0.0.0.0 | ::) host=127.0.0.1 ;;
  *:*) host="[$host]" ;;
esac
if [ "$port" = 0 ]; then port=PORT; fi

url=ws$secure://$host:$port/

say "starting the server; stop it with Ctrl-C"
cat <<END

  Open   http$secure://$host:$port/   in two windows of a browser, or in another terminal try

    cd $PWD
    $wsb connect$insecure $url
    $wsb send$insecure --count 0 $url hello
    $wsb bench$insecure $url --clients 100 --rate 50/s --size 64 --duration 5s

END
exec "$wsb" serve "$@"
