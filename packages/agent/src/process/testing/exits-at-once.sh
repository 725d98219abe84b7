#!/bin/sh
echo "first words"
echo "failed to create a clock" >&2
exit "${1:-255}"
