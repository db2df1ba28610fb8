#!/usr/bin/env node
import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { AuthIntentError } from "../auth-intent-error.ts"
import { runConnect, runSandbox } from "./commands.ts"
import { Interrupted } from "./prompt.ts"
import { tour } from "./tour.ts"

const usage = `Connects a third-party account, or plays the provider's part.

  auth-intent connect [--base-url <url>] [--provider <name>] [--tour]
      Leads you through a login. Without --base-url it runs against a sandbox of its own;
      with it, the API key is read from POSTPRESS_API_KEY.
      --tour, or no terminal, plays the cases worth seeing against the sandbox instead.
  auth-intent sandbox [--port <number>] [--host <name>] [--api-key <key>]
      Serves the sandbox on this machine until Ctrl-C.
  auth-intent --version
  auth-intent --help`

/** The options of each command, with whether they have a value. */
const commands: Readonly<Record<string, Readonly<Record<string, "string" | "boolean">>>> = {
  connect: { "base-url": "string", provider: "string", tour: "boolean" },
  sandbox: { port: "string", host: "string", "api-key": "string" },
}

const mistake = (text: string) => new AuthIntentError("invalid_option", `${text}\nSee auth-intent --help`)

/** Parses the arguments of one command. parseArgs' own messages are for programmers. */
function readOptions(command: string, args: string[]): Partial<Record<string, string>> {
  const known = commands[command] ?? {}
  const options = Object.fromEntries(Object.entries(known).map(([name, type]) => [name, { type }]))
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true })
  const values: Partial<Record<string, string>> = {}
  for (const token of tokens) {
    if (token.kind === "positional") throw mistake(`unknown argument ${token.value}`)
    if (token.kind !== "option") continue
    const { name, rawName, value } = token
    const type = Object.hasOwn(known, name) ? known[name] : undefined
    if (type === undefined) throw mistake(`${command}: unknown option ${rawName}`)
    if (type === "string" && !value) throw mistake(`${command}: ${rawName} needs a value`)
    if (type === "boolean" && value !== undefined) throw mistake(`${command}: ${rawName} has no value`)
    values[name] = value ?? ""
  }
  return values
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
  if (!Object.hasOwn(commands, command)) throw mistake('the command should be "connect" or "sandbox"')
  const options = readOptions(command, args)
  if (command === "sandbox") return runSandbox(options)
  const hasTerminal = process.stdin.isTTY && process.stdout.isTTY
  const baseUrl = options["base-url"]
  if (options["tour"] !== undefined || (!hasTerminal && baseUrl === undefined)) return (await tour()) ? 0 : 1
  if (!hasTerminal) throw mistake("connect: --base-url needs a terminal to type at")
  return (await runConnect({ baseUrl, provider: options["provider"] })) ? 0 : 1
}

// A reader that has seen enough, say `head`, ends the command.
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
