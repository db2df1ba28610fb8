import { expect, it } from "vitest"
import { interpret } from "../../../src/testing/auth-intent/interpret.ts"

it.each(["Retry-After", "retry-after"])("reads when to try again from %s, as a transport does", (name) => {
  const reply = { status: 429, headers: { [name]: "30" }, body: { type: "errors/too_many_requests" } }
  const ending = interpret(reply, { id: "", src: "", input: { provider: "TWITTER" } }, 1_000)
  expect(ending).toMatchObject({ output: { kind: "rejected", failure: { retryAt: 31_000 } } })
})
