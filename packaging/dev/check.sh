# ./dev fmt and ./dev lint. Sourced by ./dev.
# shellcheck shell=bash disable=SC2154,SC2164

sources() { # what git knows or would add
	git -C "$repo" ls-files -co --exclude-standard -- '*.cc' '*.h' '*.c' | while read -r file; do
		[[ ! -e $repo/$file ]] || echo "$file"
	done
}

format() {
	local files
	mapfile -t files < <(sources)
	((${#files[@]})) || return 0
	cd "$repo"
	case ${1-} in
	'') clang-format-19 -i "${files[@]}" ;;
	--check)
		clang-format-19 --dry-run -Werror "${files[@]}" ||
			die "not formatted as .clang-format says" "run: ./dev fmt"
		;;
	*) usage_error "fmt: unknown option $1" ;;
	esac
}

layers() { "$repo/tests/lint/layers"; }

lint() {
	local failed=0
	say "lint: layers"
	layers || failed=1
	build release
	say "lint: clang-tidy (minutes)"
	cd "$repo"
	local files
	mapfile -t files < <(sources | grep -E '^(engine|cli|proto|kernel|tests/(fuzz|kernel|support|triggers))/.*\.cc$')
	if ((${#files[@]})); then
		printf '%s\0' "${files[@]}" |
			xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 --quiet -p "$(build_dir release)" \
				--extra-arg=-Wno-unknown-warning-option || failed=1
	fi
	((failed == 0)) || die "lint found something" "see above"
	say "lint: clean"
}
