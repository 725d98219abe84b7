#!/bin/sh
# Writes what a ts2phc that is stable writes; while a file <configuration>.lost exists, it has lost its pulse.
name=$(basename "$2")
trap 'exit 0' TERM
while :; do
  [ -e "$2.lost" ] || echo "ts2phc[1.0]: [$name:6] ens1f0 offset 3 s3 freq +7002"
  sleep 0.05
done
