#!/bin/sh
# Makes the root folder of an image that has no package manager: files with the shared libraries they load, and the
# records of the Debian packages all of it came from, so that scanners know what it is. Users are those of this system
# and `nonroot`.
#
#   minimal-root.sh ROOT FILE…
set -eu
root=$1
shift
records=$root/var/lib/dpkg/status.d
mkdir -p "$root/etc" "$root/tmp" "$root/run" "$root/var/lib" "$records"
chmod 1777 "$root/tmp"
ln -s /run "$root/var/run"

# Debian's /bin, /lib and others are links into /usr: programs name their loader by them.
for link in /bin /sbin /lib /lib64; do
  [ ! -L "$link" ] || ln -sfn "$(readlink "$link")" "$root$link"
done

keep() {
  real=$(realpath "$1")
  asked=$(realpath "$(dirname "$1")")/$(basename "$1")
  mkdir -p "$root$(dirname "$real")" "$root$(dirname "$asked")"
  cp "$real" "$root$real"
  [ "$asked" = "$real" ] || ln -sf "$real" "$root$asked"
  package=$(dpkg -S "$real" 2>/dev/null | head -n 1 | cut -d: -f1)
  [ -n "$package" ] || return 0
  [ -e "$records/$package" ] || dpkg-query --status "$package" >"$records/$package"
  if [ -e "/usr/share/doc/$package/copyright" ]; then
    mkdir -p "$root/usr/share/doc/$package"
    cp "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
  fi
}

for file in "$@"; do
  keep "$file"
  # Says nothing of files that are no programs.
  for library in $(ldd "$file" 2>/dev/null | grep -o '/[^ ]*'); do keep "$library"; done
done

cp /etc/passwd /etc/group /etc/os-release "$root/etc/"
echo 'nonroot:x:65532:65532:nonroot:/tmp:/usr/sbin/nologin' >>"$root/etc/passwd"
echo 'nonroot:x:65532:' >>"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
