import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { findSecrets } from "../../src/testing/find-secrets.ts"
import { describeConformance, firstKey, login } from "./conformance.ts"
import { openProcessBench } from "./process-bench.mjs"

// A service may take many seconds to start again. A deadline has to survive them.
const times = { intentLifetime: 20_000, inAppPollInterval: 300, retention: 20_000 }

describe.each(["restate", "postgres"].filter((name) => !process.env.ENGINE || process.env.ENGINE === name))(
  "intents on %s",
  (name) => {
    let bench
    beforeAll(async () => {
      bench = await openProcessBench(name, { createSandbox, keys: [firstKey], times })
    }, 120_000)
    afterAll(() => bench?.close(), 60_000)

    it("go on where the engine dies and the service survives", async () => {
      const { service, engine, start, send, look, ends, until } = bench
      const ids = Array.from({ length: 20 }, (_, index) => `engine-${index}`)
      await Promise.all(ids.map(start))
      const polled = ids.slice(1)
      await Promise.all(polled.map((id) => send(id, login("in-app-pending-1000"))))
      await send(ids[0], login("2fa"))
      const deaths = service.deaths.length
      // Postgres loses its connections in the middle of many queries.
      for (const id of ids) bench.api.excused.add(id)
      for (let times = 0; times < 3; times += 1) {
        await engine.kill()
        await engine.boot()
      }
      await until(async () => (await look(ids[0])).busy === false)
      expect(await send(ids[0], { type: "code.submit", code: "123456" })).toMatchObject({ accepted: true })
      await until(async () => {
        const ended = (await ends()).map(({ id }) => id)
        return ids.every((id) => ended.includes(id))
      })
      expect(service.deaths).toHaveLength(deaths)
    })

    it.runIf(name === "postgres")("go on where it has refused what they write", async () => {
      const { engine, start, send, look, sent, ends, until } = bench
      const ids = ["refused-poll", "refused-code"]
      await Promise.all(ids.map(start))
      await send("refused-poll", login("in-app-pending-1000"))
      await send("refused-code", login("2fa"))
      await engine.setReadOnly(true)
      // The intent is interrupted at its next poll, and its retries fail.
      await sleep(8_000)
      await engine.setReadOnly(false)
      const asked = (await sent()).length
      await until(async () => (await sent()).length > asked + 2)
      expect(await send("refused-code", { type: "code.submit", code: "123456" })).toMatchObject({ accepted: true })
      await until(async () => ids.every((id) => bench.api.ends.some((end) => end.id === id)))
      expect(await look("refused-poll")).toMatchObject({ output: { status: "expired" } })
      expect((await ends()).filter(({ id }) => ids.includes(id))).toHaveLength(2)
    })

    // The last test stops the engine.
    describeConformance(async () => bench)

    it("have called onEnd once for each intent, but where it failed or the service died in it", () => {
      const ends = bench.api.ends.filter(({ id }) => !bench.api.excused.has(id))
      expect(ends.length).toBeGreaterThan(20)
      const again = ends.filter(({ id, at }, index) => {
        const before = ends.slice(0, index).findLast((end) => end.id === id)
        return before && !bench.service.deaths.some((death) => death > before.at - 1_000 && death < at)
      })
      expect(again).toEqual([])
    })

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

it("the adapters accept the types of the engines' own packages", () => {
  const folder = mkdtempSync(fileURLToPath(new URL("node_modules/typed-", import.meta.url)))
  const file = join(folder, "host.ts")
  const lines = [
    'import { DBOS } from "@dbos-inc/dbos-sdk"',
    'import * as restate from "@restatedev/restate-sdk"',
    'import { createDbosIntents, type DbosOptions } from "../../../../dist/src/dbos/index.js"',
    'import { createRestateIntents } from "../../../../dist/src/restate/index.js"',
    "declare const of: DbosOptions<object>",
    "export const onPostgres = createDbosIntents({ ...of, DBOS })",
    'const { service } = createRestateIntents({ ...of, restate, ingress: "http://localhost:8080" })',
    "void restate.serve({ services: [service] })",
  ]
  writeFileSync(file, lines.join("\n"))
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url))
  const flags = "--ignoreConfig --noEmit --strict --skipLibCheck --target es2022 --module nodenext".split(" ")
  const { stdout } = spawnSync(process.execPath, [tsc, ...flags, file], { encoding: "utf8" })
  rmSync(folder, { recursive: true })
  expect(stdout).toBe("")
})
