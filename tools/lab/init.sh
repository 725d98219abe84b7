#!/bin/bash
# First process of a lab or of one of its hosts: prepares the mounts, says "ready", and lives until its standard input
# ends. The other end of that pipe is the program that made the lab, so its death, however it comes, ends this process,
# and with it, by the kernel's own rule, every process of the PID namespace and then the namespaces themselves.
#
#   init.sh lab  DIR…         shared by all hosts: /etc and /var/lib whose changes reach no disk, with DIR… made
#   init.sh host NAME DIR…    one host: its own /run, /proc, /sys and an empty DIR… each
set -eu

fresh() { mount -n -t tmpfs -o mode=0755 tmpfs "$1"; }

# Puts a tmpfs in place of $1 and fills it again with `refill OLD NEW`, so that $1 can be changed but not on disk.
shadow() {
  mkdir -p /run/old /run/new
  mount -n --bind "$1" /run/old
  fresh /run/new
  "$2" /run/old /run/new
  mount -n --move /run/new "$1"
  umount -n --lazy /run/old
}

copy() { cp -a "$1/." "$2/"; }

bind_each() {
  for entry in "$1"/*/; do
    [ -d "$entry" ] || continue
    name=$(basename "$entry")
    mkdir "$2/$name"
    mount -n --rbind "$1/$name" "$2/$name"
  done
}

role=$1
shift
case $role in
  lab)
    fresh /run
    mkdir /run/lab
    mount -n -t proc proc /proc
    shadow /etc copy
    shadow /var/lib bind_each
    mkdir -p "$@"
    ;;
  host)
    echo "$1" >/proc/sys/kernel/hostname
    shift
    mount -n -t proc proc /proc
    mount -n -t sysfs sysfs /sys
    mkdir -p /run/new
    fresh /run/new
    mkdir /run/new/lab
    mount -n --bind /run/lab /run/new/lab
    mount -n --move /run/new /run
    [ -L /var/run ] || mount -n --rbind /run /var/run
    for dir in "$@"; do fresh "$dir"; done
    ip link set lo up
    ;;
esac
echo ready
# Bash collects orphaned processes while it waits here.
while read -r _; do :; done
