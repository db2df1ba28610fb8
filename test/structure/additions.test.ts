import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { createActor } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { checkpointKinds } from "../../machines/checkpoint-kinds.ts"
import { providers } from "../../machines/providers.ts"
import { getState } from "../../src/intent/get-step.ts"
import { newIntent } from "../../src/intent/saved-intent.ts"
import { layers } from "./layer-rules.ts"
import { read, root } from "./source-files.ts"

/** Returns the names that a text lacks. */
const missingIn = (text: string, names: string[]) => names.filter((name) => !text.includes(name))

const transports = readdirSync(join(root, "src/transports"))
  .map((name) => /^export (?:function|const) (create\w+Transport)\b/m.exec(read(`src/transports/${name}`))?.[1])
  .filter((name) => name !== undefined)

describe("each transport", () => {
  it("is found", () => expect(transports.length).toBeGreaterThan(2))

  it.each([
    ["is exported", "src/index.ts", (name: string) => name],
    ["is checked by the conformance suite", "test/testing/right-transports.ts", (name: string) => name],
    ["has a row on its page", "docs/transports.md", (name: string) => `| \`${name}\` |`],
  ])("%s: %s", (_, path, toText) => {
    expect(missingIn(read(path), transports.map(toText))).toEqual([])
    // The page builds this transport as its example.
    expect(missingIn(read(path), [toText("createAcmeTransport")])).toEqual([toText("createAcmeTransport")])
  })
})

it("each provider is in the first sentence of the README, and a keyword of the package", () => {
  const [sentence = ""] =
    read("README.md")
      .split(/\n{2,}/)[1]
      ?.split(". ") ?? []
  const words = providers.map((provider) => provider.toLowerCase())
  expect(missingIn(sentence.toLowerCase(), words)).toEqual([])
  const { keywords } = JSON.parse(read("package.json")) as { keywords: string[] }
  expect(words.filter((word) => !keywords.includes(word))).toEqual([])
  expect(missingIn(sentence.toLowerCase(), ["no-such"])).toEqual(["no-such"])
})

describe("each entry of the package", () => {
  const { exports } = JSON.parse(read("package.json")) as { exports: Record<string, string> }
  const folders = Object.values(exports)
    .map((path) => /^\.\/dist\/src\/(.+)\/index\.js$/.exec(path)?.[1])
    .filter((folder) => folder !== undefined)

  it("is found", () => expect(folders.length).toBeGreaterThan(5))

  it.each([
    ["is in the README", "README.md", (folder: string) => `auth-intent/${folder}\``],
    ["is in the reference", "docs/reference/typedoc.json", (folder: string) => `src/${folder}/index.ts"`],
    ["is on the page of the reference", "docs/reference/README.md", (folder: string) => `/${folder}\``],
  ])("%s: %s", (_, path, toText) => {
    expect(missingIn(read(path), folders.map(toText))).toEqual([])
    expect(missingIn(read(path), [toText("no-such")])).toEqual([toText("no-such")])
  })
})

const checkpoint: unknown = authIntentMachine.config.states?.["checkpoint"]
const { states }: { states: object } = JSON.parse(JSON.stringify(checkpoint))

it("each kind of checkpoint has a state of its own in the chart, and each state there a kind", () => {
  const reached = Object.keys(checkpointKinds).map((type) => {
    const at = {
      state: "checkpoint",
      accountId: "acc_1",
      checkpoint: { type },
      expiresAt: Date.now() + 60_000,
    } as const
    const resume = { ...newIntent({ provider: "INSTAGRAM" }), ...at }
    const actor = createActor(authIntentMachine, { input: { provider: "INSTAGRAM", resume } }).start()
    actor.stop()
    return getState(actor.getSnapshot())
  })
  const named = [...reached, "checkpoint.recognizing", "checkpoint.unsupported"]
  expect(named.sort()).toEqual(
    Object.keys(states)
      .map((name) => `checkpoint.${name}`)
      .sort(),
  )
})

it("the table of layers is the one that the architecture shows", () => {
  const rows = read("docs/architecture.md").matchAll(/^\| \d+ \| (`.+?`) \|/gm)
  const shown = [...rows].map(([, row = ""]) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  const names = layers.slice(1, -1).map((row) => row.map((path) => path.replace(/^src\/|\/$|\.ts$/g, "")))
  expect(shown).toEqual(names)
})
