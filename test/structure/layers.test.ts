import { describe, expect, it } from "vitest"
import { layerRules, layers, maxLines } from "./layer-rules.ts"
import { importsOf, read, readSources, type SourceFile } from "./source-files.ts"

const sources = [...readSources("machines"), ...readSources("src")]

const file = (path: string, imports: string[] = [], lines = 1): SourceFile => ({ path, lines, imports })

/** Files that each break one rule, and the rule's report. */
const planted: Record<keyof typeof layerRules, [SourceFile[], string[]]> = {
  "every file has a layer": [
    [file("machines/a.ts"), file("src/secret.ts"), file("src/b.ts"), file("src/utils/c.ts")],
    ["src/b.ts", "src/utils/c.ts"],
  ],
  "every arrow points to a layer below": [
    [
      file("machines/a.machine.ts", ["xstate", "machines/b.ts", "src/secret.ts"]),
      file("src/sandbox/a.ts", ["src/intent/a.ts", "src/sandbox/b.ts", "src/server/a.ts", "src/testing/a.ts"]),
      file("src/secret.ts", ["src/auth-intent-error.ts", "machines/a.ts", "src/index.ts"]),
    ],
    [
      "machines/a.machine.ts imports src/secret.ts",
      "src/sandbox/a.ts imports src/server/a.ts",
      "src/sandbox/a.ts imports src/testing/a.ts",
      "src/secret.ts imports src/index.ts",
    ],
  ],
  "no files import each other in a circle": [
    [
      file("src/a.ts", ["src/b.ts", "src/d.ts"]),
      file("src/b.ts", ["src/c.ts", "xstate"]),
      file("src/c.ts", ["src/a.ts", "src/d.ts"]),
      file("src/d.ts", ["src/e.ts"]),
      file("src/e.ts", ["src/e.ts"]),
    ],
    ["src/a.ts → src/b.ts → src/c.ts → src/a.ts", "src/e.ts → src/e.ts"],
  ],
  "no folders import each other in a circle": [
    [
      file("src/http/a.ts", ["src/http/b.ts", "src/failures/a.ts", "src/secret.ts"]),
      file("src/failures/b.ts", ["src/http/b.ts"]),
      file("src/testing/a.ts", ["src/testing/model/a.ts"]),
      file("src/testing/model/b.ts", ["src/testing/b.ts"]),
      file("src/server/hosted/a.ts", ["src/server/relay/a.ts"]),
      file("src/server/relay/b.ts", ["src/server/hosted/b.ts"]),
      file("src/secret.ts", ["src/auth-intent-error.ts"]),
      file("src/index.ts", ["src/http/a.ts"]),
    ],
    ["src/failures → src/http → src/failures", "src/server/hosted → src/server/relay → src/server/hosted"],
  ],
  "machines/ imports only xstate and itself": [
    [file("machines/a.ts", ["xstate", "machines/b.ts", "src/c.ts", "xstate/guards", "node:fs"])],
    ["machines/a.ts imports src/c.ts", "machines/a.ts imports xstate/guards", "machines/a.ts imports node:fs"],
  ],
  "only src/transports/postpress.ts imports ofetch": [
    [file("src/transports/postpress.ts", ["ofetch"]), file("src/http/b.ts", ["ofetch"])],
    ["src/http/b.ts imports ofetch"],
  ],
  "only schemas import valibot": [
    [file("src/a.schema.ts", ["valibot"]), file("src/schemas/b.ts", ["valibot"])],
    ["src/schemas/b.ts imports valibot"],
  ],
  "nothing inside imports an entry point": [
    [file("src/a.ts", ["src/index.ts"]), file("src/terminal/b.ts", ["src/sandbox/index.ts"])],
    ["src/a.ts imports src/index.ts", "src/terminal/b.ts imports src/sandbox/index.ts"],
  ],
  "no file is too long": [
    [file("src/a.ts", [], maxLines), file("src/b.ts", [], maxLines + 1)],
    [`src/b.ts has ${maxLines + 1} lines`],
  ],
}

describe.each(Object.entries(layerRules))("%s", (name, rule) => {
  it("holds", () => expect(rule(sources)).toEqual([]))

  it("reports what breaks it", () => {
    const [files, wrong] = planted[name as keyof typeof layerRules]
    expect(rule(files)).toEqual(wrong)
  })
})

it.each([
  ["dom/login-page.ts", 120],
  ["vue/login-page.vue", 120],
  ["svelte/login-page.svelte", 120],
  ["login-page.test.ts", 29],
])("the example %s is at most %i lines, to be copied", (path, lines) => {
  expect(read(`docs/examples/${path}`).trimEnd().split("\n").length).toBeLessThanOrEqual(lines)
})

it.each(layers.flat())("%s is there, so that the table names nothing that is gone", (folder) => {
  expect(sources.filter(({ path }) => path.startsWith(folder)).length).toBeGreaterThan(0)
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
  expect(importsOf("src/x/y.tsx", 'import { A } from "./a.tsx"\nconst b = <A />')).toEqual(["src/x/a.tsx"])
})

it("reads the whole tree", () => {
  const paths = sources.map(({ path }) => path)
  expect(paths).toEqual(expect.arrayContaining(["machines/auth-intent.machine.ts", "src/index.ts"]))
  expect(sources.filter(({ imports }) => imports.includes("ofetch"))).toHaveLength(1)
})
