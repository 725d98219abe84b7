#!/bin/sh
# Obeys SIGTERM at once; prints its arguments when it is ready for it.
sleep 1000 &
child=$!
trap 'kill $child; exit 0' TERM
echo "up $*"
wait
