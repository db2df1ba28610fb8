import { expect, it } from "vitest"
import { rememberIntent } from "../../src/sandbox/remember-intent.ts"
import type { Intent } from "../../src/sandbox/sandbox-state.ts"

const intent = (accountId: string): Intent => ({
  accountId,
  provider: "LINKEDIN",
  scenario: { checkpoints: ["2FA"] },
  expiresAt: 300_000,
  left: ["2FA"],
  questions: 0,
  over: false,
})

it("forgets the oldest of more than 10 000 intents", () => {
  const intents = new Map<string, Intent>()
  for (let count = 0; count < 10_000; count += 1) rememberIntent(intents, intent(`acc_${count}`))
  expect(intents.size).toBe(10_000)
  rememberIntent(intents, intent("acc_new"))
  expect(intents.size).toBe(10_000)
  expect([intents.has("acc_0"), intents.has("acc_1"), intents.has("acc_new")]).toEqual([false, true, true])
})
