import { readFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { bugs } from "./bugs.ts"

describe("the planted bugs", () => {
  it("are at least 150, of every class", () => {
    expect(bugs.length).toBeGreaterThanOrEqual(150)
    expect([...new Set(bugs.map((bug) => bug.class))].sort()).toEqual([
      ...["actions", "chart", "delays", "edge", "guards", "resume", "sends", "steps"],
    ])
  })

  it("have names of their own", () => expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length))

  it.each(bugs)("can be planted in exactly one place: $name", async ({ file, from, to }) => {
    const source = await readFile(new URL(`../../${file}`, import.meta.url), "utf8")
    expect(source.split(from)).toHaveLength(2)
    expect(to).not.toBe(from)
  })
})
