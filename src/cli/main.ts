#!/usr/bin/env node
import { parseArgs } from "node:util"
import { ExitPromptError } from "@inquirer/core"
import { AuthIntentError } from "../auth-intent-error.ts"
import { serveSandbox } from "./serve-sandbox.ts"
import { startConnect } from "./start-connect.ts"
import { tour } from "./tour.ts"

const usage = `Connects a third-party account, or plays the provider's part.

  auth-intent connect [--base-url <url>] [--provider <name>] [--tour]
      Takes you through a login. Without --base-url it talks to a sandbox of its own;
      with it, the API key is read from POSTPRESS_API_KEY.
      --tour, or no terminal, plays the telling cases against the sandbox instead.
  auth-intent sandbox [--port <number>] [--host <name>]
      Serves the sandbox on loopback until it is interrupted.`

/** Runs a command and gives the exit code: 0 done, 1 not connected or not as it should be. */
async function run(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      "base-url": { type: "string" },
      provider: { type: "string" },
      tour: { type: "boolean" },
      port: { type: "string" },
      host: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  })
  const [command, ...rest] = positionals
  if (values.help) {
    console.log(usage)
    return 0
  }
  if (rest.length > 0) throw new AuthIntentError("invalid_option", `unknown argument ${rest.join(" ")}`)

  const interactive = process.stdin.isTTY && process.stdout.isTTY
  switch (command) {
    case "connect": {
      const { "base-url": baseUrl, provider } = values
      const connected = values.tour || (!interactive && !baseUrl) ? tour() : startConnect({ baseUrl, provider })
      return (await connected) ? 0 : 1
    }
    case "sandbox":
      await serveSandbox(values)
      return 0
    default:
      throw new AuthIntentError("invalid_option", `the command should be "connect" or "sandbox"\n\n${usage}`)
  }
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof ExitPromptError) process.exitCode = 130
  else {
    // parseArgs throws TypeErrors that name the option.
    const known = error instanceof AuthIntentError || error instanceof TypeError
    console.error(known ? error.message : error)
    process.exitCode = 2
  }
}
