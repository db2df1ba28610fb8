import { Agent, request as send } from "node:http"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { getRequestListener } from "@hono/node-server"
import fc from "fast-check"
import { afterAll, expect, it } from "vitest"
import { createKeyRing } from "../../../src/server/keys.ts"
import { sealLogin, toUserDigest } from "../../../src/server/logins.ts"
import { heapUsed } from "../../harness/heap-used.ts"
import { listen } from "../../harness/serve.ts"
import { always, apiKey, hostRelay, key, keys, password } from "./host-relay.ts"

/** A dozen or more requests for each kind of spoiling; `HOSTILE_RUNS` sends more. */
const count = Number(process.env["HOSTILE_RUNS"] ?? 1_500)

const host = hostRelay({
  limits: { codes: false, submits: false, submitsPerUsername: false },
  fetch: always(202, { object: "Checkpoint", account_id: "acc_secret", checkpoint: { type: "2FA" } }),
})
const { origin, port, close } = await listen(getRequestListener(host.relay, { overrideGlobalObjects: false }))
afterAll(close)

interface Shot {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })
afterAll(() => agent.destroy())

/** Sends a request byte for byte: clients of `fetch` would normalize it. */
const shootRaw = ({ method, path, headers, body }: Shot) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const options = {
      agent,
      host: "127.0.0.1",
      port,
      method,
      path,
      headers: { "content-length": body.length, ...headers },
    }
    send(options, (response) => {
      const whole = `${response.rawHeaders.join("\n")}\n`
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, text: whole + body }), reject)
    })
      .on("error", reject)
      .end(body)
  })

/** Passes a request on in process, as a framework does. */
async function shoot({ method, path, headers, body }: Shot) {
  const init = { method, headers, ...(method !== "GET" && { body: new Uint8Array(body) }) }
  const response = await host.relay(new Request(origin + path, init))
  const whole = `${[...response.headers].join("\n")}\n`
  return { status: response.status, text: whole + (await response.text()) }
}

const expiresAt = host.clock.now() + 300_000
const user = await toUserDigest("ada")
const login = { id: "x", accountId: "acc_secret", provider: "INSTAGRAM" as const, user, expiresAt }
/** A valid token of a login; `tokens.test.ts` has the refused ones. */
const good = await sealLogin(login, createKeyRing(keys))

const headers = { "content-type": "application/json", "x-user": "ada" }
const submit = { provider: "INSTAGRAM", credentials: { username: "2fa", password } }
const solve = { provider: "INSTAGRAM", token: good, solution: { kind: "code", value: "000000" } }
const valid = {
  submit: { method: "POST", path: "/api/auth/accounts", headers, body: submit },
  solve: { method: "POST", path: "/api/auth/accounts/checkpoint", headers, body: solve },
}

/** Values that no field accepts. A text of a null byte, for example, may be a password. */
const junk = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1e308, "", "x".repeat(5_000), [], {}, [[[[]]]], { $ne: null }),
  fc.constantFrom({ toString: 1, valueOf: 1 }, { constructor: { prototype: {} } }),
)
const field = (...names: string[]) =>
  fc.tuple(fc.constantFrom(...names), junk).map(([name, value]) => ({ [name]: value }))

/** Changes that each make a valid request invalid; `authorize-page.test.ts` tests its headers. */
const spoils: Record<string, fc.Arbitrary<object>> = {
  path: fc
    .constantFrom(
      "/accounts",
      "/api/auth/accounts/",
      "/api//auth/accounts",
      "/api/auth/accounts%00",
      "/%61pi/auth/accounts",
      "*",
      "//evil.example/api",
      "/api/auth/hosted/x",
    )
    .map((path) => ({ path })),
  bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ body: Buffer.from(bytes) })),
  half: fc.nat(100).map((length) => ({ body: Buffer.from(JSON.stringify(submit)).subarray(0, length % 80) })),
  large: fc
    .integer({ min: 17_000, max: 60_000 })
    .map((length) => ({ body: Buffer.from(JSON.stringify(submit).padEnd(length)) })),
  deep: fc
    .integer({ min: 1, max: 8_000 })
    .map((depth) => ({ body: Buffer.from("[".repeat(depth) + "]".repeat(depth)) })),
  prototype: fc.constant({ body: Buffer.from(`{"__proto__":${JSON.stringify(submit)}}`) }),
}
const spoiltSubmit = fc.oneof(
  field("provider", "credentials"),
  field("username", "password").map((part) => ({ credentials: { ...submit.credentials, ...part } })),
  fc.constantFrom("MYSPACE", "instagram", "INSTAGRAM ").map((provider) => ({ provider })),
)
const spoiltSolve = fc.oneof(
  field("provider", "token", "solution"),
  fc.constantFrom("acc_secret", `${good}.`, `${good}A`).map((token) => ({ token })),
  fc.nat(good.length - 2).map((at) => ({ token: good.slice(0, at) })),
  fc.constantFrom("2FA", "", "hasOwnProperty", "approval").map((kind) => ({ solution: { kind, value: "123456" } })),
  fc
    .constantFrom<unknown>("in_app_validation", " Try_Another_Way ", "1".repeat(65), "1\u00002 3\u00004", {})
    .map((value) => ({ solution: { kind: "code", value } })),
  fc
    .constantFrom<unknown>("(+33)0612345678", { countryCode: "+", number: "x" }, null)
    .map((value) => ({ solution: { kind: "phone", value } })),
)

