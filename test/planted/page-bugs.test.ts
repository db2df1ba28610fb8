import { readFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { pageBugs } from "./page-bugs.ts"

describe("The planted bugs of the page", () => {
  it("are at least 22, each with a name of its own", () => {
    expect(pageBugs.length).toBeGreaterThanOrEqual(22)
    expect(new Set(pageBugs.map(({ name }) => name)).size).toBe(pageBugs.length)
  })

  it.each(pageBugs)("have exactly one place: $name", async ({ file, from, to }) => {
    const source = await readFile(new URL(`../../${file}`, import.meta.url), "utf8")
    expect(source.split(from)).toHaveLength(2)
    expect(to).not.toBe(from)
  })
})
