#!/bin/bash
# Lives until its standard input ends; the other end of that pipe is the program that made the node. Then removes the
# control groups that the node leaves once its processes are gone.
#
#   cgroup-janitor.sh CGROUP
set -eu
cgroup=$1
trap '' HUP INT TERM
while read -r _; do :; done
for _ in $(seq 300); do
  left=$(find /sys/fs/cgroup -maxdepth 2 -type d -path "*$cgroup" 2>/dev/null) || true
  [ -n "$left" ] || exit 0
  for dir in $left; do find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || true; done
  sleep 0.1
done
