import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import type { Failure, SavedIntent } from "../../machines/auth-intent.types.ts"
import { checkpoints, deadline } from "../machine/places.ts"

const wrongCode: Failure = {
  type: "errors/invalid_checkpoint_solution",
  status: 401,
  title: "Wrong",
  recovery: "correct",
}
const interrupted = { type: "client/interrupted", status: 0, recovery: "retry" }

const waiting = {
  version: 1,
  revision: 3,
  provider: "INSTAGRAM",
  state: "checkpoint",
  accountId: "acc_1",
  checkpoint: { type: "2FA" },
  expiresAt: deadline,
  attempts: 2,
  failure: wrongCode,
  timedOut: true,
} satisfies SavedIntent

describe("resumed in a new process", () => {
  const run = async (record: object) => {
    const script = fileURLToPath(new URL("resume.mjs", import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(record)])
    return JSON.parse(stdout)
  }
  const soon = () => ({ ...waiting, expiresAt: Date.now() + 200_000 })
  const { accountId, expiresAt } = waiting
  const bare = { version: 1, revision: 3, provider: "INSTAGRAM", attempts: 0, timedOut: false }

  const records: { title: string; record: () => object; state: string; step: object; output?: object }[] = [
    { title: "idle", record: () => ({ ...bare, state: "idle" }), state: "idle", step: { kind: "credentials" } },
    {
      title: "submitting",
      record: () => ({ ...bare, state: "submitting" }),
      state: "idle",
      step: { kind: "credentials", failure: interrupted },
    },
    ...checkpoints.map((each) => ({
      title: `checkpoint ${each.name}`,
      record: () => ({ ...soon(), checkpoint: each.checkpoint }),
      state: each.state,
      step: { attempts: 2, failure: wrongCode, checkpoint: { type: each.checkpoint.type } },
    })),
    {
      title: "solving",
      record: () => ({ ...soon(), state: "solving" }),
      state: "checkpoint.twoFactor",
      step: { kind: "code", failure: interrupted },
    },
    {
      title: "past its deadline",
      record: () => ({ ...waiting, expiresAt: Date.now() - 1 }),
      state: "expired",
      step: { kind: "done", status: "expired" },
    },
    {
      title: "connected",
      record: () => ({ ...bare, state: "connected", accountId }),
      state: "connected",
      step: { kind: "done", status: "connected" },
      output: { status: "connected", provider: "INSTAGRAM", accountId: "acc_1" },
    },
    {
      title: "expired",
      record: () => ({ ...waiting, state: "expired" }),
      state: "expired",
      step: { kind: "done", status: "expired" },
      output: { status: "expired", provider: "INSTAGRAM", accountId, expiresAt, failure: wrongCode },
    },
    {
      title: "failed",
      record: () => ({ ...waiting, state: "failed" }),
      state: "failed",
      step: { kind: "done", status: "failed" },
      output: { status: "failed", provider: "INSTAGRAM", accountId, failure: wrongCode },
    },
  ]

  test.concurrent.each(records)("$title", async ({ record, state, step, output }) => {
    const given = record()
    const seen = await run(given)
    expect(seen.sent).toBe(0)
    const { value } = seen
    expect(typeof value === "string" ? value : Object.entries(value).flat().join(".")).toBe(state)
    expect(seen.step).toMatchObject(step)
    if (output) expect(seen.output).toEqual(output)
    expect(seen.saved.expiresAt).toBe((given as Partial<SavedIntent>).expiresAt)
  })
})
