#!/bin/sh
# Writes what a ptp4l that follows writes; while a file <configuration>.lost exists, its link is lost.
name=$(basename "$2")
say() { echo "ptp4l[1.0]: [$name:6] $*"; }
trap 'exit 0' TERM
lost=1
while :; do
  if [ -e "$2.lost" ]; then
    [ "$lost" ] || say "port 1: SLAVE to FAULTY on FAULT_DETECTED (FT_UNSPECIFIED)"
    lost=1
  else
    [ -z "$lost" ] || say "port 1: UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED"
    lost=
    say "master offset 5 s2 freq -10 path delay 500"
  fi
  sleep 0.05
done
