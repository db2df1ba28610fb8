import type { RequestListener } from "node:http"
import { getRequestListener } from "@hono/node-server"
import express from "express"
import { Miniflare } from "miniflare"
import { describe, expect, it, onTestFinished } from "vitest"
import { createAuthIntent } from "../../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials } from "../../../src/intent/events.ts"
import { waitForIntent } from "../../../src/intent/wait-for-intent.ts"
import { startSandbox } from "../../../src/sandbox/start-sandbox.ts"
import { createRelay } from "../../../src/server/relay/create-relay.ts"
import { createRelayTransport } from "../../../src/transports/relay.ts"
import { bundleWorker } from "../../harness/bundle-worker.ts"
import { listen } from "../../harness/serve.ts"
import { apiKey, hostRelay, key, keys, password } from "./host-relay.ts"

async function mount(listener: RequestListener): Promise<string> {
  const { origin, close } = await listen(listener)
  onTestFinished(close)
  return origin
}

const createRelayTo = (baseUrl: string) =>
  createRelay({
    apiKey,
    baseUrl,
    basePath: "/api/auth",
    keys,
    getUserId: ({ headers }) => headers.get("x-user"),
    onProblem: () => {},
  })

/** Starts a relay in front of an API, and returns where it listens, by how it is mounted. */
const mounts: Record<string, (api: string) => Promise<string>> = {
  async Express(api) {
    const app = express()
    app.all("/api/auth/{*path}", getRequestListener(createRelayTo(api), { overrideGlobalObjects: false }))
    return mount(app)
  },
  async "a worker"(api) {
    const workerd = new Miniflare({
      modules: true,
      script: await bundleWorker(new URL("./relay-worker.ts", import.meta.url)),
      compatibilityDate: "2026-01-01",
      bindings: { API_KEY: apiKey, API_URL: api, SECRET: key.secret },
      cf: false,
    })
    onTestFinished(() => workerd.dispose())
    return (await workerd.ready).origin
  },
}

it.each([
  ["with its length", 500],
  ["in chunks, which may have been empty", 400],
])("after express.json() it names the mistake: a body %s", async (_, status) => {
  const { relay, problems } = hostRelay()
  const app = express().use(express.json())
  app.all("/api/auth/{*path}", getRequestListener(relay, { overrideGlobalObjects: false }))
  const body = JSON.stringify({ provider: "INSTAGRAM", credentials: { username: "ok", password } })
  const chunks = { body: new Blob([body]).stream(), duplex: "half" }
  const headers = { "content-type": "application/json", "x-user": "ada" }
  const init = { method: "POST", headers, body, ...(status === 400 && chunks) }
  expect((await fetch(`${await mount(app)}/api/auth/accounts`, init)).status).toBe(status)
  expect(problems).toEqual([{ code: "body_missing", message: expect.stringContaining("express.json") }])
})

describe.each(Object.entries(mounts))("mounted in %s", (_, start) =>
  it("connects an account for a page, and refuses what is wrong", async () => {
    const sandbox = await startSandbox({ apiKey })
    onTestFinished(() => sandbox.close())
    const origin = await start(sandbox.url)
    const baseUrl = `${origin}/api/auth`

    const transport = createRelayTransport({ baseUrl, headers: { "x-user": "ada" } })
    const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
    const codes = ["000000", "123456", "123456"]
    actor.subscribe((state) => {
      if (state.matches("idle") && state.context.failure) actor.stop()
      if (state.matches("checkpoint")) actor.send(submitCode(codes.shift() ?? ""))
    })
    actor.send(submitCredentials({ username: "2fa-then-otp", password }))
    const output = await waitForIntent(actor)
    expect(output).toMatchObject({ status: "connected", accountId: expect.stringMatching(/^ey[\w-]+\.\.[\w.-]+$/) })
    expect(actor.getSnapshot().context.attempts).toBe(1)

    const send = (init: RequestInit) => fetch(`${baseUrl}/accounts`, { method: "POST", ...init })
    const json = { "content-type": "application/json", "x-user": "ada" }
    const body = JSON.stringify({ provider: "INSTAGRAM", credentials: { username: "ok", password } })
    expect((await send({ body, headers: { ...json, origin: "https://evil.example" } })).status).toBe(403)
    expect((await send({ body: body.padEnd(20_000), headers: json })).status).toBe(413)
    expect((await send({ body, headers: { ...json, origin } })).status).toBe(201)
  }),
)

it.each<[string, unknown]>([
  ["Node's own request", { url: "/api/auth/accounts", method: "POST", headers: { host: "shop.example" } }],
  ["a URL", "https://shop.example/api/auth/accounts"],
  ["nothing", undefined],
])("a relay that is called with %s responds with 404, and reports that it is no Request", async (_, request) => {
  const { relay, problems } = hostRelay()
  expect((await relay(request as Request)).status).toBe(404)
  expect(problems).toEqual([{ code: "not_a_request", message: expect.stringContaining("no web-standard Request") }])
})
