"""`python -m workers.cli`: the `kefu` command, for processes that start one another."""

from workers.cli import main

main()
