import { expect, test, vi } from "vitest"
import { Secret } from "../../src/secret.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"

const created = { object: "AccountCreated", account_id: "acc_1" }

test.each([
  [999, 1, "connected"],
  [1000, 0, "rejected"],
])("at %i, with a deadline at 1000, %i requests go out", async (time, requests, kind) => {
  const fetch = vi.fn(async () => Response.json(created, { status: 201 }))
  const transport = createPostpressTransport({ apiKey: "key", fetch })
  const outcome = await transport.solve(
    { provider: "INSTAGRAM", accountId: "acc_1", solution: { kind: "code", secret: new Secret("123456") } },
    { signal: new AbortController().signal, now: () => time, expiresAt: 1000 },
  )
  expect(outcome.kind).toBe(kind)
  expect(fetch).toHaveBeenCalledTimes(requests)
})
