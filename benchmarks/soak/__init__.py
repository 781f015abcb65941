"""Faults that the service has to survive, made on purpose: each module is one kind.

`python -m benchmarks.soak.NAME` runs it long, prints what was found and ends with 1 where a promise
is broken. `tests/faults/` runs the same for a few seconds.
"""
