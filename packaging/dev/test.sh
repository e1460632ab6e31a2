# shellcheck shell=bash
run_tests() { build release; }
