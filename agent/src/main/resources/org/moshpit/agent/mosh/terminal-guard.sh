# The guard of the terminal: see TerminalGuard. Standard input is the pipe from the agent, standard
# output tells it when the modes are remembered, descriptor 3 is the terminal, $1 what to write to
# it in order to undo what mosh-client switched on.
trap '' HUP INT QUIT TERM TSTP TTIN TTOU PIPE
modes=$(stty -g <&3 2>/dev/null)
# mosh-client gives up on a terminal without a size, such as a serial line or a bare pty has
case $(stty size <&3 2>/dev/null) in
  '0 '* | *' 0') stty rows 24 cols 80 <&3 2>/dev/null ;;
esac
echo ready

client='' started='' word=''
while read -r word value more; do
  case $word in
    client) client=$value started=$more ;;
    clean) exit 0 ;;
    restore) break ;;
  esac
  word=''
done

reset=yes
if [ -z "$word" ]; then
  # The pipe closed without a word: the agent was killed, and mosh-client is left to us.
  if [ -z "$client" ]; then
    reset=no
  elif [ ! -r /proc/self/stat ]; then
    kill -KILL "$client" 2>/dev/null
  elif read -r stat 2>/dev/null <"/proc/$client/stat"; then
    # after the name in parentheses: state, 18 others, start time
    set -- "$1" ${stat##*)}
    if [ "${21}" = "$started" ]; then
      # suspended, it has already left the screen to the shell
      [ "$2" != T ] || reset=no
      kill -KILL "$client" 2>/dev/null
    fi
  fi
fi
# With output processing on, whoever has the terminal now has already set the modes it wants.
case $(stty -a <&3 2>/dev/null) in
  *-opost*) stty "$modes" <&3 2>/dev/null ;;
esac
[ $reset = no ] || printf "$1" >&3 2>/dev/null
