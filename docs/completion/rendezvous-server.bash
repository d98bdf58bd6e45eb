# bash completion for rendezvous-server. Made from what the command says of itself: do not edit.
_rendezvous_server() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command= options= valued= first= words= value= user= args=0 i
  COMPREPLY=()
  # bash takes --option=value apart at = and user@name at @
  [[ $cur == '=' || $cur == '@' ]] && prev=$cur cur=
  [[ $prev == '=' ]] && prev=${COMP_WORDS[COMP_CWORD - 1 - (${#cur} > 0)]}
  _rendezvous_server_command
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --) return ;;
      -*)
        if [[ " $valued " == *" ${COMP_WORDS[i]} "* ]]; then
          ((i++))
          [[ ${COMP_WORDS[i]} == '=' ]] && ((i++))
        fi
        ;;
      '=') ;;
      *)
        if [[ -z $command ]]; then
          command=${COMP_WORDS[i]}
          _rendezvous_server_command
        else
          ((args++))
        fi
        ;;
    esac
  done
  if [[ " $valued " == *" $prev "* ]]; then
    value=any
    _rendezvous_server_value
  elif [[ $cur == -* ]]; then
    words=$options
  elif [[ -z $command ]]; then
    words='run invite agents revoke help'
  elif [[ $prev == '@' || $args == 0 ]]; then
    value=$first
  fi
  case $value in
    file) compopt -o filenames 2> /dev/null && COMPREPLY=($(compgen -f -- "$cur")) ;;
    directory) compopt -o filenames 2> /dev/null && COMPREPLY=($(compgen -d -- "$cur")) ;;
    box)
      words=$(_rendezvous_server_boxes)
      # unless it is told not to, as by the package bash-completion
      [[ $cur == *@* ]] && user=${cur%@*}@ cur=${cur##*@}
      ;;
    command) words='run invite agents revoke help' ;;
  esac
  [[ -n $words ]] && COMPREPLY=($(compgen -P "$user" -W "$words" -- "$cur"))
  return 0
}

# The boxes this laptop has been on; nothing is asked of the network.
_rendezvous_server_boxes() {
  local dir=${MOSHPIT_CONFIG_DIR:-${XDG_CONFIG_HOME:-$HOME/.config}/moshpit}
  ((EUID == 0)) && dir=${MOSHPIT_CONFIG_DIR:-/etc/moshpit}
  sed -n 's/^\([a-z0-9-]*\)@.*/\1/p' "$dir/known_boxes" 2> /dev/null
}

# What a command takes: sets options, valued and first of the caller.
_rendezvous_server_command() {
  case $command in
    '')
      options='-h --help -V --version'
      valued=''
      ;;
    run)
      options='-h --help --state --state-dir --config -v --verbose --listen --public-address --tls-certificate --tls-key --metrics --metrics-token-file --page --page-token-file --log-level --print-config --check-config'
      valued='--state --state-dir --config --listen --public-address --tls-certificate --tls-key --metrics --metrics-token-file --page --page-token-file --log-level'
      first=any
      ;;
    invite)
      options='-h --help --state --state-dir --config -v --verbose --name --role --sees --uses --expires'
      valued='--state --state-dir --config --name --role --sees --uses --expires'
      first=any
      ;;
    agents)
      options='-h --help --state --state-dir --config -v --verbose --watch --json'
      valued='--state --state-dir --config'
      first=any
      ;;
    revoke)
      options='-h --help --state --state-dir --config -v --verbose'
      valued='--state --state-dir --config'
      first=any
      ;;
    help)
      options=''
      valued=''
      first=command
      ;;
  esac
}

# What the value of $prev can be: sets words or value of the caller.
_rendezvous_server_value() {
  case "$command $prev" in
    'run --state' | 'run --state-dir') value=directory ;;
    'run --config') value=file ;;
    'run --tls-certificate') value=file ;;
    'run --tls-key') value=file ;;
    'run --metrics-token-file') value=file ;;
    'run --page-token-file') value=file ;;
    'invite --state' | 'invite --state-dir') value=directory ;;
    'invite --config') value=file ;;
    'invite --role') words='box laptop both' ;;
    'agents --state' | 'agents --state-dir') value=directory ;;
    'agents --config') value=file ;;
    'revoke --state' | 'revoke --state-dir') value=directory ;;
    'revoke --config') value=file ;;
  esac
}
complete -F _rendezvous_server rendezvous-server
