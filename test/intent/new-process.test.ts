import { execFile } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { build } from "esbuild"
import { describe, expect, test } from "vitest"
import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Failure } from "../../machines/failures.ts"
import { waiting as atCheckpoint } from "../harness/open-intent.ts"
import { checkpoints } from "./places.ts"

const wrongCode: Failure = { type: "errors/invalid_checkpoint_solution", status: 401, recovery: "correct" }
const interrupted = { type: "client/interrupted", status: 0, recovery: "retry" }

const waiting = { ...atCheckpoint, failure: wrongCode, timedOut: true } satisfies SavedIntent

describe("resumed in a new process", () => {
  const soon = () => ({ ...waiting, expiresAt: Date.now() + 200_000 })
  const { accountId, expiresAt } = waiting
  const bare = { version: 1, revision: 3, provider: "INSTAGRAM", attempts: 0 }

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
      state: `checkpoint.${each.state}`,
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

  /** Resumes all records in one new process, as it is bundled. */
  async function resumeAll(given: object[]) {
    const folder = await mkdtemp(join(tmpdir(), "auth-intent-resume-"))
    try {
      const outfile = join(folder, "resume.mjs")
      const entryPoints = [fileURLToPath(new URL("resume-in-process.ts", import.meta.url))]
      await build({ entryPoints, bundle: true, platform: "node", format: "esm", outfile })
      const { stdout } = await promisify(execFile)(process.execPath, [outfile, JSON.stringify(given)])
      return JSON.parse(stdout)
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  test("each record is where it belongs, and nothing is sent", async () => {
    const given = records.map(({ record }) => record())
    const { sent, found } = await resumeAll(given)
    expect(sent).toBe(0)
    expect(found).toHaveLength(records.length)
    for (const [index, { title, state, step, output }] of records.entries()) {
      expect([title, found[index].state]).toEqual([title, state])
      expect(found[index].step).toMatchObject(step)
      if (output) expect(found[index].output).toEqual(output)
      expect(found[index].saved.expiresAt).toBe((given[index] as Partial<SavedIntent>).expiresAt)
    }
  })
})
