#!/bin/sh
# Obeys SIGTERM at once; prints its arguments first.
trap 'kill $child; exit 0' TERM
echo "up $*"
sleep 1000 &
child=$!
wait
