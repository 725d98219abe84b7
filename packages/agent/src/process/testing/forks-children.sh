#!/bin/sh
# Ends on SIGTERM and leaves a child behind that ignores it and keeps the output open.
(trap '' TERM; while :; do sleep 0.2; done) &
echo "child $!"
trap 'exit 0' TERM
wait
