// Loaded before the command line: pipes then count as a terminal.
process.stdin.isTTY = true
process.stdout.isTTY = true