const shot = (weight: number, about: string, name: "submit" | "solve", spoil: fc.Arbitrary<object>) => ({
  weight,
  arbitrary: spoil.map((spoil) => ({ about, name, spoil })),
})

const shots = fc
  .oneof(
    shot(1, "nothing", "submit", fc.constant({})),
    shot(1, "nothing", "solve", fc.constant({})),
    ...Object.entries(spoils).map(([about, spoil]) => shot(1, about, "submit", spoil)),
    shot(
      4,
      "field",
      "submit",
      spoiltSubmit.map((part) => ({ body: { ...submit, ...part } })),
    ),
    shot(
      6,
      "field",
      "solve",
      spoiltSolve.map((part) => ({ body: { ...solve, ...part } })),
    ),
  )
  .map(({ about, name, spoil }) => {
    const { body, ...rest } = { ...valid[name], ...spoil }
    return {
      ...rest,
      about,
      isValid: about === "nothing",
      body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
    }
  })

it(`of ${count} random and hostile requests the valid ones alone go upstream, and none fails or leaks`, async () => {
  const all = fc.sample(shots, { numRuns: count, seed: 20_261_127 })
  const wrong: string[] = []
  const statuses = new Set<number>()
  const secrets = [apiKey, password, "acc_secret", "postpress", "x-api-key", key.secret]
  const queue = all.entries()
  const worker = async () => {
    for (const [index, shot] of queue) {
      // Over the wire: every tenth request, and those whose path a `Request` cannot have.
      const isRaw = index % 10 === 0 || shot.path === "*"
      const { status, text } = await (isRaw ? shootRaw(shot) : shoot(shot))
      statuses.add(status)
      const complain = (what: string) =>
        wrong.push(`${shot.about} ${shot.method} ${shot.path} ${what}: ${status} ${text}`)
      // Two valid codes at once: one has to wait.
      const isBusy = status === 503 && shot.isValid
      if (shot.isValid !== (status === 202) && !isBusy) complain("is handled as another kind")
      if (status >= 500 && !isBusy) complain("fails")
      if (secrets.some((secret) => text.includes(secret))) complain("leaks")
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  expect(wrong).toEqual([])
  expect([...statuses].sort()).toEqual(expect.arrayContaining([202, 400, 403, 404, 413]))
  const codes = new Set(host.problems.map(({ code }) => code))
  expect(codes).toEqual(new Set(["base_path_mismatch"]))
  expect(host.sent.length).toBeGreaterThan(count / 20)
  for (const { body } of host.sent) {
    const { username, code } = body
    expect(username !== undefined || (body["account_id"] === "acc_secret" && code === "000000")).toBe(true)
  }
}, 120_000)

it("a hundred connections that break off in the middle leave nothing behind", async () => {
  const head = "POST /api/auth/accounts HTTP/1.1\r\nHost: x\r\nX-User: ada\r\nContent-Type: application/json\r\n"
  const pieces = [
    "",
    "POST /api",
    "\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    `${head.replace("Host: x", "Host: x:99999")}Content-Length: 2\r\n\r\n{}`,
    `${head.replace("Host: x", "Host: a b/@c")}Content-Length: 2\r\n\r\n{}`,
    `${head}Content-Length: 500\r\n\r\n{"provider":`,
    `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  ]
  const before = [host.sent.length, host.problems.length]
  const breakOff = (piece: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1")
      socket.on("connect", () => socket.write(piece, () => socket.resetAndDestroy()))
      socket.on("error", () => {}).on("close", () => resolve())
    })
  for (let round = 0; round < 12; round += 1) await Promise.all(pieces.map(breakOff))
  expect([host.sent.length, host.problems.length]).toEqual(before)
  expect((await fetch(`${origin}/api/auth/accounts`)).status).toBe(405)
})

it("hostile requests by the thousand leave the heap as it was", async () => {
  const flat = hostRelay({ onProblem: () => {} })
  const spend = async (requests: number) => {
    for (let each = 0; each < requests; each += 1) {
      const url = `https://app.example.com/api/auth/accounts${each % 3 === 0 ? "/checkpoint" : each % 3 === 1 ? "" : `/${each}`}`
      const body = each % 2 === 0 ? JSON.stringify({ ...solve, token: `${each}${good}` }) : `{"${each}":`
      const from: Record<string, string> = each % 5 === 0 ? { origin: `https://${each}.evil.example` } : {}
      await flat.relay(
        new Request(url, { method: "POST", headers: { ...headers, "x-user": `user ${each}`, ...from }, body }),
      )
    }
    return heapUsed()
  }
  const before = await spend(1_000)
  const after = await spend(process.env["HOSTILE_RUNS"] ? 10 * count : 2_000)
  expect(after - before).toBeLessThan(1_000_000)
  expect(flat.sent).toEqual([])
}, 180_000)
