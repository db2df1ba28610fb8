import { expectTypeOf } from "vitest"
import type { createPageDriver, PageFields, PageLocator, PageLocators } from "../../src/testing/index.ts"
import { checkProperties, getScenarios } from "../../src/testing/index.ts"

// What a page driver takes can be written down by name.
expectTypeOf<Parameters<typeof createPageDriver>[1]>().toEqualTypeOf<PageLocators>()
expectTypeOf<PageLocators["fields"]>().toEqualTypeOf<Partial<PageFields> | undefined>()
expectTypeOf<PageFields["username"]>().toEqualTypeOf<PageLocator>()

// A property knows the snapshot of its machine, and what is remembered.
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

// Payloads are of the machine's moves.
getScenarios({ strategy: "random", payloads: { "right code": [{ code: "123 456" }] } })
// @ts-expect-error: a code is a text
getScenarios({ strategy: "random", payloads: { "right code": [{ code: 123456 }] } })
// @ts-expect-error: there is no such strategy
getScenarios({ strategy: "rndom" })
