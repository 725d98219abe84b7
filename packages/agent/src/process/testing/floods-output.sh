#!/bin/sh
# Writes lines as fast as it can.
exec yes "ptp4l[1.0]: [ptp4l.0.config:6] flood of words that mean nothing"
