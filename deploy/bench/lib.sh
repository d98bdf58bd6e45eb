# Shared by the benches; sourced by bash, never run.
# shellcheck shell=bash
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=$here/../lab
. "$lab/lib.sh"

# option NAME…: the value of "--NAME VALUE" words into variables of these names; else usage, exit 2.
options() {
    local usage="usage: deploy/bench/${0##*/}" name
    declare -A known
    while [ "$1" != -- ]; do
        usage="$usage [--$1 VALUE]" known[$1]=yes
        shift
    done
    shift
    while [ $# -gt 0 ]; do
        name=${1#--}
        if [ "$name" = "$1" ] || [ -z "$name" ] || [ -z "${known[$name]:-}" ] || [ $# -lt 2 ]; then
            echo "$usage" >&2
            exit 2
        fi
        printf -v "$name" %s "$2"
        shift 2
    done
}

# populated OPTION…: builds what is to be measured and makes a lab with it; sets the lab's variables.
populated() {
    need_root
    "$lab/need" ip:iproute2 nft:nftables /usr/bin/python3:python3 mosh:mosh tmux:tmux \
        ssh-keygen:openssh-client sshd:openssh-server javac:openjdk-17-jdk-headless mvn:maven
    "$lab/build"
    "$lab/sweep"
    state=
    trap '[ -z "$state" ] || "$lab/down" "$state"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    state=$("$lab/up" --owner $$ "$@")
    "$lab/populate" "$state"
    . "$state"
}

# on HOST COMMAND…: as the lab's user.
on() {
    "$lab/in" "$state" "demo@$@"
}
