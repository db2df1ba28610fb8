import { describe, expect, test } from "vitest"
import { Secret } from "../../src/secret.ts"
import type { Solution } from "../../src/transports/auth-transport.ts"
import { printed } from "./printed.ts"
import { apiKey, code, login, solve, submit } from "./send-postpress.ts"
import { type Reply, serve } from "./serve.ts"

const number = "0612345678"
const phone = (): Solution => ({ kind: "phone", secret: new Secret({ countryCode: "33", number }) })

/** Each secret with a request that carries it. */
const secrets = [
  ["the password", login.password, submit],
  ["the code", code, solve],
  ["the phone number", number, (url: string) => solve(url, {}, phone())],
  ["the API key on submit", apiKey, submit],
  ["the API key on solve", apiKey, solve],
] as const

const error = (more: object): Reply => {
  const body = { title: "T", type: "errors/account_restricted", status: 403, ...more }
  return () => Response.json(body, { status: 403 })
}

const unknown = (more: object): Reply => {
  const body = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "NEW", ...more } }
  return () => Response.json(body, { status: 202 })
}

const places: [place: string, reply: (secret: string) => Reply][] = [
  ["a title", (secret) => error({ title: `Wrong: ${secret}.` })],
  ["a title of nothing else", (secret) => error({ title: secret })],
  ["a detail", (secret) => error({ detail: `<${secret}> and again ${secret}` })],
  ["an instance", (secret) => error({ instance: `req/${secret}/1` })],
  ["a text that is cut", (secret) => error({ detail: `${"x".repeat(1000 - secret.length + 2)}${secret}` })],
  ["the data of a checkpoint", (secret) => unknown({ echo: secret })],
  ["the data by a name of the protocol", (secret) => unknown({ object: secret, account_id: secret, status: secret })],
  ["a list in the data", (secret) => unknown({ list: [1, [`(${secret})`]] })],
  ["an object in the data", (secret) => unknown({ deep: { deeper: { echo: secret } } })],
  ["a type inside the data", (secret) => unknown({ deep: { type: secret, object: secret, account_id: secret } })],
  ["a key of the data", (secret) => unknown({ [secret]: true })],
  ["a key deep in the data", (secret) => unknown({ list: [{ [`x-${secret}`]: null }] })],
]

describe.each(secrets)("a server that repeats %s", (_, secret, send) => {
  test.each(places)("is not repeated in turn: %s", async (_, reply) => {
    const server = await serve(reply(secret))
    const outcome = await send(server.url)
    expect(["rejected", "checkpoint"]).toContain(outcome.kind)
    // Nor is what a cut would leave of it.
    expect(printed(outcome)).not.toContain(secret.slice(0, 5))
  })
})

test("a code that comes back as a number is not repeated", async () => {
  const server = await serve(unknown({ echo: Number(code), list: [Number(code)] }))
  const outcome = await solve(server.url)
  expect(outcome.kind).toBe("checkpoint")
  expect(printed(outcome)).not.toContain(code)
})

test("a request that comes back as a text is not repeated", async () => {
  const password = 'quoted"\\hunter2'
  const server = await serve((request, raw) => error({ detail: `Cannot parse ${request.body}` })(request, raw))
  const outcome = await submit(server.url, { credentials: { ...login, password } })
  expect(outcome).toMatchObject({ failure: { detail: expect.stringContaining("Cannot parse") } })
  expect(printed(outcome)).not.toContain("hunter2")
})

test("a request that comes back as a text in the data is not repeated", async () => {
  const password = 'quoted"\\hunter2'
  const server = await serve((request, raw) => unknown({ echo: `Got ${request.body}` })(request, raw))
  const outcome = await submit(server.url, { credentials: { ...login, password } })
  expect(outcome).toMatchObject({ kind: "checkpoint", checkpoint: { type: "NEW" } })
  expect(printed(outcome)).not.toContain("hunter2")
})

test.each(["half a letter \ud83d", "%", "%E0%A4%A", "+ &=?#", "$&$1", "\\", '"', "\0", "[secret]"])(
  "a password like %j can be masked",
  async (password) => {
    const server = await serve(error({ title: "Restricted", detail: `<${password}>` }))
    const outcome = await submit(server.url, { credentials: { ...login, password } })
    expect(outcome).toMatchObject({ kind: "rejected", failure: { type: "errors/account_restricted", status: 403 } })
  },
)

test("a secret that begins like another is masked whole", async () => {
  const password = `${apiKey}-and-more`
  const server = await serve(error({ detail: `Wrong: ${password}` }))
  const outcome = await submit(server.url, { credentials: { ...login, password } })
  expect(printed(outcome)).not.toContain("and-more")
})

test("what a program reads is left alone, whatever the secret", async () => {
  const created = { object: "AccountCreated", account_id: "acc_1" }
  const server = await serve(() => Response.json(created, { status: 201 }))
  for (const password of ["AccountCreated", "acc_1", "object", "e"]) {
    const outcome = await submit(server.url, { credentials: { ...login, password } })
    expect(outcome).toMatchObject({ kind: "connected", accountId: "acc_1" })
  }
})

test("a checkpoint is recognized, whatever the secret", async () => {
  const server = await serve(unknown({ type: "2FA", source: "SMS" }))
  for (const password of ["2FA", "Checkpoint", "checkpoint", "type", "t"]) {
    const outcome = await submit(server.url, { credentials: { ...login, password } })
    expect(outcome).toMatchObject({ kind: "checkpoint", checkpoint: { type: "2FA" } })
  }
})

test("a failure is recognized, whatever the secret", async () => {
  const server = await serve(error({ title: "Restricted" }))
  for (const password of ["errors/account_restricted", "account", "errors", "403"]) {
    const outcome = await submit(server.url, { credentials: { ...login, password } })
    expect(outcome).toMatchObject({ failure: { type: "errors/account_restricted", status: 403, recovery: "stop" } })
  }
})

test("the rest of a text stays", async () => {
  const server = await serve(error({ title: `No ${login.password}!`, detail: "Ask ada", instance: "req_1" }))
  expect(await submit(server.url)).toMatchObject({
    failure: { title: "No [secret]!", detail: "Ask ada", instance: "req_1" },
  })
})

test.each([
  ["secret", "Not secret!", "Not [secret]!"],
  ["e", "tee", "t[secret][secret]"],
  ["[", "a[b]", "a[secret]b]"],
])("what stands for %j is not masked again", async (password, title, masked) => {
  const server = await serve(error({ title }))
  const outcome = await submit(server.url, { credentials: { ...login, password } })
  expect(outcome).toMatchObject({ failure: { title: masked } })
})
