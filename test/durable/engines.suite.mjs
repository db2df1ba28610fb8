import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { describeConformance, findSecrets, firstKey, login } from "./conformance.ts"
import { openProcessBench } from "./process-bench.mjs"

// A service may take many seconds to start again, which a deadline has to survive.
const times = { intentLifetime: 20_000, inAppPollInterval: 300, retention: 20_000 }

describe.each(["restate", "postgres"].filter((name) => !process.env.ENGINE || process.env.ENGINE === name))(
  "intents on %s",
  (name) => {
    let bench
    beforeAll(async () => {
      bench = await openProcessBench(name, { createSandbox, keys: [firstKey], times })
    }, 120_000)
    afterAll(() => bench?.close(), 60_000)

    describeConformance(async () => bench)

    it("leave the secrets readable in the engine's data where events are not encrypted", async () => {
      const plain = await openProcessBench(name, { createSandbox, keys: [firstKey], times, isUnsealed: true })
      await plain.start("ada")
      await plain.send("ada", login("2fa", "UNSEALED-CANARY"))
      const written = await plain.data()
      await plain.close()
      expect(findSecrets(written, ["UNSEALED-CANARY", "never written"])).toEqual(["UNSEALED-CANARY"])
    })
  },
)
