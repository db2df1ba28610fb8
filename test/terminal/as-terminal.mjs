// Loaded before the command line, so that pipes count as a terminal.
process.stdin.isTTY = true
process.stdout.isTTY = true
process.stdout.columns = Number(process.env.COLUMNS ?? 80)
// Methods that a pipe lacks: vite writes its progress with them.
process.stdout.clearLine ??= () => true
process.stdout.cursorTo ??= () => true
