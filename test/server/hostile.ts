import { Agent, request } from "node:http"
import { text } from "node:stream/consumers"

/** One request, as odd as it may be. */
export interface Shot {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
}

export interface Hit {
  status: number
  headers: string
  text: string
}

/** Random choices that a seed repeats. */
export function createDice(seed: number) {
  let state = seed
  const roll = (sides: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
  return {
    roll,
    pick: <Item>(items: readonly [Item, ...Item[]]): Item => items[roll(items.length)] ?? items[0],
    bytes: (length: number) => Buffer.from(Array.from({ length }, () => roll(256))),
  }
}

export type Dice = ReturnType<typeof createDice>

/** Fires every shot, so many at once, over connections that are kept; `hit` hears each answer. */
export async function fire<Each extends Shot>(
  origin: string,
  shots: readonly Each[],
  hit: (shot: Each, answer: Hit) => void,
): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  const left = shots.values()
  const one = (shot: Each) =>
    new Promise<Hit>((resolve, reject) => {
      const { method, path, headers, body } = shot
      const length = { "content-length": String(body.length) }
      const sent = request(`${origin}${path}`, { agent, method, headers: { ...length, ...headers } }, (answer) => {
        const { statusCode: status = 0, rawHeaders } = answer
        text(answer).then((text) => resolve({ status, headers: rawHeaders.join("\n"), text }), reject)
      })
      sent.on("error", reject).end(body)
    })
  const gun = async () => {
    for (const shot of left) hit(shot, await one(shot))
  }
  await Promise.all(Array.from({ length: 32 }, gun))
  agent.destroy()
}

/** What no field of any body should be. */
export const junk: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  -1,
  1e308,
  "",
  "x".repeat(5000),
  [],
  {},
  [[[[]]]],
  { $ne: null },
  { toString: 1, valueOf: 1 },
  { __proto__: null, constructor: { prototype: {} } },
]
