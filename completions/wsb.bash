# bash completion of wsb. Made by 'wsb generate' from the definitions of the options; do not edit.

_wsb() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} options=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W 'serve connect send bench help --help --version' -- "$cur")
    return
  fi
  case ${COMP_WORDS[1]} in
    help)
      mapfile -t COMPREPLY < <(compgen -W 'serve connect send bench' -- "$cur")
      return ;;
    serve)
      case $prev in
        --config|--unix|--token-file|--publish-token-file|--jwt-key|--basic-auth|--cert|--key|--client-ca|--access-log)
          mapfile -t COMPREPLY < <(compgen -f -- "$cur")
          return ;;
        --public)
          mapfile -t COMPREPLY < <(compgen -d -- "$cur")
          return ;;
        --host|-p|--port|--unix-mode|-t|--threads|--history|--max-message|--max-backlog|--slow-consumer|--drain-timeout|--drain-delay|--trust-proxy|--origin|--token|--jwt-audience|--jwt-issuer|--namespace|--conformance|--max-clients|--max-clients-per-ip|--rate|--handshake-timeout|--idle-timeout|--fault|--fault-seed|--log)
          :
          return ;;
      esac
      options='--config --host -p --port --unix --unix-mode -t --threads --public --raw --echo --rooms --history --max-message --max-backlog --slow-consumer --drain-timeout --drain-delay --trust-proxy --proxy-protocol --origin --cors --token-file --token --publish-token-file --token-in-query --jwt-key --jwt-audience --jwt-issuer --basic-auth --namespace --conformance --max-clients --max-clients-per-ip --rate --handshake-timeout --idle-timeout --fault --fault-seed --cert --key --tls-self-signed --client-ca --log --access-log -v --verbose -q --quiet -h --help --version' ;;
    connect)
      case $prev in
        --auth|--cacert)
          mapfile -t COMPREPLY < <(compgen -f -- "$cur")
          return ;;
        --max-message|--namespace|-c|--count|-m|--max-time|--close-timeout|-H|--header|-s|--subprotocol|--connect-timeout|--linger)
          :
          return ;;
      esac
      options='-b --binary --max-message --socketio --namespace --auth --ack -c --count -1 --one-message -m --max-time -n --no-close -E --exit-on-eof --close-timeout -H --header -s --subprotocol --compress --no-compress --connect-timeout -k --insecure --cacert -v --verbose -q --quiet --echo --linger -h --help --version' ;;
    send)
      case $prev in
        --auth|--cacert)
          mapfile -t COMPREPLY < <(compgen -f -- "$cur")
          return ;;
        --max-message|--namespace|-c|--count|-m|--max-time|--close-timeout|-H|--header|-s|--subprotocol|--connect-timeout)
          :
          return ;;
      esac
      options='-b --binary --max-message --socketio --namespace --auth --ack -c --count -1 --one-message -m --max-time -n --no-close -E --exit-on-eof --close-timeout -H --header -s --subprotocol --compress --no-compress --connect-timeout -k --insecure --cacert -v --verbose -q --quiet -h --help --version' ;;
    bench)
      case $prev in
        --auth|--cacert|-o|--output)
          mapfile -t COMPREPLY < <(compgen -f -- "$cur")
          return ;;
        -n|--clients|-r|--rate|--size|--publishers|--canaries|-t|--threads|--connect-rate|-d|--duration|--warmup|--drain|--namespace|--event|-H|--header|-s|--subprotocol|--connect-timeout)
          :
          return ;;
      esac
      options='-n --clients -r --rate --size --publishers --canaries -t --threads --connect-rate -d --duration --warmup --drain --socketio --namespace --auth --event -H --header -s --subprotocol --compress --no-compress --connect-timeout -k --insecure --cacert --json -o --output -q --quiet -h --help --version' ;;
  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
  elif [[ $cur == @* ]]; then
    mapfile -t COMPREPLY < <(compgen -P @ -f -- "${cur#@}")
  fi
}
complete -F _wsb wsb
