"""The command line: one module per command, imported when the command is called.

Read in this order: `main` (table of commands, exit codes), `console` (printing, NAME=VALUE), `progress`, then the
commands: `render`, `check`, `diff`, `verify`, `factcheck`, `release`, `why`, `add`, `cache`, `backtest`, `watch`,
`update` with `update_tables`.
"""
