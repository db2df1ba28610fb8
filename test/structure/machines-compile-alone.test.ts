import { expect, it } from "vitest"
import { compile } from "./compile.ts"

const absent = ["fetch", "window", "document", "process", "setTimeout", "console", "Buffer", "URL", "AbortSignal"]
const reported = compile("machines", {
  ...Object.fromEntries(absent.map((name) => [`${name}.ts`, `export const planted = ${name}\n`])),
  "module.ts": 'export { readFileSync } from "node:fs"\n',
})

it("compiles with neither a DOM nor Node", () => {
  const isPlanted = (line: string) => [...absent, "module"].some((name) => line.includes(`/${name}.ts(`))
  expect(reported.split("\n").filter((line) => line && !isPlanted(line))).toEqual([])
})

it.each(absent)("knows no %s", (name) => {
  expect(reported).toMatch(new RegExp(`${name}\\.ts.* error TS\\d+: Cannot find name '${name}'`))
})

it("knows no module of Node", () => {
  expect(reported).toMatch(/module\.ts.* error TS\d+: Cannot find .*'node:fs'/)
})
