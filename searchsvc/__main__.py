"""`python -m searchsvc`, the same as the `searchsvc` command."""

from searchsvc.cli import main

main(prog_name="searchsvc")
