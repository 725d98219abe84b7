#!/bin/sh
# Writes what a chronyd writes that finds a server.
trap 'kill $child; exit 0' TERM
echo "2026-11-21T19:21:03Z chronyd version 4.6.1 starting (+CMDMON +NTP)"
echo "2026-11-21T19:21:04Z Selected source 192.0.2.1"
sleep 1000 &
child=$!
wait
