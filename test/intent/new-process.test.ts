import { execFile } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { build } from "esbuild"
import { expect, test } from "vitest"
import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { saveIntent } from "../../src/intent/saved-intent.ts"
import { at, places } from "../machines/auth-intent/places.ts"

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

test("each record is where it belongs in a new process, with the same step, and nothing is sent", async () => {
  const later = { expiresAt: Date.now() + 200_000 }
  const records: SavedIntent[] = []
  for (const place of places) {
    const saved = saveIntent((await at(place)).actor.getSnapshot())
    records.push({ ...saved, ...(saved.expiresAt !== undefined && later) })
  }
  const { sent, found } = await resumeAll(records)
  expect([sent, found.length]).toEqual([0, places.length])
  for (const [index, { name, state, from }] of places.entries()) {
    const record = records[index] as SavedIntent
    expect([name, found[index].state, found[index].step]).toEqual([name, from ?? state, getStep(record)])
    const { attempts, expiresAt } = found[index].saved
    expect([attempts, expiresAt]).toEqual([record.attempts, record.expiresAt])
  }
})
