import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { build, stop } from "esbuild"
import { afterAll, describe, expect, it } from "vitest"
import { Canaries } from "./canaries.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
/** An encoding that no search knows. */
const encode = (text: string) => Buffer.from(Buffer.from(text).map((byte) => byte ^ 42)).toString("hex")

const logins = ["custom", "idle", "postpress"].map((transport) => [transport, new Canaries()] as const)
const directory = await mkdtemp(join(tmpdir(), "auth-intent-heap-"))

afterAll(async () => {
  await stop()
  await rm(directory, { recursive: true })
})

const entryPoints = [fileURLToPath(new URL("hold-login.ts", import.meta.url))]
const format = { bundle: true, platform: "node", format: "esm", outExtension: { ".js": ".mjs" } } as const
await build({ ...format, entryPoints, outdir: directory, absWorkingDir: root })
const secrets = logins.flatMap(([, { credentials, code }]) => [credentials.password, code].map(encode))
const program = join(directory, "hold-login.mjs")
const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", program, directory, ...secrets], {
  timeout: 60_000,
})
expect(JSON.parse(stdout)).toEqual(["connected", "connected", "connected", 6])

const texts = new Map<string, Promise<string>>()

/** Reads a snapshot's strings. They come last: everything before is numbers of nodes and edges. */
async function readStrings(moment: string): Promise<string> {
  const snapshot = await readFile(join(directory, `${moment}.heapsnapshot`), "utf8")
  const start = snapshot.indexOf('"strings":[')
  expect(start).toBeGreaterThan(0)
  return snapshot.slice(start)
}

describe.each(logins)("the memory of a process that logs in by the %s transport", (_, canaries) => {
  const held = async (moment: string) => {
    const text = texts.get(moment) ?? readStrings(moment)
    texts.set(moment, text)
    return canaries.find(await text)
  }

  it("holds the password while it is sent", async () => {
    expect(await held("submitting")).toContain("password")
  })

  it("holds it no more at the checkpoint", async () => {
    expect(await held("checkpoint")).toEqual([])
  })

  it("holds neither password nor code once connected", async () => {
    expect(await held("connected")).toEqual([])
  })
})
