// Serves the playground until it is interrupted. With --tour, or with no terminal, the command line's tour runs instead.
if (process.argv.includes("--tour") || !process.stdin.isTTY || !process.stdout.isTTY) {
  process.argv.splice(2, Number.POSITIVE_INFINITY, "connect", "--tour")
  await import("../../dist/src/terminal/main.js")
} else {
  // By default the process would end by the signal, without an exit code.
  process.once("SIGINT", () => process.exit(130))
  const { build, preview } = await import("vite")
  const options = { root: import.meta.dirname, logLevel: "warn" }
  await build(options)
  const { resolvedUrls } = await preview(options)
  console.log(`The playground: ${resolvedUrls?.local[0]}`)
  console.log("Open it, enter 2fa and any password, and then the code 123456. Or press Play.")
  console.log("On this terminal instead: npx auth-intent connect")
}
