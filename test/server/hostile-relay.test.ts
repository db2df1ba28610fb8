import { connect } from "node:net"
import { getRequestListener } from "@hono/node-server"
import { afterAll, expect, it } from "vitest"
import { createLoginTokens } from "../../src/server/login-tokens.ts"
import { apiKey, hostRelay, keys, password } from "./host-relay.ts"
import { createDice, type Dice, fire, junk, type Shot } from "./hostile.ts"
import { listen } from "./listen.ts"

const count = 10_000
const users = ["ada", "bob"] as const
const tokens = createLoginTokens(keys)
const foreign = createLoginTokens([{ id: "k1", secret: "another secret, of 32 characters or more" }])

const host = hostRelay()
const { origin, close } = await listen(getRequestListener(host.relay, { overrideGlobalObjects: false }))
afterAll(close)

interface Aimed extends Shot {
  /** Whether it is sound, and so to be forwarded. */
  sound: boolean
  /** What is wrong about it. */
  about: string
}

interface Parts {
  method: string
  path: string
  headers: Record<string, string>
  body: Record<string, unknown>
}

/** Tokens by what they are, for each user. */
interface Armoury {
  good: string
  spent: string
  expired: string
  foreign: string
  wrongProvider: string
}

async function arm(user: string): Promise<Armoury> {
  const good = await host.login("2fa", { user })
  const used = await host.login("2fa", { user })
  await host.solve(used.token, "123456", { user })
  const login = await tokens.open(good.token)
  if (login === undefined) throw new Error("No login")
  return {
    good: good.token,
    spent: used.token,
    expired: await tokens.seal({ ...login, expiresAt: Date.now() - 1 }),
    foreign: await foreign.seal(login),
    wrongProvider: await tokens.seal({ ...login, provider: "TWITTER" }),
  }
}

const submit = (username: string) => ({ provider: "INSTAGRAM", credentials: { username, password } })
const solve = (token: string, solution: unknown) => ({ provider: "INSTAGRAM", token, solution })

/** A request that is as it should be: a login, or a wrong code, which spends nothing. */
function sound({ pick }: Dice, user: string, { good }: Armoury): Parts {
  const headers = { "content-type": "application/json", "x-user": user }
  return pick([
    { method: "POST", path: "/api/accounts", headers, body: submit("2fa") },
    { method: "POST", path: "/api/accounts/checkpoint", headers, body: solve(good, { kind: "code", value: "000000" }) },
  ])
}

type Spoil = (parts: Parts, dice: Dice) => Partial<Parts> | Buffer

