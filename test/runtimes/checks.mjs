// The checks of every runtime, on the installed package. They need fetch's classes and nothing of Node.
import {
  approveInApp,
  cancelIntent,
  createAuthIntent,
  createIntelliwiseTransport,
  createPostpressTransport,
  createRelayTransport,
  getState,
  hostedAuthMachine,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "auth-intent"
import { createSandbox } from "auth-intent/sandbox"
import { createActorDriver, createMachineDriver, getScenarios, runScenario, testTransport } from "auth-intent/testing"

const login = (username) => () => submitCredentials({ username, password: "correct horse" })
const code = (digits) => () => submitCode(digits)
const phone = () => submitPhone({ countryCode: "33", number: "06 12 34 56 78" })

/** Logins by the sandbox's usernames, and their final states. */
const logins = [
  ["connected", login("ok")],
  ["connected", login("2fa"), code("000000"), code("123 456")],
  ["connected", login("otp"), code("123456")],
  ["connected", login("in-app"), approveInApp],
  ["connected", login("in-app-pending-9"), switchMethod, code("123456")],
  ["connected", login("phone"), phone, code("123456")],
  ["connected", login("2fa-then-otp"), code("123456"), code("123456")],
  ["checkpoint.unsupported", login("unknown-checkpoint")],
  ["failed", login("error:403:errors/account_restricted")],
  ["failed", login("2fa"), cancelIntent],
]

/** Sends each event after the one before has settled, and expects the last state. */
async function play(transport, [end, ...events]) {
  const actor = createAuthIntent({ transport, provider: "INSTAGRAM", inAppPollInterval: 0 }).start()
  for (const create of events) {
    actor.send(create())
    await new Promise((resolve) => {
      actor.subscribe({ next: (snapshot) => snapshot.hasTag("busy") || resolve(), complete: resolve })
      if (!actor.getSnapshot().hasTag("busy")) resolve()
    })
  }
  const { failure, accountId } = actor.getSnapshot().context
  const state = getState(actor.getSnapshot())
  actor.stop()
  if (state !== end) throw new Error(`ended in ${state} (${failure?.type}), not in ${end}`)
  return accountId
}

function* scenarios() {
  const driver = createActorDriver()
  for (const scenario of getScenarios({ strategy: "transitions" })) yield () => runScenario(scenario, driver)
  const machine = hostedAuthMachine
  const hosted = createMachineDriver(machine)
  for (const scenario of getScenarios({ strategy: "transitions", machine })) {
    yield () => runScenario(scenario, hosted, { machine })
  }
}

/** A key that every visitor can read is refused. */
async function refuses(create) {
  try {
    create()
  } catch (error) {
    if (error.code === "api_key_in_page") return
    throw error
  }
  throw new Error("a page may send a key")
}

function* transports({ isPage }) {
  const connected = { status: 201, body: { object: "AccountCreated", account_id: "acc_1" } }
  const credentials = { username: "ada", password: "correct horse" }
  const url = "https://api.example"
  const session = { status: 200, body: { valid: true, id: 42, missing2fa: false } }
  const all = [
    testTransport((fetch) => createPostpressTransport({ apiKey: "key", fetch, dangerouslyAllowBrowser: true }), {
      credentials,
      connected,
    }),
    testTransport((fetch) => createRelayTransport({ baseUrl: url, fetch }), { credentials, connected }),
  ]
  const intelliwise = (fetch) => createIntelliwiseTransport({ baseUrl: url, sessionToken: "token", fetch })
  if (isPage) yield () => refuses(() => intelliwise(fetch))
  else all.push(testTransport(intelliwise, { credentials: { code: "AQB4-7kJ2" }, connected: session }))
  for (const { run } of all.flat()) yield run
}

/** The sandbox in process, and over HTTP if this runtime or its host serves one. */
function* sandbox({ sandboxUrl }) {
  const options = { apiKey: "sandbox", dangerouslyAllowBrowser: true }
  const { fetch } = createSandbox()
  for (const each of logins) yield () => play(createPostpressTransport({ ...options, fetch }), each)
  if (sandboxUrl === undefined) return
  for (const each of logins) yield () => play(createPostpressTransport({ ...options, baseUrl: sandboxUrl }), each)
}

/** The page's transport to a relay, in process and over HTTP. */
function* relay({ relay: inProcess, relayUrl }) {
  if (inProcess !== undefined) {
    const fetch = (url, init) => inProcess(new Request(url, init))
    const transport = createRelayTransport({ baseUrl: "https://app.example/api/auth", fetch })
    for (const each of logins) yield () => play(transport, each)
  }
  if (relayUrl === undefined) return
  for (const each of logins) {
    yield async () => {
      const token = await play(createRelayTransport({ baseUrl: relayUrl }), each)
      if (token?.startsWith("acc_")) throw new Error("the page has an account id")
    }
  }
  yield async () => {
    const { status } = await fetch(`${relayUrl}/accounts`, { method: "POST", body: "{}" })
    if (status !== 415) throw new Error(`a form's request got ${status}`)
  }
}

const areas = { scenarios, transports, sandbox, relay }

/**
 * Runs every check in turn, and returns for each area the number of passed checks and the failures.
 * A host holds the services of this runtime: `relay`, a function; `relayUrl`; `sandboxUrl`.
 */
export async function runChecks(host) {
  const results = {}
  for (const [area, list] of Object.entries(areas)) {
    const failures = []
    let passed = 0
    try {
      for (const run of list(host)) {
        try {
          await run()
          passed += 1
        } catch (error) {
          failures.push(String(error?.message ?? error))
        }
      }
    } catch (error) {
      failures.push(String(error?.message ?? error))
    }
    results[area] = { passed, failures }
  }
  return results
}
