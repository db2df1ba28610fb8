import { expect, it } from "vitest"
import { parseAccountStatus } from "../../../src/server/hosted/notifications.ts"

it.each([
  ["CREDENTIALS", true],
  ["OK", false],
])("reports that %s needs a reconnect: %s", (status, needsReconnect) => {
  expect(parseAccountStatus({ account_id: "acc_1", status, more: 1 })).toEqual({
    accountId: "acc_1",
    status,
    needsReconnect,
  })
})

it.each([null, [], "CREDENTIALS", {}, { account_id: 7, status: "CREDENTIALS" }, { account_id: "acc_1" }])(
  "refuses %j",
  (body) => {
    const wrong = expect.objectContaining({ name: "AuthIntentError", code: "invalid_notification" })
    expect(() => parseAccountStatus(body)).toThrow(wrong)
  },
)
