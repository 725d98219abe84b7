#!/bin/bash
# Lives until its standard input ends; the other end of that pipe is the program that made the control plane, so its
# death, however it comes, is seen here. Then ends every process whose current folder is the state folder and removes
# the folder.
#
#   janitor.sh DIR
set -eu
dir=$1
cd /
trap '' HUP INT TERM
while read -r _; do :; done
for _ in $(seq 100); do
  for link in /proc/[0-9]*/cwd; do
    if [ "$(readlink "$link" || true)" = "$dir" ]; then
      pid=${link#/proc/}
      kill -KILL "${pid%/cwd}" 2>/dev/null || true
    fi
  done
  # Fails while a program that is about to die still writes.
  rm -rf -- "$dir" 2>/dev/null && exit 0
  sleep 0.1
done
