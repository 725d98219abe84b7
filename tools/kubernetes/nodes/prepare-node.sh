#!/bin/bash
# Run inside a test host: turns it into a place where containerd and kubelet find what they need of a machine, and can
# change nothing of the machine itself.
#
#   prepare-node.sh CGROUP
set -eu
cgroup=$1

# /sys is the host's own and has no control groups yet.
controllers=$(awk -F: '$2 != "" { print $2 }' /proc/self/cgroup)
if [ -z "$controllers" ]; then
  mount -n -t cgroup2 cgroup2 /sys/fs/cgroup
  mkdir -p "/sys/fs/cgroup$cgroup"
else
  mount -n -t tmpfs -o mode=0755 tmpfs /sys/fs/cgroup
  for controller in $controllers; do
    name=${controller#name=}
    mkdir "/sys/fs/cgroup/$name"
    mount -n -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$name"
    mkdir -p "/sys/fs/cgroup/$name$cgroup"
  done
  # Those of a new group are empty, and nothing can run in it.
  for file in cpuset.cpus cpuset.mems; do
    cat "/sys/fs/cgroup/cpuset/$file" >"/sys/fs/cgroup/cpuset$cgroup/$file"
  done
fi

# kubelet wants these values; as files of the host's own they need no change of the machine's.
mkdir -p /run/node/sysctl
while read -r name value; do
  echo "$value" >"/run/node/sysctl/${name//\//-}"
  mount -n --bind "/run/node/sysctl/${name//\//-}" "/proc/sys/$name"
done <<'VALUES'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
VALUES

: >/run/node/resolv.conf
echo 1 >/proc/sys/net/ipv4/ip_forward
mount -n --make-rshared /
