# fish completion for rendezvous-server. Made from what the command says of itself: do not edit.

# The boxes this laptop has been on; nothing is asked of the network.
function __rendezvous_server_boxes
    set -l dir $HOME/.config/moshpit
    set -q XDG_CONFIG_HOME; and set dir $XDG_CONFIG_HOME/moshpit
    test (id -u) = 0; and set dir /etc/moshpit
    set -q MOSHPIT_CONFIG_DIR; and set dir $MOSHPIT_CONFIG_DIR
    set -l user (string match -r '^.*@' -- (commandline -ct))
    test -r $dir/known_boxes; and string replace -rf '^([a-z0-9-]+)@.*' "$user\$1" <$dir/known_boxes
end

complete -c rendezvous-server -f
complete -c rendezvous-server -n '__fish_use_subcommand' -s h -l help -d 'Show this help.'
complete -c rendezvous-server -n '__fish_use_subcommand' -s V -l version -d 'Show the version.'
complete -c rendezvous-server -n '__fish_use_subcommand' -a run -d 'Runs the rendezvous until it is stopped'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -s h -l help -d 'Show this help.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l state -l state-dir -x -a '(__fish_complete_directories)' -d 'The state directory: keys, the registry, the control socket.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l config -r -F -d 'The configuration file, instead of the usual one.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -s v -l verbose -d 'Tell more; show where a failure came from.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l listen -x -d 'Where to listen, TCP and UDP, and UDP on the port after it; may be repeated.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l public-address -x -d 'How agents reach it, the first as in join URLs; may be repeated.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l tls-certificate -r -F -d 'Present the certificate chain in it (PEM) instead of one of its own making.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l tls-key -r -F -d 'The private key of that certificate (PEM).'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l metrics -x -d 'Answer /metrics and /healthz there; on loopback, unless there is a token.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l metrics-token-file -r -F -d 'Only who sends the token in it (Authorization: Bearer) gets metrics.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l page -x -d 'Serve a status page there; on loopback, unless there is a token.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l page-token-file -r -F -d 'Only who gives the token in it sees the page.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l log-level -x -d 'How much is logged: error, warn, info, debug or trace.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l print-config -d 'Show the settings and where each comes from, and end.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from run' -l check-config -d 'Say what is wrong with the settings, if anything is, and end. Whether ports are free and the state are not looked at.'
complete -c rendezvous-server -n '__fish_use_subcommand' -a invite -d 'Prints a join URL for \'agent enroll\''
complete -c rendezvous-server -n '__fish_seen_subcommand_from invite' -s h -l help -d 'Show this help.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from invite' -l state -l state-dir -x -a '(__fish_complete_directories)' -d 'The state directory: keys, the registry, the control socket.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from invite' -l config -r -F -d 'The configuration file, instead of the usual one.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from invite' -s v -l verbose -d 'Tell more; show where a failure came from.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from invite' -l name -x -d 'The name it is for; then it has one use.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from invite' -l role -x -a 'box laptop both' -d 'What the agent may do: be connected to, connect, or both.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from invite' -l sees -x -d 'A box the agent sees in \'agent list\' from the start; may be repeated.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from invite' -l uses -x -d 'How many agents may enroll with it (default 1).'
complete -c rendezvous-server -n '__fish_seen_subcommand_from invite' -l expires -x -d 'How long it is good for: 90s, 30m, 24h, 7d (default 24h).'
complete -c rendezvous-server -n '__fish_use_subcommand' -a agents -d 'Lists the enrolled agents'
complete -c rendezvous-server -n '__fish_seen_subcommand_from agents' -s h -l help -d 'Show this help.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from agents' -l state -l state-dir -x -a '(__fish_complete_directories)' -d 'The state directory: keys, the registry, the control socket.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from agents' -l config -r -F -d 'The configuration file, instead of the usual one.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from agents' -s v -l verbose -d 'Tell more; show where a failure came from.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from agents' -l watch -d 'Show it anew every 2 s, in place, until interrupted with Ctrl-C.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from agents' -l json -d 'As one JSON array.'
complete -c rendezvous-server -n '__fish_use_subcommand' -a revoke -d 'Ends an agent\'s enrollment and bans its key'
complete -c rendezvous-server -n '__fish_seen_subcommand_from revoke' -s h -l help -d 'Show this help.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from revoke' -l state -l state-dir -x -a '(__fish_complete_directories)' -d 'The state directory: keys, the registry, the control socket.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from revoke' -l config -r -F -d 'The configuration file, instead of the usual one.'
complete -c rendezvous-server -n '__fish_seen_subcommand_from revoke' -s v -l verbose -d 'Tell more; show where a failure came from.'
complete -c rendezvous-server -n '__fish_use_subcommand' -a help -d 'Shows what a command does, and how it is asked for'
complete -c rendezvous-server -n '__fish_seen_subcommand_from help' -a 'run invite agents revoke help'
