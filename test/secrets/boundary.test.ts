import { describe, expect, it } from "vitest"
import { createActor, waitFor } from "xstate"
import { submitCredentials } from "../../src/intent/events.ts"
import { withTransport } from "../../src/intent/with-transport.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { Canaries } from "./canaries.ts"
import { carelessLogins, echoedLogins, echoes, intelliwiseLogins, type Login, never, wholeLogins } from "./logins.ts"
import { textOf, watchLogins } from "./watch.ts"

const watch = watchLogins()

/** The searched places of all logins that are searched whole, as "surface in state". */
const places = new Set<string>()

// Many logins differ only in data.
describe.each<[string, Login[], boolean]>([
  ["whole logins", wholeLogins, true],
  ["logins whose server repeats every secret in every encoding and place", echoedLogins, false],
  ["logins at intelliwise", intelliwiseLogins, false],
  ["logins through a careless transport", carelessLogins, true],
])("no secret leaves %s", (_, logins, isWhole) => {
  it.each(logins)("$title", async (login) => {
    const { leaks, searched } = await watch(login, { isWhole })
    expect([...leaks]).toEqual([])
    expect([...searched.keys()]).toContain(login.ends ?? "failed")
    for (const [state, surfaces] of isWhole ? searched : []) {
      for (const surface of surfaces) places.add(`${surface} in ${state}`)
    }
  })
})

it.each(["400 in Problem Details", "a checkpoint of an unknown type", "an HTML page"])(
  "only a body that the host opens holds what was repeated: %s",
  async (title) => {
    const { opened, leaks, searched } = await watch({ play: (intent) => intent.logIn(echoes[title] ?? never) })
    expect([...leaks]).toEqual([])
    expect(opened).toHaveLength(1)
    expect(textOf(opened)).toMatch(/ada/)
    expect(searched.get("submitting")).toContain("opened report")
  },
)

it("the chart holds no secret of the intents that run on it", async () => {
  const canaries = new Canaries()
  const transport = createPostpressTransport({
    apiKey: canaries.apiKey,
    fetch: () => new Response(canaries.everything),
  })
  const machine = withTransport(transport)
  const actor = createActor(machine, { input: { provider: "INSTAGRAM" } }).start()
  actor.send(submitCredentials(canaries.credentials))
  await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
  expect(canaries.find(textOf(machine, 3))).toEqual([])
  actor.stop()
})

it("the server repeats all of it, as the opened bodies show", async () => {
  const found = new Set<string>()
  await watch({
    async play(intent) {
      await intent.logIn((sent) => {
        for (const name of intent.canaries.find(sent.echo)) found.add(name)
        return new Response(null, { status: 500 })
      })
    },
  })
  expect([...found].sort()).toEqual(["apiKey", "code", "password", "phone", "sessionId", "sessionToken"])
})

const states = [
  ...["idle", "submitting", "solving", "connected", "expired", "failed"],
  ...["twoFactor", "otp", "inApp", "phone", "unsupported"].map((kind) => `checkpoint.${kind}`),
]
const surfaces = [
  ...["actor", "snapshot", "context", "persisted snapshot", "record", "step", "output", "clone"],
  ...["event", "@xstate.event", "@xstate.snapshot", "@xstate.microstep"].map((type) => `inspected ${type}`),
]

it("every surface is searched in every state", () => {
  const expected = states.flatMap((state) => surfaces.map((surface) => `${surface} in ${state}`))
  expect(expected.filter((place) => !places.has(place))).toEqual([])
  expect(
    [...places].filter((place) => /^(report|opened report|mistake|console\.warn) in/.test(place)).length,
  ).toBeGreaterThan(3)
})
