import { expect, it } from "vitest"
import { compile } from "./compile.ts"

it("compiles with neither a DOM nor Node", () => {
  expect(compile("machines")).toBe("")
})

const absent = ["fetch", "window", "document", "process", "setTimeout", "console", "Buffer", "URL", "AbortSignal"]
const said = compile("machines", {
  ...Object.fromEntries(absent.map((name) => [`${name}.ts`, `export const planted = ${name}\n`])),
  "module.ts": 'export { readFileSync } from "node:fs"\n',
})

it.each(absent)("knows no %s", (name) => {
  expect(said).toMatch(new RegExp(`${name}\\.ts.* error TS\\d+: Cannot find name '${name}'`))
})

it("knows no module of Node", () => {
  expect(said).toMatch(/module\.ts.* error TS\d+: Cannot find .*'node:fs'/)
})
