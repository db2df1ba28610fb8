import { describe, expect, it } from "vitest"
import { layerRules } from "./layer-rules.ts"
import { importsOf, readSources, type SourceFile } from "./source-files.ts"

const sources = [...readSources("machines"), ...readSources("src")]

const file = (path: string, imports: string[] = [], lines = 1): SourceFile => ({ path, lines, imports })

/** Files that break one rule each, and how the rule says so. */
const planted: Record<keyof typeof layerRules, [SourceFile[], string[]]> = {
  "machines/ imports only xstate and itself": [
    [file("machines/a.ts", ["xstate", "machines/b.ts", "src/c.ts", "xstate/guards", "node:fs"])],
    ["machines/a.ts imports src/c.ts", "machines/a.ts imports xstate/guards", "machines/a.ts imports node:fs"],
  ],
  "src/ imports nothing of test/ or docs/": [
    [file("src/a.ts", ["src/b.ts", "machines/c.ts", "xstate", "test/d.ts", "docs/e.ts"])],
    ["src/a.ts imports test/d.ts", "src/a.ts imports docs/e.ts"],
  ],
  "one file imports ofetch": [
    [file("src/a.ts", ["ofetch"]), file("src/b.ts", ["ofetch"])],
    ["src/b.ts imports ofetch"],
  ],
  "only the schemas import valibot": [
    [file("src/schemas/a.ts", ["valibot"]), file("src/b.ts", ["valibot"])],
    ["src/b.ts imports valibot"],
  ],
  "nothing inside imports an entry point": [
    [file("src/a.ts", ["src/index.ts"]), file("src/cli/b.ts", ["src/sandbox/index.ts"])],
    ["src/a.ts imports src/index.ts", "src/cli/b.ts imports src/sandbox/index.ts"],
  ],
  "the core leads to no package but xstate, ofetch and valibot": [
    [
      file("src/index.ts", ["src/a.ts", "xstate"]),
      file("src/a.ts", ["src/index.ts", "node:http", "srvx", "valibot"]),
      file("src/apart.ts", ["node:fs"]),
    ],
    ["src/a.ts imports node:http", "src/a.ts imports srvx"],
  ],
  "file names are kebab-case": [
    [file("src/get-step.ts"), file("src/getStep.ts"), file("machines/a_b.machine.ts"), file("src/Cli/main.ts")],
    ["src/getStep.ts", "machines/a_b.machine.ts", "src/Cli/main.ts"],
  ],
  "no file is too long": [
    [file("machines/a.machine.ts", [], 300), file("machines/b.machine.ts", [], 301), file("src/c.ts", [], 151)],
    ["machines/b.machine.ts has 301 lines", "src/c.ts has 151 lines"],
  ],
}

describe.each(Object.entries(layerRules))("%s", (name, rule) => {
  it("holds", () => expect(rule(sources)).toEqual([]))

  it("sees what breaks it", () => {
    const [files, wrong] = planted[name as keyof typeof layerRules]
    expect(rule(files)).toEqual(wrong)
  })
})

it("reads every way to import", () => {
  const text = `
    import "./a.ts"
    import type { B } from "../b.ts"
    export * from "./c.ts"
    export { d } from "xstate"
    const e = () => import("node:fs")
    type F = import("./f.ts").F // import "./comment.ts"
    const text = 'import "./text.ts"'
  `
  const imports = ["src/x/a.ts", "src/b.ts", "src/x/c.ts", "xstate", "node:fs", "src/x/f.ts"]
  expect(importsOf("src/x/y.ts", text)).toEqual(imports)
})

it("reads the whole tree", () => {
  const paths = sources.map(({ path }) => path)
  expect(paths).toEqual(expect.arrayContaining(["machines/auth-intent.machine.ts", "src/index.ts", "src/cli/main.ts"]))
  expect(sources.filter(({ imports }) => imports.includes("ofetch"))).toHaveLength(1)
})
