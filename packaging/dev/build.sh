# ./dev build. Sourced by ./dev.
# shellcheck shell=bash disable=SC2154,SC2164

# g++ takes ten times as long where it watches for undefined behaviour.
compiler() { # TYPE
	case $1 in
	asan | tsan | fuzz) echo clang++-19 ;;
	*) echo "${CXX-}" ;;
	esac
}

build_dir() { # TYPE
	case $1:$(compiler "$1") in
	debug:*clang* | release:*clang*) echo "$repo/build/$1-clang" ;;
	*) echo "$repo/build/$1" ;;
	esac
}

program_path() { # TYPE
	local dir
	dir=$(build_dir "$1")
	echo "$dir/engine/daemon:$dir/cli:$dir/tests/triggers"
}

build() { # TYPE [TARGET...]
	local options dir
	case $1 in
	debug) options=(-Dbuildtype=debug) ;;
	release) options=(-Dbuildtype=release -Doptimization=2) ;;
	asan) options=(-Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false) ;;
	tsan) options=(-Dbuildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false) ;;
	fuzz) options=(-Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false "-Dcpp_args=-fsanitize=fuzzer-no-link") ;;
	*) usage_error "build: unknown type '$1' (debug, release, asan, tsan)" ;;
	esac
	dir=$(build_dir "$1")
	# Two builds in one folder would trample on each other.
	mkdir -p "$dir"
	exec 8>"$dir.lock"
	flock -n 8 || { say "build: waiting for another build of ${dir#"$repo/"}"; flock 8; }
	# What one checkout has compiled serves another.
	export CCACHE_DIR=$cache/ccache CCACHE_MAXSIZE=${CCACHE_MAXSIZE-2G} CCACHE_BASEDIR=$repo CCACHE_NOHASHDIR=1
	mkdir -p "$CCACHE_DIR"
	# A folder joins the build with its meson.build, which Ninja alone would not notice.
	local parts known=$dir/meson-parts
	parts=$(cd "$repo" && find . -path ./build -prune -o -name meson.build -print | sort)
	if [[ ! -e $dir/build.ninja || $parts != "$(cat "$known" 2>/dev/null)" ]]; then
		say "build: configuring ${dir#"$repo/"}"
		[[ ! -e $dir/build.ninja ]] || options+=(--reconfigure)
		# A compiler that is named goes through the compiler cache as the default one does.
		local compilers=() cxx
		cxx=$(compiler "$1")
		case $cxx in
		*clang*) compilers=(CXX="ccache $cxx" CC="ccache ${cxx/clang++/clang}") ;;
		?*) compilers=(CXX="ccache $cxx") ;;
		esac
		quietly env "${compilers[@]}" meson setup "${options[@]}" "$dir" "$repo" ||
			die "configuring failed" "see above; the whole log: $dir/meson-logs/meson-log.txt"
		echo "$parts" >"$known"
	fi
	say "build: ${dir#"$repo/"}"
	ninja -C "$dir" ${VIGIL_JOBS:+-j "$VIGIL_JOBS"} "${@:2}" >&2 || die "the build failed" "see above"
	exec 8>&-
}
