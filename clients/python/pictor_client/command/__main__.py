"""`python -m pictor_client.command`: the command, where it is not on PATH."""

import sys

from pictor_client.command import main

if __name__ == "__main__":
    sys.exit(main())
