# ./dev setup: installs the distribution packages that building and testing need. Sourced by ./dev.
# shellcheck shell=bash disable=SC2154,SC2164

wanted_packages() { grep -vE '^(#|$)' "$repo/packaging/packages/debian.txt"; }

missing_packages() {
	local installed
	# shellcheck disable=SC2046
	installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' $(wanted_packages) 2>/dev/null |
		sed -n 's/ installed$//p' | sort -u)
	comm -23 <(wanted_packages | sort -u) <(echo "$installed")
}

# Turns the package manager's flood into a line now and then.
package_progress() {
	local tty=no
	[[ ! -t 2 ]] || tty=yes
	awk -v tty="$tty" '
		/^[0-9]+ upgraded, / { total = $1 + $3 }
		/^Setting up / {
			done++
			if (tty == "yes") printf "\r    %d of %d packages set up", done, total > "/dev/stderr"
			else if (done % 50 == 0) printf "    %d of %d packages set up\n", done, total > "/dev/stderr"
		}
		END { if (tty == "yes" && done) print "" > "/dev/stderr" }'
}

setup() {
	[[ ${VIGIL_SKIP_SETUP-} != 1 ]] || return 0

	local id='' version=''
	if [[ -r /etc/os-release ]]; then
		id=$(. /etc/os-release && echo "${ID-}")
		version=$(. /etc/os-release && echo "${VERSION_ID-}")
	fi
	if [[ $id != debian || ! $version =~ ^1[23]$ ]]; then
		printf 'These packages are needed, by their Debian names:\n\n%s\n\n' "$(wanted_packages | column_of_two)" >&2
		die "./dev setup knows Debian 12 and 13, not ${id:-this system} $version" \
			"install them by hand, then run with VIGIL_SKIP_SETUP=1"
	fi

	local missing
	missing=$(missing_packages)
	if [[ -z $missing ]]; then
		[[ ${1-} != loud ]] || say "setup: nothing to do, all $(wanted_packages | wc -l) packages are installed"
		return 0
	fi

	local root
	# shellcheck disable=SC2086
	find_root || die "packages are missing and this user may not install them" \
		"run as root: apt-get update && apt-get install --no-install-recommends $(tr "\n" " " <<<"$missing")"
	say "setup: installing $(wc -w <<<"$missing") packages and what they depend on (minutes on a fresh machine)"
	local log
	log=$(mktemp "${TMPDIR:-/tmp}/vigil-setup.XXXXXX")
	local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q
		-o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
	"${apt[@]}" update >"$log" 2>&1 || {
		cat "$log" >&2
		die "apt-get update failed" "see above; the package sources of this machine must be reachable"
	}
	# shellcheck disable=SC2086
	"${apt[@]}" install -y --no-install-recommends $missing </dev/null 2>&1 | tee "$log" | package_progress || {
		tail -n 40 "$log" >&2
		die "apt-get install failed" "the whole log: $log"
	}
	missing=$(missing_packages)
	[[ -z $missing ]] || die "still missing: $(tr '\n' ' ' <<<"$missing")" "the installation's log: $log"
	rm -f "$log"
	say "setup: done"
}

column_of_two() { paste -d ' ' - - | awk '{ printf "    %-28s %s\n", $1, $2 }'; }
