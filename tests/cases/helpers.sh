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

# id_of DIGIT: a container's id.
id_of() { printf "$1%.0s" {1..64}; }

# docker_container DIGIT NAME IMAGE: what Docker keeps of a container, and its cgroup.
docker_container() {
	local id folder
	id=$(id_of "$1")
	folder=$STATE/host/var/lib/docker/containers/$id
	mkdir -p "$folder"
	printf '{"Name":"/%s","Config":{"Image":"%s"}}' "$2" "$3" > "$folder/config.v2.json"
	mkdir -p "$(cgroup_of "$1")"
}

# cgroup_of DIGIT: of the container that docker_container makes.
cgroup_of() { echo "/sys/fs/cgroup/vigil-containers/docker-$(id_of "$1").scope"; }

# in_cgroup FOLDER COMMAND...: runs it there.
in_cgroup() {
	local folder=$1
	shift
	(echo "$BASHPID" > "$folder/cgroup.procs" && exec "$@")
}

# refused_in FOLDER COMMAND...: whether it fails there.
refused_in() { ! in_cgroup "$@"; }

# known_containers COUNT: whether the daemon of this case, which serves metrics, knows so many.
known_containers() (
	exec 3<> /dev/tcp/127.0.0.1/9471 && printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 &&
		grep -qxF "vigil_containers{state=\"known\"} $1" <&3
)
