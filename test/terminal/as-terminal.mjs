// Loaded before the command line: pipes then count as a terminal.
process.stdin.isTTY = true
process.stdout.isTTY = true
process.stdout.columns = Number(process.env.COLUMNS ?? 80)
// What a terminal has and a pipe has not: vite writes its progress by them.
process.stdout.clearLine ??= () => true
process.stdout.cursorTo ??= () => true
