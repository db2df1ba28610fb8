import { describe, expect, it, vi } from "vitest"
import { findSecrets } from "../../src/testing/find-secrets.ts"
import { describeConformance, login } from "./conformance.ts"
import { openInProcessBench } from "./in-process-bench.ts"

describe("intents on an engine in this process", () => describeConformance(openInProcessBench))

it("finds the secrets in an engine's data where events are not encrypted", async () => {
  // The test replaces the cipher and no module: it shares modules with the tests beside it.
  const encrypt = vi.spyOn(crypto.subtle, "encrypt").mockImplementation(async (_, __, plain) => plain as ArrayBuffer)
  const { start, send, data } = await openInProcessBench()
  await start("ada")
  await send("ada", login("2fa", "CANARY"))
  encrypt.mockRestore()
  expect(findSecrets(await data(), ["CANARY", "777333"])).toEqual(["CANARY"])
})
