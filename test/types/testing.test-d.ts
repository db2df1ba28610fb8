import { expectTypeOf } from "vitest"
import { createPostpressTransport } from "../../src/index.ts"
import type { createPageDriver, PageFields, PageLocator, PageLocators } from "../../src/testing/index.ts"
import {
  checkProperties,
  createActorDriver,
  getScenarios,
  runScenario,
  testTransport,
} from "../../src/testing/index.ts"

// The options of a page driver have exported types.
expectTypeOf<Parameters<typeof createPageDriver>[1]>().toEqualTypeOf<PageLocators>()
expectTypeOf<PageLocators["fields"]>().toEqualTypeOf<Partial<PageFields> | undefined>()
expectTypeOf<PageLocator>().toEqualTypeOf<string | RegExp>()

// A property knows the snapshot of its machine, and its memory.
checkProperties({
  memory: { codes: 0 },
  remember: ({ memory, move }) => ({ codes: memory.codes + (move && "person" in move ? 1 : 0) }),
  properties: {
    "attempts are counted": {
      when: ({ snapshot }) => snapshot.matches("checkpoint"),
      always({ snapshot, memory, now }) {
        expectTypeOf(snapshot.context.attempts).toEqualTypeOf<number>()
        expectTypeOf(memory).toEqualTypeOf<{ codes: number }>()
        expectTypeOf(now).toEqualTypeOf<number>()
        return true
      },
    },
  },
})
// @ts-expect-error: a property is a function
checkProperties({ properties: { it: { always: true } } })

// Payloads belong to the machine's moves.
getScenarios({ strategy: "random", payloads: { "right code": [{ code: "123 456" }] } })
// @ts-expect-error: a code is a text
getScenarios({ strategy: "random", payloads: { "right code": [{ code: 123456 }] } })
// @ts-expect-error: there is no such strategy
getScenarios({ strategy: "rndom" })

// A scenario by hand has its expectations.
const input = { provider: "INSTAGRAM" } as const
// @ts-expect-error: `expect` is missing
runScenario({ name: "by hand", input, steps: [{ do: { person: "inApp.approve" } }] }, createActorDriver())
// @ts-expect-error: a driver is needed
runScenario({ name: "by hand", input, steps: [] })

// `testTransport` tests a transport.
const connected = { status: 201, body: {} }
testTransport((fetch) => createPostpressTransport({ apiKey: "key", fetch }), {
  credentials: { username: "ada", password: "correct horse" },
  connected,
})
// @ts-expect-error: nothing is created
testTransport(() => undefined, { credentials: {}, connected })
// @ts-expect-error: the response to connect by is missing
testTransport((fetch) => createPostpressTransport({ apiKey: "key", fetch }), { credentials: {} })
testTransport((fetch) => createPostpressTransport({ apiKey: "key", fetch }), {
  credentials: { username: "ada", password: "correct horse" },
  connected: { solve: connected },
})
testTransport((fetch) => createPostpressTransport({ apiKey: "key", fetch }), {
  credentials: { username: "ada", password: "correct horse" },
  // @ts-expect-error: a login connects in the end, by credentials or by a solution
  connected: { submit: connected },
})
