# bash completion for agent. Made from what the command says of itself: do not edit.
_agent() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command= options= valued= first= words= value= user= args=0 i
  COMPREPLY=()
  # bash takes --option=value apart at = and user@name at @
  [[ $cur == '=' || $cur == '@' ]] && prev=$cur cur=
  [[ $prev == '=' ]] && prev=${COMP_WORDS[COMP_CWORD - 1 - (${#cur} > 0)]}
  _agent_command
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
          _agent_command
        else
          ((args++))
        fi
        ;;
    esac
  done
  if [[ " $valued " == *" $prev "* ]]; then
    value=any
    _agent_value
  elif [[ $cur == -* ]]; then
    words=$options
  elif [[ -z $command ]]; then
    words='enroll run connect list ping netcheck status sessions kill forget help'
  elif [[ $prev == '@' || $args == 0 ]]; then
    value=$first
  fi
  case $value in
    file) compopt -o filenames 2> /dev/null && COMPREPLY=($(compgen -f -- "$cur")) ;;
    directory) compopt -o filenames 2> /dev/null && COMPREPLY=($(compgen -d -- "$cur")) ;;
    box)
      words=$(_agent_boxes)
      # unless it is told not to, as by the package bash-completion
      [[ $cur == *@* ]] && user=${cur%@*}@ cur=${cur##*@}
      ;;
    command) words='enroll run connect list ping netcheck status sessions kill forget help' ;;
  esac
  [[ -n $words ]] && COMPREPLY=($(compgen -P "$user" -W "$words" -- "$cur"))
  return 0
}

# The boxes this laptop has been on; nothing is asked of the network.
_agent_boxes() {
  local dir=${MOSHPIT_CONFIG_DIR:-${XDG_CONFIG_HOME:-$HOME/.config}/moshpit}
  ((EUID == 0)) && dir=${MOSHPIT_CONFIG_DIR:-/etc/moshpit}
  sed -n 's/^\([a-z0-9-]*\)@.*/\1/p' "$dir/known_boxes" 2> /dev/null
}

# What a command takes: sets options, valued and first of the caller.
_agent_command() {
  case $command in
    '')
      options='--config-dir --state-dir -v --verbose -h --help -V --version'
      valued='--config-dir --state-dir'
      ;;
    enroll)
      options='--name --config-dir --state-dir -v --verbose -h --help'
      valued='--name --config-dir --state-dir'
      first=any
      ;;
    run)
      options='--print-config --check-config --ports --host-key --allow-users --permit-root --session-timeout --max-sessions --max-sessions-per-user --mosh-server --port-mapping --strategies --metrics --metrics-token-file --log-level --config-dir --state-dir -v --verbose -h --help'
      valued='--ports --host-key --allow-users --permit-root --session-timeout --max-sessions --max-sessions-per-user --mosh-server --port-mapping --strategies --metrics --metrics-token-file --log-level --config-dir --state-dir'
      first=any
      ;;
    connect)
      options='--predict -a -n -o -4 -6 --no-init --client --server -i --host-key --handover --relay --port-mapping --events --config-dir --state-dir -v --verbose -h --help'
      valued='--predict --client --server -i --host-key --relay --port-mapping --events --config-dir --state-dir'
      first=box
      ;;
    list)
      options='--json --config-dir --state-dir -v --verbose -h --help'
      valued='--config-dir --state-dir'
      first=any
      ;;
    ping)
      options='-c -4 -6 -i --host-key --config-dir --state-dir -v --verbose -h --help'
      valued='-c -i --host-key --config-dir --state-dir'
      first=box
      ;;
    netcheck)
      options='--json --lifetime --config-dir --state-dir -v --verbose -h --help'
      valued='--config-dir --state-dir'
      first=any
      ;;
    status)
      options='--json --watch --config-dir --state-dir -v --verbose -h --help'
      valued='--config-dir --state-dir'
      first=any
      ;;
    sessions)
      options='--json --watch --config-dir --state-dir -v --verbose -h --help'
      valued='--config-dir --state-dir'
      first=any
      ;;
    kill)
      options='--key --config-dir --state-dir -v --verbose -h --help'
      valued='--key --config-dir --state-dir'
      first=any
      ;;
    forget)
      options='--config-dir --state-dir -v --verbose -h --help'
      valued='--config-dir --state-dir'
      first=box
      ;;
    help)
      options='--config-dir --state-dir -v --verbose -h --help'
      valued='--config-dir --state-dir'
      first=command
      ;;
  esac
}

# What the value of $prev can be: sets words or value of the caller.
_agent_value() {
  case "$command $prev" in
    ' --config-dir') value=directory ;;
    ' --state-dir') value=directory ;;
    'enroll --config-dir') value=directory ;;
    'enroll --state-dir') value=directory ;;
    'run --host-key') value=file ;;
    'run --permit-root') words='sshd yes no' ;;
    'run --mosh-server') value=file ;;
    'run --port-mapping') words='on off' ;;
    'run --metrics-token-file') value=file ;;
    'run --log-level') words='error warn info debug trace' ;;
    'run --config-dir') value=directory ;;
    'run --state-dir') value=directory ;;
    'connect --predict') words='adaptive always never experimental' ;;
    'connect --client') value=file ;;
    'connect -i') value=file ;;
    'connect --relay') words='auto only never' ;;
    'connect --port-mapping') words='on off' ;;
    'connect --events') value=file ;;
    'connect --config-dir') value=directory ;;
    'connect --state-dir') value=directory ;;
    'list --config-dir') value=directory ;;
    'list --state-dir') value=directory ;;
    'ping -i') value=file ;;
    'ping --config-dir') value=directory ;;
    'ping --state-dir') value=directory ;;
    'netcheck --config-dir') value=directory ;;
    'netcheck --state-dir') value=directory ;;
    'status --config-dir') value=directory ;;
    'status --state-dir') value=directory ;;
    'sessions --config-dir') value=directory ;;
    'sessions --state-dir') value=directory ;;
    'kill --config-dir') value=directory ;;
    'kill --state-dir') value=directory ;;
    'forget --config-dir') value=directory ;;
    'forget --state-dir') value=directory ;;
    'help --config-dir') value=directory ;;
    'help --state-dir') value=directory ;;
  esac
}
complete -F _agent agent
