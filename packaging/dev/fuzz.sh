# ./dev fuzz, and what the test run does of it. Sourced by ./dev.
# shellcheck shell=bash disable=SC2154,SC2164

fuzzers=(policy decode)

# Their own build: every part measures its coverage and is watched for wrong accesses.
build_fuzzers() {
	local name targets=()
	for name in "${fuzzers[@]}"; do targets+=("tests/fuzz/${name}_fuzz"); done
	build fuzz "${targets[@]}"
}

# Runs one until the time is over or it finds something: then the input is named, and lies there.
run_fuzzer() { # NAME SECONDS
	local name=$1 seconds=$2 own=$repo/tests/fuzz dir=$repo/build/fuzz status=0
	local found=$dir/found-$name seen=$dir/corpus-$name words=()
	mkdir -p "$found" "$seen"
	[[ ! -e $own/$name.dict ]] || words=("-dict=$own/$name.dict")
	"$dir/tests/fuzz/${name}_fuzz" "${words[@]}" -max_len=16384 -timeout=20 -rss_limit_mb=2048 \
		-max_total_time="$seconds" -artifact_prefix="$found/" -print_final_stats=1 \
		"$seen" "$own/corpus/$name" >"$dir/$name.log" 2>&1 || status=$?
	if ((status != 0)); then
		tail -n 40 "$dir/$name.log" >&2
		warn "fuzz: $name: found something; its input is in ${found#"$repo/"}"
		return 1
	fi
	say "fuzz: $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/$name.log") inputs in $seconds s, nothing found"
}

# All of them at once.
run_fuzzers() { # SECONDS
	local name pids=() pid failures=0
	for name in "${fuzzers[@]}"; do
		run_fuzzer "$name" "$1" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid" || failures=$((failures + 1)); done
	return "$failures"
}

fuzz() {
	local seconds=600 failures=0 kernel=6.12 seed
	while (($#)); do
		case $1 in
		--seconds)
			[[ ${2-} =~ ^[0-9]+$ ]] || usage_error "fuzz: --seconds needs a number"
			seconds=$2
			shift 2
			;;
		*) usage_error "fuzz: unknown option $1" ;;
		esac
	done
	setup
	build release
	build_fuzzers
	cd "$repo"
	say "fuzz: ${fuzzers[*]}, $seconds s each"
	run_fuzzers "$seconds" || failures=$?
	seed=$((RANDOM << 15 | RANDOM))
	say "fuzz: random policies on kernel $kernel, $seconds s, seeds from $seed on"
	"$repo/tests/vm/boot" "$kernel" --time $((seconds + 300)) -- \
		"$repo/build/release/tests/kernel/vigil-oracle" --from "$seed" --seconds "$seconds" >&2 ||
		failures=$((failures + 1))
	((failures == 0)) || die "fuzz: $failures found something"
}
