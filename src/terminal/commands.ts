import { SimulatedClock } from "xstate"
import { type Provider, providers } from "../../machines/providers.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { startSandbox } from "../sandbox/start-sandbox.ts"
import { usernames } from "../sandbox/usernames.ts"
import { createPostpressTransport } from "../transports/postpress.ts"
import { connect, texts } from "./connect.ts"
import { Interrupted, openTerminal, type Terminal } from "./prompt.ts"

const listUsernames = () => {
  const width = Math.max(...usernames.map(({ username }) => username.length))
  return usernames.map(({ username, about }) => `  ${username.padEnd(width)}  ${about}`).join("\n")
}

/** Creates a clock that runs like the system's and can be moved forward. The machine and the sandbox share it. */
function createMovableClock() {
  const clock = new SimulatedClock()
  let origin = 0
  let ahead = 0
  function tick(): void {
    // `Date` could be set back, which this clock refuses; `performance` stands still while the computer sleeps.
    origin = Math.max(origin, Date.now() - performance.now())
    clock.set(Math.floor(performance.now() + origin + ahead))
  }
  tick()
  setInterval(tick, 50).unref()
  return Object.assign(clock, {
    advance(ms: number) {
      ahead += ms
      tick()
    },
  })
}

const nameOf = (provider: Provider) => texts[`provider.${provider}`]

/** Returns the provider with a number in the list or with one of its names, in capitals or not. */
function findProvider(typed: string): Provider | undefined {
  const wanted = typed.trim().toUpperCase()
  const names = (provider: Provider) => [provider, ...(nameOf(provider).toUpperCase().match(/\w+/g) ?? [])]
  return providers[Number(wanted) - 1] ?? providers.find((provider) => names(provider).includes(wanted))
}

/** Lets a person choose the provider, by its number or its name; `undefined` where they leave. */
async function chooseProvider(terminal: Terminal): Promise<Provider | undefined> {
  for (const [index, provider] of providers.entries()) console.log(`  ${index + 1}  ${nameOf(provider)}`)
  for (;;) {
    const line = await terminal.prompt({ label: "Which account? Number or name", keys: ["escape"] })
    if (line?.key !== "return") return undefined
    const chosen = findProvider(line.text)
    if (chosen) return chosen
    console.log(`  Type a number from 1 to ${providers.length}, or a name from the list.`)
  }
}

/** Returns the provider of that name. @throws AuthIntentError `invalid_provider`. */
export function toProvider(name: string): Provider {
  const wanted = findProvider(name)
  if (wanted) return wanted
  throw new AuthIntentError("invalid_provider", `--provider should be one of ${providers.join(" ").toLowerCase()}`)
}

/** Leads a person through a login, at an API or at a sandbox of its own; returns whether it ended connected. */
export async function runConnect(options: { baseUrl?: string | undefined; provider?: Provider | undefined }) {
  const { baseUrl } = options
  const apiKey = baseUrl === undefined ? crypto.randomUUID() : process.env["POSTPRESS_API_KEY"]
  if (!apiKey) throw new AuthIntentError("invalid_option", "POSTPRESS_API_KEY is missing from the environment")

  const clock = createMovableClock()
  const sandbox = baseUrl === undefined ? await startSandbox({ clock, apiKey }) : undefined
  const transport = createPostpressTransport({ apiKey, baseUrl: sandbox?.url ?? baseUrl })
  const terminal = openTerminal(sandbox ? { down: () => clock.advance(60_000) } : {})
  try {
    if (sandbox)
      console.log(`This is a sandbox. Any password is right, and the code 123456. Usernames:\n${listUsernames()}\n`)
    const provider = options.provider ?? (await chooseProvider(terminal))
    const hint = sandbox && "down: a minute later"
    return provider !== undefined && (await connect({ transport, provider, clock, terminal, hint }))
  } finally {
    terminal.close()
    await sandbox?.close()
  }
}

/** Returns a text quoted for a shell. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** Serves the sandbox until the process is interrupted or ended. */
export async function runSandbox(options: Partial<Record<"port" | "host" | "api-key", string>>): Promise<number> {
  const { host } = options
  // An empty text would be 0.
  const port = options.port === undefined ? undefined : Number(options.port || Number.NaN)
  // A page that knows the address does not know the key.
  const apiKey = options["api-key"] ?? crypto.randomUUID()
  const sandbox = await startSandbox({ apiKey, port, host })
  const ended = new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, resolve)
  })
  const headers = `-H ${quote(`X-API-KEY: ${apiKey}`)} -H "Content-Type: application/json"`
  const login = JSON.stringify({ provider: "INSTAGRAM", username: "2fa", password: "any" })
  console.log(`The sandbox listens at ${sandbox.url} until Ctrl-C. A login:

curl ${sandbox.url}/accounts ${headers} -d '${login}'

The username chooses what happens; any password is right, and so is the code 123456:
${listUsernames()}

Its clock, a minute ahead, which a login elsewhere does not see:
curl ${sandbox.url}/sandbox/advance ${headers} -d '{"ms":60000}'

A login at another terminal:
POSTPRESS_API_KEY=${quote(apiKey)} npx auth-intent connect --base-url ${sandbox.url}`)
  const signal = await ended
  await sandbox.close()
  if (signal === "SIGINT") throw new Interrupted()
  return 0
}
