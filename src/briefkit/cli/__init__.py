"""The command line: `main` parses and sets the exit code; `commands` and `backtest` hold the other commands.

`progress` shows how far a run is.
"""
