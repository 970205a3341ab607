"""`python -m unmoor` is the command `unmoor`."""

from unmoor.cli import main

main()
