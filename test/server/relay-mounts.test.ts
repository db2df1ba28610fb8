import type { RequestListener } from "node:http"
import { fileURLToPath } from "node:url"
import { getRequestListener } from "@hono/node-server"
import { build } from "esbuild"
import express from "express"
import { Hono } from "hono"
import { Miniflare } from "miniflare"
import { beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { submitCode, submitCredentials } from "../../src/events.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createRelay } from "../../src/server/create-relay.ts"
import { createRelayTransport } from "../../src/transports/relay.ts"
import { apiKey, keys, password } from "./host-relay.ts"
import { listen } from "./listen.ts"

async function mount(listener: RequestListener): Promise<string> {
  const { origin, close } = await listen(listener)
  onTestFinished(close)
  return `${origin}/api/auth`
}

const [{ secret: SECRET }] = keys

const relayTo = (baseUrl: string) =>
  createRelay({ apiKey, baseUrl, keys, getUserId: ({ headers }) => headers.get("x-user") })

let worker: string

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./relay-worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    // Nothing of Node may be needed.
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
  })
  worker = outputFiles[0]?.text ?? ""
})

/** Where the relay answers, by how it is mounted in front of an API. */
const mounts: Record<string, (api: string) => Promise<string>> = {
  async "Hono on Node"(api) {
    const relay = relayTo(api)
    const app = new Hono().all("/api/auth/*", ({ req }) => relay(req.raw))
    return mount(getRequestListener(app.fetch))
  },
  async Express(api) {
    const app = express()
    app.use("/api/auth", getRequestListener(relayTo(api), { overrideGlobalObjects: false }))
    return mount(app)
  },
  async "a worker"(api) {
    const bindings = { API_KEY: apiKey, API_URL: api, SECRET }
    const workerd = new Miniflare({
      modules: true,
      script: worker,
      compatibilityDate: "2026-01-01",
      bindings,
      cf: false,
    })
    onTestFinished(() => workerd.dispose())
    return `${(await workerd.ready).origin}/api/auth`
  },
}

describe.each(Object.entries(mounts))("mounted in %s", (_, start) => {
  it("connects an account for a page over HTTP, and refuses what is wrong", async () => {
    const sandbox = await startSandbox({ apiKey })
    onTestFinished(() => sandbox.close())
    const baseUrl = await start(sandbox.url)

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
    const refused = [
      await send({ method: "GET" }),
      await send({ body, headers: { ...json, origin: "https://evil.example" } }),
      await send({ body, headers: { "x-user": "ada" } }),
      await send({ body, headers: { "content-type": "application/json" } }),
      await send({ body: body.padEnd(20_000), headers: json }),
      await send({ body: body.slice(1), headers: json }),
    ]
    expect(refused.map(({ status }) => status)).toEqual([405, 403, 415, 401, 413, 400])
    for (const response of refused) expect(await response.json()).toMatchObject({ status: response.status })
    expect((await send({ body, headers: json })).status).toBe(201)
  })
})
