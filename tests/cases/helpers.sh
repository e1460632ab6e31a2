# What commands of cases can call beside the programs. Sourced by bash for each of them.
# shellcheck shell=bash

# wait_until COMMAND...: tries until it succeeds, for at most 30 seconds.
wait_until() {
	local until=$((SECONDS + 30))
	until "$@" >/dev/null 2>&1; do
		((SECONDS < until)) || { echo "never true: $*"; return 1; }
		sleep 0.1
	done
}

# gone PID: whether that process has ended, waited for or not.
gone() { [[ ! -e /proc/$1/status ]] || grep -q '^State:.Z' "/proc/$1/status"; }
