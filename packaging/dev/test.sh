# ./dev test. Sourced by ./dev.
# shellcheck shell=bash disable=SC2154,SC2164

passed=0 failed=0 skipped=0

count() { # PASSED FAILED [SKIPPED]
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + ${3:-0}))
}

unit_tests() {
	local dir status=0
	dir=$(build_dir release)
	say "test: unit tests"
	rm -f "$dir/meson-logs/testlog.junit.xml"
	meson test -C "$dir" --no-rebuild --print-errorlogs >"$dir/unit.log" 2>&1 || status=$?
	grep -vE '^(ninja: |$)' "$dir/unit.log" >&2 || true
	local tally
	tally=$("$repo/tests/lint/junit-tally" "$dir/meson-logs/testlog.junit.xml") || tally='0 0 0'
	# shellcheck disable=SC2086
	count $tally
	if ((status != 0)) && [[ $tally =~ ^[0-9]+\ 0\  ]]; then
		warn "test: the unit tests ended with status $status; see $dir/unit.log"
		count 0 1
	fi
}

layer_check() {
	say "test: layer check"
	if layers >&2; then count 1 0; else count 0 1; fi
}

# The first ones have the most to do, and the processors for themselves: what ends last should be short.
patience=0

# Runs tests in a virtual machine, their output in build/vm/NAME.log and, line by line, on stderr; the
# kernel's messages are in build/vm/NAME/console.
in_machine() { # NAME KERNEL [OPTION...] -- COMMAND...
	local name=$1 status=0
	shift
	nice -n "$patience" "$repo/tests/vm/boot" "$1" --out "$repo/build/vm/$name" "${@:2}" 2>&1 |
		tee "$repo/build/vm/$name.log" | sed -u "s/^/[$name] /" >&2 || status=$?
	echo "$status" >"$repo/build/vm/$name.status"
}

# Adds what in_machine left behind to the count.
tally_machine() { # NAME
	local status line
	status=$(cat "$repo/build/vm/$1.status" 2>/dev/null || echo 1)
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$repo/build/vm/$1.log" | tail -n 1) || true
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
		count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]:-0}"
		say "test: $1: $line"
		if ((status != 0 && BASH_REMATCH[2] == 0)); then
			warn "test: $1: exit status $status although nothing failed"
			count 0 1
		fi
	else
		warn "test: $1: no summary (exit status $status); see build/vm/$1.log"
		count 0 1
	fi
}

# True if the kernel can be had; counts it as skipped if its archive cannot be reached.
kernel_there() { # KERNEL
	local status=0
	"$repo/tests/vm/kernel" "$1" >/dev/null || status=$?
	case $status in
	0) return 0 ;;
	3)
		warn "test: kernel $1 is skipped: its archive cannot be reached"
		count 0 0 1
		;;
	*)
		count 0 1
		;;
	esac
	return 1
}

# Starts a machine in the background, one more at a time than there are processors: each keeps one busy
# but for a fifth of the time, in which it waits.
started=()
start_machine() { # NAME KERNEL [OPTION...] -- COMMAND...
	kernel_there "$2" || return 0
	while (($(jobs -rp | wc -l) > $(nproc))); do wait -n || true; done
	mkdir -p "$repo/build/vm"
	rm -f "$repo/build/vm/$1".{log,status}
	((${#started[@]} < $(nproc))) || patience=5
	started+=("$1")
	in_machine "$@" &
}

cases_on() { # KERNEL PATTERN...
	local kernel=$1 filter=() pattern
	shift
	for pattern in "$@"; do filter+=(--filter "$pattern"); done
	start_machine "$kernel" "$kernel" --mem 4096 --time 2400 -- tests/cases/run "${filter[@]}"
}

# An emulated machine with one processor takes less than two thirds of the time. The cases that are about
# several come last.
all_cases() { # KERNEL=PATTERNS...
	local processors on kernel filter pattern
	for processors in 1 2; do
		for on in "$@"; do
			kernel=${on%%=*} filter=()
			for pattern in ${on#*=}; do filter+=(--filter "$pattern"); done
			start_machine "$kernel-cpus$processors" "$kernel" --cpus "$processors" --mem 4096 --time 2400 -- \
				tests/cases/run --processors "$processors" "${filter[@]}"
		done
	done
}

# shellcheck disable=SC2086
machine_tests() { # PATTERNS KERNEL...
	local patterns=$1 kernel
	shift
	say "test: cases in virtual machines (minutes)"
	if [[ -n $patterns ]]; then
		(($#)) || set -- 6.12 6.1
		for kernel in "$@"; do cases_on "$kernel" $patterns; done
	elif (($#)); then
		all_cases "${@/%/=}"
	else
		# The newest kernel is asked: does everything load, what happens in a crowd, what is decided.
		all_cases 6.12= 6.1= "newest=load/ race/ match/oracle"
		# Does cost grow with policies? As instructions, which no other load on this machine changes.
		start_machine growth 6.12 --icount --time 1200 -- tests/bench/growth
	fi
	wait
	for kernel in "${started[@]}"; do tally_machine "$kernel"; done
}

run_tests() {
	local unit=yes machines=yes pattern='' kernels=()
	while (($#)); do
		case $1 in
		--unit) machines=no; shift ;;
		--kernel | --case)
			(($# > 1)) || usage_error "test: $1 needs a value"
			unit=no
			if [[ $1 == --kernel ]]; then
				may_be_kernel "$2" || usage_error "test: there is no kernel '$2'; known: $known_kernels"
				kernels+=("$2")
			else
				pattern=$2
			fi
			shift 2
			;;
		*) usage_error "test: unknown option $1" ;;
		esac
	done

	local start=$SECONDS
	setup
	build release
	cd "$repo"
	if [[ $unit == yes ]]; then
		layer_check
		unit_tests
	fi
	if [[ $machines == yes ]]; then
		machine_tests "$pattern" "${kernels[@]}"
	fi
	if [[ -n $pattern ]] && ((passed + failed + skipped == 0)); then
		die "no case matches '$pattern'" "the cases are the files below tests/cases"
	fi

	say "test: $((SECONDS - start)) s"
	printf '%d passed, %d failed' "$passed" "$failed"
	((skipped == 0)) || printf ', %d skipped' "$skipped"
	printf '\n'
	((failed == 0))
}
