# Shared by ./dev and its parts: where things are, and how to talk. Sourced by bash.
# shellcheck shell=bash

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=${VIGIL_CACHE:-${XDG_CACHE_HOME:-~/.cache}/vigil} # ~ is there where HOME is not set
export repo cache

if [[ -t 2 && -z ${NO_COLOR-} && ${TERM-} != dumb ]]; then
	bold=$'\e[1m' red=$'\e[31m' yellow=$'\e[33m' plain=$'\e[0m'
else
	bold='' red='' yellow='' plain=''
fi

# Progress and remarks go to stderr, so that stdout holds only what was asked for.
say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2; }
warn() { printf '%swarning:%s %s\n' "$yellow" "$plain" "$*" >&2; }

# die WHAT [REMEDY]
die() {
	printf '%serror:%s %s\n' "$red" "$plain" "$1" >&2
	[[ $# -lt 2 ]] || printf '       %s\n' "$2" >&2
	exit 1
}

usage_error() {
	printf '%serror:%s %s\n       try: ./dev --help\n' "$red" "$plain" "$*" >&2
	exit 2
}

known_kernels='6.1, 6.12, newest, or the number that newest has today'

# Whether a kernel may be called so: a number from 6.12 on may be the one that newest has, as Debian's unstable
# was never behind its stable release.
may_be_kernel() { # NAME
	case $1 in
	6.1 | 6.12 | newest) return 0 ;;
	esac
	[[ $1 =~ ^[1-9][0-9]*\.(0|[1-9][0-9]*)$ ]] &&
		[[ $(printf '%s\n' 6.12 "$1" | sort -V | tail -n 1) == "$1" ]]
}

# Sets $root to what goes before a command that only root may run; false if this user may not.
find_root() {
	root=()
	((EUID != 0)) || return 0
	command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
	root=(sudo -n)
}

# Words behind the last one that a verb knows.
no_more() { # VERB [WORD...]
	[[ $# -eq 1 ]] || usage_error "$1: unexpected word '$2'"
}

# Runs a command whose output matters only when it fails.
quietly() {
	local log status=0
	log=$(mktemp)
	"$@" >"$log" 2>&1 || status=$?
	((status == 0)) || cat "$log" >&2
	rm -f "$log"
	return "$status"
}
