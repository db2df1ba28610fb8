import { readFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { bugs } from "./bugs.ts"
import { pageBugs } from "./page-bugs.ts"

const all = { machine: { planted: bugs, least: 150 }, page: { planted: pageBugs, least: 22 } }

describe.each(Object.entries(all))("the planted bugs of the %s", (_, { planted, least }) => {
  it("are many, with names of their own", () => {
    expect(planted.length).toBeGreaterThanOrEqual(least)
    expect(new Set(planted.map(({ name }) => name)).size).toBe(planted.length)
  })

  it.each(planted)("can be planted in exactly one place: $name", async ({ file, from, to }) => {
    const source = await readFile(new URL(`../../${file}`, import.meta.url), "utf8")
    expect(source.split(from)).toHaveLength(2)
    expect(to).not.toBe(from)
  })
})

it("the planted bugs are of every class", () => {
  expect([...new Set(bugs.map((bug) => bug.class))].sort()).toEqual([
    ...["actions", "chart", "delays", "edge", "guards", "resume", "sends", "steps"],
  ])
})
