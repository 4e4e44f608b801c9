"""``python -m standing``."""

from standing.cli import main

main()
