#!/usr/bin/env node
import { readFileSync } from "node:fs"
import { type ParseArgsConfig, parseArgs } from "node:util"
import { AuthIntentError } from "../auth-intent-error.ts"
import { runConnect, runSandbox, toProvider } from "./commands.ts"
import { Interrupted } from "./prompt.ts"
import { tour } from "./tour.ts"

const usage = `Connects a third-party account, or plays the provider's part.

  auth-intent connect [--base-url <url>] [--provider <name>] [--tour]
      Leads you through a login. Without --base-url it runs against a sandbox of its own;
      with it, the API key is read from POSTPRESS_API_KEY.
      --tour, or no terminal and no option, plays the cases worth seeing against the sandbox instead.
  auth-intent sandbox [--port <number>] [--host <name>] [--api-key <key>]
      Serves the sandbox on this machine until Ctrl-C.
  auth-intent --version
  auth-intent --help`

const value = { type: "string" } as const
const connectOptions = { "base-url": value, provider: value, tour: { type: "boolean" } } as const
const sandboxOptions = { port: value, host: value, "api-key": value } as const

const mistake = (text: string) => new AuthIntentError("invalid_option", `${text}\nSee auth-intent --help`)

/** @throws AuthIntentError `invalid_option`, in the words of parseArgs. */
function parse<const Options extends NonNullable<ParseArgsConfig["options"]>>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options }).values
  } catch (error) {
    throw mistake(error instanceof Error ? error.message : String(error))
  }
}

/** Runs a command and returns the exit code: 0 done, 1 not connected or not as expected. */
async function run([command = "", ...args]: string[]): Promise<number> {
  if (["--help", "-h", "help"].includes(command) || args.includes("--help") || args.includes("-h")) {
    console.log(usage)
    return 0
  }
  if (command === "--version" || command === "-v") {
    // Three folders up from dist/src/terminal.
    console.log(JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")).version)
    return 0
  }
  if (command === "sandbox") return runSandbox(parse(args, sandboxOptions))
  if (command !== "connect") throw mistake('the command should be "connect" or "sandbox"')
  const { tour: isTour, provider: name, "base-url": baseUrl } = parse(args, connectOptions)
  const provider = name === undefined ? undefined : toProvider(name)
  const hasTerminal = process.stdin.isTTY && process.stdout.isTTY
  if (isTour && (baseUrl ?? provider) !== undefined)
    throw mistake("connect: --tour plays the sandbox, and accepts no other option")
  if (isTour || (!hasTerminal && baseUrl === undefined && provider === undefined)) {
    // Nothing is to be tidied up. By default the process would end by the signal, without an exit code.
    process.once("SIGINT", () => process.exit(130))
    return (await tour()) ? 0 : 1
  }
  if (!hasTerminal) throw mistake("connect: --base-url and --provider need a terminal to type at")
  return (await runConnect({ baseUrl, provider })) ? 0 : 1
}

// A reader that has seen enough, for example `head`, ends the command.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error
  process.exit(0)
})

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  process.exitCode = error instanceof Interrupted ? 130 : 2
  if (error instanceof AuthIntentError) console.error(error.message)
  else if (!(error instanceof Interrupted)) console.error(error)
}