/** Ways to spoil a sound request, each of which is enough. */
const spoils: Record<string, Spoil> = {
  method: (_, { pick }) => ({ method: pick(["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) }),
  path: ({ path }, { pick }) => ({
    path: pick([`${path}/`, `${path}%00`, "/", "/../..", `${path.slice(0, -1)}`, "//"]),
  }),
  "content type": ({ headers }, { pick }) => ({
    headers: { ...headers, "content-type": pick(["text/plain", "", "application/xml", "multipart/form-data"]) },
  }),
  origin: ({ headers }, { pick }) => ({
    headers: { ...headers, origin: pick(["null", "https://evil.example", "", "file://", `${origin}.evil.example`]) },
  }),
  user: ({ headers: { "x-user": _, ...headers } }) => ({ headers }),
  bytes: (_, { bytes, roll }) => bytes(roll(300)),
  "half a body": ({ body }, { roll }) => {
    const whole = Buffer.from(JSON.stringify(body))
    return whole.subarray(0, roll(whole.length))
  },
  "too large": ({ body }) => Buffer.from(JSON.stringify(body).padEnd(17_000)),
  field: ({ body }, { pick }) => ({ body: { ...body, [pick(Object.keys(body) as [string])]: pick(junk) } }),
  "deep field": ({ body }, { pick }) => {
    const name = "credentials" in body ? "credentials" : "solution"
    const inner = body[name] as object
    return { body: { ...body, [name]: { ...inner, [pick(Object.keys(inner) as [string])]: pick(junk) } } }
  },
  provider: ({ body }, { pick }) => ({ body: { ...body, provider: pick(["MYSPACE", "instagram", "INSTAGRAM "]) } }),
  prototype: ({ body }) => Buffer.from(`{"__proto__":${JSON.stringify(body)}}`),
}

/** Ways to spoil a solution's token or code. */
const spoilToken = ({ pick, roll }: Dice, mine: Armoury, theirs: Armoury): Record<string, unknown> => {
  const at = roll(mine.good.length)
  return pick([
    { token: mine.spent },
    { token: mine.expired },
    { token: mine.foreign },
    { token: mine.wrongProvider },
    { token: theirs.good },
    { token: `${mine.good.slice(0, at)}${mine.good[at] === "A" ? "B" : "A"}${mine.good.slice(at + 1)}` },
    { token: mine.good.slice(0, at) },
    { token: `${mine.good}${"A".repeat(at)}.` },
    { token: "acc_1" },
    { provider: "TWITTER" },
    { solution: { kind: "code", value: pick(["in_app_validation", " Try_Another_Way ", "1\u00002", "1".repeat(65)]) } },
    { solution: { kind: "phone", value: pick<unknown>(["(+33)0612345678", { countryCode: "+", number: "x" }]) } },
    { solution: { kind: pick(["hasOwnProperty", "2FA", ""]), value: "123456" } },
  ])
}

function aim(dice: Dice, armoury: Record<(typeof users)[number], Armoury>): Aimed {
  const user = dice.pick(users)
  const [mine, theirs] = user === "ada" ? [armoury.ada, armoury.bob] : [armoury.bob, armoury.ada]
  const parts = sound(dice, user, mine)
  const whole = (about: string, spoilt: Partial<Parts> | Buffer = {}): Aimed => {
    const { body, ...rest } = { ...parts, ...(Buffer.isBuffer(spoilt) ? {} : spoilt) }
    const bytes = Buffer.isBuffer(spoilt) ? spoilt : Buffer.from(JSON.stringify(body))
    return { ...rest, body: bytes, sound: about === "nothing", about }
  }
  if (dice.roll(10) === 0) return whole("nothing")
  if (dice.roll(3) === 0) {
    const path = "/api/accounts/checkpoint"
    const body = solve(mine.good, { kind: "code", value: "000000" })
    return whole("token", { path, body: { ...body, ...spoilToken(dice, mine, theirs) } })
  }
  const about = dice.pick(Object.keys(spoils) as [string])
  return whole(about, spoils[about]?.(parts, dice))
}

it(`forwards of ${count} random and hostile requests the sound ones, as they are, and nothing else`, {
  timeout: 60_000,
}, async () => {
  const armoury = { ada: await arm("ada"), bob: await arm("bob") }
  const before = host.sent.length
  const accounts = await Promise.all(
    [armoury.ada, armoury.bob].map(async ({ good }) => (await tokens.open(good))?.accountId),
  )
  const stored = host.connected.length

  const dice = createDice(20_261_122)
  const shots = Array.from({ length: count }, () => aim(dice, armoury))
  const wrong: string[] = []
  const statuses = new Set<number>()
  const forbidden = [apiKey, password, "postpress", "x-api-key", keys[0].secret, ...accounts]
  await fire(origin, shots, ({ sound, about, method, path }, { status, headers, text }) => {
    const complain = (what: string) => wrong.push(`${about}: ${method} ${path}: ${what}`)
    statuses.add(status)
    if (sound !== [202, 401].includes(status) && !(about === "user" && status === 401)) complain(`answered ${status}`)
    if (forbidden.some((secret) => secret && `${headers}\n${text}`.includes(secret))) complain(`leaks ${text}`)
    const answer = JSON.parse(text || "{}")
    if (status >= 400 && (answer.status !== status || typeof answer.type !== "string")) complain(`says ${text}`)
    if (status >= 500) complain(`fails with ${status}`)
  })

  expect(wrong).toEqual([])
  expect([...statuses].sort()).toEqual([202, 400, 401, 403, 404, 405, 408, 413, 415])
  const sent = host.sent.slice(before)
  expect(sent).toHaveLength(shots.filter(({ sound }) => sound).length)
  expect(sent.length).toBeGreaterThan(count / 20)
  for (const { body } of sent) {
    expect([
      JSON.stringify({ provider: "INSTAGRAM", username: "2fa", password }),
      ...accounts.map((account_id) => JSON.stringify({ provider: "INSTAGRAM", account_id, code: "000000" })),
    ]).toContain(JSON.stringify(body))
  }
  expect(host.connected).toHaveLength(stored)
  expect(host.problems).toEqual([])
  for (const user of users) expect((await host.solve(armoury[user].good, "123456", { user })).status).toBe(201)
})

it("goes on when a thousand connections break off in the middle", async () => {
  const head = "POST /api/accounts HTTP/1.1\r\nHost: x\r\nX-User: ada\r\nContent-Type: application/json\r\n"
  const pieces = [
    "",
    "POST /api",
    "\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    `${head}Content-Length: 500\r\n\r\n{"provider":`,
  ]
  const breakOff = (piece: string) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(new URL(origin).port), "127.0.0.1")
      socket.on("connect", () => socket.write(piece, () => socket.resetAndDestroy()))
      socket.on("error", reject).on("close", () => resolve())
    })
  const before = host.sent.length
  for (let round = 0; round < 200; round += 1) await Promise.all(pieces.map(breakOff))
  expect(host.sent).toHaveLength(before)
  expect(host.problems).toEqual([])
  expect((await fetch(`${origin}/api/accounts`)).status).toBe(405)
})
