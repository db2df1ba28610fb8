import { getRequestListener } from "@hono/node-server"
import { afterAll, expect, it } from "vitest"
import { createNotificationHandler } from "../../src/server/create-notification-handler.ts"
import { signName } from "../../src/server/hosted-name.ts"
import { getStatusKey } from "../../src/server/status-key.ts"
import { createDice, type Dice, fire, junk, type Shot } from "./hostile.ts"
import { listen } from "./listen.ts"

const count = 10_000
const secret = "the signing secret, of 32 characters or more"

const stored: string[] = []
const mailed: string[] = []
const handle = createNotificationHandler({
  secret,
  onConnected: ({ userId, accountId }) => stored.push(`${userId} ${accountId}`),
  onNeedsReconnect: ({ accountId }) => mailed.push(accountId),
})
const { origin, close } = await listen(getRequestListener(handle, { overrideGlobalObjects: false }))
afterAll(close)

interface Aimed extends Shot {
  about: string
}

interface Known {
  names: [string, string]
  expired: string
  forged: string
  key: string
}

const turn = (text: string, at: number) => `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`

const json = (body: object) => ({ body: Buffer.from(JSON.stringify(body)) })

/** Ways to spoil a sound notification, each of which is enough. */
const spoils: Record<string, (body: object, query: string, known: Known, dice: Dice) => Partial<Shot>> = {
  method: (_, __, ___, { pick }) => ({ method: pick(["PUT", "PATCH", "DELETE", "OPTIONS"]) }),
  bytes: (_, __, ___, { bytes, roll }) => ({ body: bytes(roll(300)) }),
  "half a body": (body, _, __, { roll }) => {
    const whole = Buffer.from(JSON.stringify(body))
    return { body: whole.subarray(0, roll(whole.length)) }
  },
  "too large": (body) => ({ body: Buffer.from(JSON.stringify(body).padEnd(17_000)) }),
  account: (body, _, __, { pick }) => json({ ...body, account_id: pick(["x".repeat(4001), ...junk]) }),
  "no status": (body, _, __, { pick }) => json({ ...body, status: pick(["x".repeat(101), ...junk]) }),
  secret: (body, query, known, { pick, roll }) => {
    const [name, other] = known.names
    if (query) return { path: `/?key=${pick([secret, "", name, turn(known.key, roll(43)), known.key.slice(1)])}` }
    const [user, ...rest] = name.split(".")
    return json({
      ...body,
      name: pick<unknown>([
        turn(name, roll(name.length)),
        name.slice(0, roll(name.length)),
        [other.split(".")[0], ...rest].join("."),
        `${user}..`,
        `${user}.zzzzzzzzz.${known.key}`,
        known.expired,
        known.forged,
        pick(junk),
      ]),
    })
  },
}

function aim(dice: Dice, known: Known): Aimed {
  const query = dice.pick(["", `?key=${known.key}`])
  const status = query ? "CREDENTIALS" : dice.pick(["CREATION_SUCCESS", "RECONNECTED"])
  const body = { status, account_id: `acc_${dice.roll(100)}`, ...(query ? {} : { name: dice.pick(known.names) }) }
  const about = dice.roll(10) === 0 ? "nothing" : dice.pick(Object.keys(spoils) as [string])
  const spoilt = spoils[about]?.(body, query, known, dice)
  return { method: "POST", path: `/${query}`, headers: {}, about, ...json(body), ...spoilt }
}

it(`takes of ${count} random and hostile notifications the sound ones, and nothing else`, {
  timeout: 60_000,
}, async () => {
  const soon = Date.now() + 3_600_000
  const known: Known = {
    names: [await signName("ada", soon, secret), await signName("bob", soon, secret)],
    expired: await signName("ada", Date.now() - 1, secret),
    forged: await signName("ada", soon, "another secret, of 32 characters or more"),
    key: await getStatusKey(secret),
  }
  const dice = createDice(20_261_122)
  const shots = Array.from({ length: count }, () => aim(dice, known))
  const wrong: string[] = []
  const statuses = new Set<number>()
  await fire(origin, shots, ({ about, path, body }, { status, headers, text }) => {
    statuses.add(status)
    const complain = (what: string) => wrong.push(`${about}: ${path} ${body.subarray(0, 200)}: ${what}`)
    if ((status === 204) !== (about === "nothing")) complain(`answered ${status}`)
    if ([secret, ...Object.values(known).flat()].some((hidden) => `${headers}${text}`.includes(hidden))) complain(text)
    if (status >= 400 && JSON.parse(text).status !== status) complain(`says ${text}`)
  })
  expect(wrong).toEqual([])
  expect([...statuses].sort()).toEqual([204, 400, 403, 405, 413])

  const sound = shots.filter(({ about }) => about === "nothing")
  const told = sound.map(({ body }) => JSON.parse(String(body)))
  const userOf = (name: string) => (name === known.names[0] ? "ada" : "bob")
  const callbacks = told.filter(({ name }) => name).map(({ name, account_id }) => `${userOf(name)} ${account_id}`)
  const statusesTold = told.filter(({ name }) => !name).map(({ account_id }) => account_id)
  expect(stored.sort()).toEqual(callbacks.sort())
  expect(mailed.sort()).toEqual(statusesTold.sort())
  expect(stored.length + mailed.length).toBeGreaterThan(count / 20)
})
