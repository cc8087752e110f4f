"""`python -m briefkit`, where the console script is not on the path."""

import sys

from briefkit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
