import fc from "fast-check"
import { expect, it } from "vitest"
import type { Fetch } from "../../../src/http/post-json.ts"
import { always, hostTwo } from "./host-relay.ts"

const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "2FA" } }

const responses = {
  connected: always(201, { object: "AccountCreated", account_id: "acc_1" }),
  checkpoint: always(202, checkpoint),
  wrong: always(401, { type: "errors/invalid_checkpoint_solution" }),
  lost: always(502, "<html>"),
  over: always(403, { type: "errors/account_restricted" }),
}

const values = { code: "123456", method: undefined, inApp: undefined }

const solve = fc.record({
  kind: fc.constantFrom<keyof typeof values>("code", "method", "inApp", "inApp"),
  relay: fc.constantFrom<0 | 1>(0, 1),
  response: fc.constantFrom<keyof typeof responses>("connected", "checkpoint", "wrong", "wrong", "lost", "over"),
})

it("in whatever order requests, responses and the store come: one at a time upstream, delivered, and connected stays", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(solve, { minLength: 2, maxLength: 7 }), async (scheduler, solves) => {
      const upstream: string[] = []
      const wrong: string[] = []
      let next = 0
      let connections = 0
      let delivering = 0

      /** Takes enough steps for another request to catch up: hashing and sealing take turns of their own. */
      async function pass(label: string) {
        for (let step = 0; step < 5; step += 1) {
          await new Promise(setImmediate)
          await scheduler.schedule(Promise.resolve(), label)
        }
      }
      const fetch: Fetch = async (url, init) => {
        if (url.endsWith("/accounts")) return always(202, checkpoint)(url, init)
        const kind = JSON.parse(init.body).code === "in_app_validation" ? "inApp" : "other"
        // An approval gives way to another request, and no other request gives way.
        if (upstream.includes("other") || (kind === "inApp" && upstream.length > 0))
          wrong.push(`${upstream} and ${kind}`)
        upstream.push(kind)
        const { response = "wrong" } = solves[next++] ?? {}
        await pass(`response ${response}`)
        upstream.splice(upstream.indexOf(kind), 1)
        if (response === "connected") connections += 1
        return responses[response](url, init)
      }
      const options: Parameters<typeof hostTwo>[0] = {
        fetch,
        onConnected: async (account) => {
          delivering += 1
          if (delivering > 1) wrong.push("two calls of onConnected at once")
          await pass("onConnected")
          delivering -= 1
          host.connected.push(account)
        },
      }
      const { pair, ...host } = hostTwo(options, (memory) => ({
        get: (key) => scheduler.schedule(Promise.resolve(), "get").then(() => memory.get(key)),
        swap: (...entry) => scheduler.schedule(Promise.resolve(), "swap").then(() => memory.swap(...entry)),
      }))
      const { token } = await scheduler.waitFor(pair[0].login("x"))
      const pages = solves.map(({ kind, relay }) => pair[relay].solve(token, values[kind], { kind }))
      const shorts = (await scheduler.waitFor(Promise.all(pages))).map(({ short }) => short)

      expect(wrong).toEqual([])
      expect(host.problems.filter(({ code }) => code !== "api_failed")).toEqual([])
      // Two requests that both connect the account may both deliver it, if neither has seen the other.
      expect(host.connected.length).toBeLessThanOrEqual(connections)
      expect([host.connected.length > 0, shorts.includes("201")]).toEqual([connections > 0, connections > 0])
      if (connections === 0) return
      const before = [host.sent.length, host.connected.length]
      for (const { solve } of pair) expect((await scheduler.waitFor(solve(token))).short).toBe("201")
      expect([host.sent.length, host.connected.length]).toEqual(before)
    }),
    { numRuns: 100 },
  )
}, 120_000)
