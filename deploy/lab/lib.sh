# Shared by the commands of the lab; sourced by sh, never run.
# shellcheck shell=sh

LAB_ROOT=/var/lib/moshpit-lab

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 2
}

need_root() {
    [ "$(id -u)" -eq 0 ] || die "network namespaces need root; run it again as root"
}

# started PID: the kernel's start time of a process. With it, a process id names one process for
# good. Prints nothing if there is none.
started() {
    { read -r stat < "/proc/$1/stat"; } 2> /dev/null || return 0
    # After the command, which may hold spaces, come fields 3 and on; the start time is field 22.
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    echo "${20}"
}

# alive PID START: is this very process still there?
alive() {
    [ -n "$1" ] && [ -n "$2" ] && [ "$(started "$1")" = "$2" ]
}

# state_file LAB: the path of a lab's state, given that path or the lab's name.
state_file() {
    case $1 in
        */*) echo "$1" ;;
        *) echo "$LAB_ROOT/$1/state" ;;
    esac
}
