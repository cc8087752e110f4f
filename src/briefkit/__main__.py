"""`python -m briefkit`, where the console script is not on the path."""

from briefkit.cli.main import main

if __name__ == "__main__":
    main()
