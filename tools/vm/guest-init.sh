#!/bin/busybox sh
# First process of the test machine. Puts an empty layer in memory over the files of the machine it runs on, so that all can
# be read and written as ever and nothing of it lasts; brings ptpsim; runs what the host laid ready; ends the machine.
PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /files /layer /root
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in /modules/*.ko; do insmod "$module" || echo "vm: cannot load $module"; done
nine=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o $nine,cache=loose,ro machine /files || echo "vm: cannot see the files of the machine"
mount -t tmpfs -o size=512m layer /layer
mkdir /layer/new /layer/work
mount -t overlay -o lowerdir=/files,upperdir=/layer/new,workdir=/layer/work all /root || echo "vm: cannot lay over them"
mount -t proc proc /root/proc
mount -t sysfs sys /root/sys
mount -t devtmpfs dev /root/dev
mkdir -p /root/dev/pts /root/dev/shm
mount -t devpts devpts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
mount -t tmpfs run /root/run
mkdir -p /root/run/vm /root/var/lib/ptp-agent
mount -t 9p -o $nine exchange /root/run/vm || echo "vm: cannot see the folder of results"
insmod /ptpsim.ko $(cat /root/run/vm/ptpsim-parameters) || echo "vm: cannot load ptpsim"
ip link set lo up
echo "vm: up after $(cut -d ' ' -f 1 /proc/uptime) s"
chroot /root /bin/sh /run/vm/start
echo "vm: ends after $(cut -d ' ' -f 1 /proc/uptime) s"
sync
poweroff -f
