#!/bin/sh
# compile.sh CLANG STRIP MACHINE ROOT SOURCE OUTPUT DEPFILE: one BPF object, types kept, DWARF dropped.
# Its line table says the same wherever it was built.
set -eu
clang=$1 strip=$2 machine=$3 root=$4 source=$5 output=$6 depfile=$7
source=$(realpath "$source")
triplet=$("$clang" -print-target-triple)
"$clang" -target bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Werror \
	-Wno-unused-parameter -D__TARGET_ARCH_"$machine" \
	-ffile-prefix-map="$root"=/vigil -iquote "$root" -idirafter "/usr/include/$(echo "$triplet" | sed s/-pc-/-/)" \
	-MMD -MF "$depfile" -MT "$output" -c "$source" -o "$output"
"$strip" -g "$output"
