import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { createMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { clientFailures, failureTable, type Recovery } from "../../machines/failures.ts"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { getMessage } from "../../src/failures/messages.ts"
import { usernames } from "../../src/sandbox/usernames.ts"
import { drawStatechart } from "./draw-statechart.ts"
import { read, root } from "./source-files.ts"

/** A person's options after each recovery. */
const toShow: Record<Recovery, string> = {
  correct: "the form again",
  retry: "the form again",
  restart: "start again",
  stop: "no button",
}

const row = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`

/** Every failure with its text, as a table. */
function drawFailures(): string {
  const byApi = Object.entries(failureTable).flatMap(([status, types]) =>
    Object.entries(types).map(([name, recovery]) => ({ status: Number(status), type: `errors/${name}`, recovery })),
  )
  const own = Object.entries(clientFailures).map(([type, recovery]) => ({ status: 0, type, recovery }))
  const rows = [...byApi, ...own].map((failure) =>
    row([
      failure.status || "–",
      `\`${failure.type}\``,
      failure.recovery,
      getMessage(failure),
      toShow[failure.recovery],
    ]),
  )
  return [row(["status", "type", "recovery", "text", "show"]), row(Array(5).fill("---")), ...rows].join("\n")
}

/** The sandbox's usernames and codes, as a table. */
const drawUsernames = () =>
  [
    row(["username", "what happens"]),
    row(["---", "---"]),
    ...usernames.map(({ username, about }) => row([`\`${username}\``, about])),
  ].join("\n")

/** The list of the pages with their descriptions, in the order of docs/README.md. */
function listPages(): string {
  const items = read("docs/README.md").matchAll(/^(?:-|\d+\.) (\[.+\]\(.+\.md\): .+)$/gm)
  const [, about = ""] = read("README.md").split(/\n{2,}/)
  const text = about.replaceAll("\n", " ").replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
  return `# auth-intent\n\n> ${text}\n\n## Pages\n\n${[...items].map(([, item]) => `- ${item}`).join("\n")}\n`
}

// `npm run docs` runs these tests with --update, which writes the expected pages.
describe("a page that is written from the code", () => {
  it.each([
    ["the failures, each with its text and what to show", "docs/failures.md", "failures", drawFailures],
    ["the usernames that choose in the sandbox", "docs/sandbox.md", "usernames", drawUsernames],
  ])("is as the code is now: %s", async (_, path, name, draw) => {
    const [before, , after, ...more] = read(path).split(new RegExp(`(?<=<!-- ${name} -->)|(?=<!-- /${name} -->)`))
    expect(more).toEqual([])
    await expect(`${before}\n\n${draw()}\n\n${after}`).toMatchFileSnapshot(join(root, path))
  })

  it("is as the pages are now: llms.txt", async () => {
    await expect(listPages()).toMatchFileSnapshot(join(root, "docs/llms.txt"))
  })
})

describe("a table of codes", () => {
  /** Returns the codes of a union, each with a docstring. */
  const codesIn = (path: string, start: RegExp) => {
    const union =
      read(path)
        .split(start)[1]
        ?.split(/\n\n|\n\s+\/\*\* What happened/)[0] ?? ""
    return [...union.matchAll(/\*\/\s+\| "(\w+)"/g)].map(([, code]) => code).sort()
  }
  const codesOf = (page: string, heading: RegExp) =>
    [...(read(page).split(heading)[1]?.split(/\n\n/)[0] ?? "").matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code).sort()

  it("has every code of an AuthIntentError, with its cause and its cure", () => {
    const codes = codesIn("src/auth-intent-error.ts", /export type AuthIntentErrorCode =/)
    expect(codes.length).toBeGreaterThan(10)
    expect(codesOf("docs/errors.md", /\| code \| cause \| cure \|/)).toEqual(codes)
  })

  it("has every code of the relay's problems", () => {
    const codes = codesIn("src/server/host.ts", /(?=\/\*\* A page of another origin was refused)/)
    expect(codes.length).toBeGreaterThan(5)
    expect(codesOf("docs/relay.md", /\| code \| what it means \|/)).toEqual(codes)
  })
})

describe("a table of options", () => {
  /** Returns the names of an interface's members. */
  const membersOf = (path: string, name: string) => {
    const [, body = ""] = read(path).split(new RegExp(`^(?:export )?interface ${name}\\b.*?\\{$`, "ms"))
    return [...(body.split(/^\}/m)[0] ?? "").matchAll(/^ {2}(\w+)\??: /gm)].map(([, member]) => member).sort()
  }
  /** Returns the code names in the first column of the table below a head. */
  const namesIn = (page: string, head: string) => {
    const [, table = ""] = read(page).split(head)
    const rows = [...(table.split(/\n\n/)[0] ?? "").matchAll(/^\| (.*?) \|/gm)]
    return rows.flatMap(([, cell = ""]) => [...cell.matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name)).sort()
  }
  const options = "machines/auth-intent.types.ts IntentTimes"
  const form = ["src/react/connect-account.tsx ConnectAccountLooks", "src/page/page-intent.types.ts PageOptions"]

  it.each([
    [
      "front-end.md",
      "| prop | what it is |",
      [...form, "src/intent/create-auth-intent.ts RunOptions", options],
      ["relay"],
    ],
    ["deadlines.md", "| option | default | meaning |", [options], ["clock"]],
    ["relay.md", "| option | what is counted | default | past it |", ["src/server/limits.ts RelayLimits"], []],
    ["failures.md", "| part | what it is |", ["machines/failures.ts Failure"], []],
  ])("has the names that the type has: %s", (page, head, types, more) => {
    const members = types.flatMap((type) => membersOf(...(type.split(" ") as [string, string])))
    expect(members.length).toBeGreaterThan(2)
    const names = new Set([...members, ...more])
    // The form has no `provider`: the first of its providers is chosen.
    if (page === "front-end.md") names.delete("provider")
    expect(namesIn(join("docs", page), head)).toEqual([...names].sort())
  })
})

it("the page of the form has the custom properties that its stylesheet reads", () => {
  const namesIn = (text: string) =>
    [...new Set([...text.matchAll(/--ai-[a-z-]*[a-z]/g)].map(([name]) => name.replace(/-tint$/, "")))].sort()
  const names = namesIn(read("src/react/style.css"))
  expect(names.length).toBeGreaterThan(10)
  // A name with -tint counts as the name without it.
  expect(namesIn(read("docs/front-end.md"))).toEqual(names)
})

it("the lines that a page shows for an older Node are those that the tests of the engines run", () => {
  const [, lines = "none"] = /^```js\n(.*?)^```$/ms.exec(read("docs/durable.md")) ?? []
  expect(read("test/durable/service.mjs").replaceAll(/^ +/gm, "")).toContain(lines.replaceAll(/^ +/gm, ""))
})

/** Every page directly in docs/ except the index. */
const indexed = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md") && name !== "README.md")

it("the index has every page of its folder", () => {
  expect(indexed.filter((name) => !listPages().includes(`](${name}): `))).toEqual([])
})

it("each page but the index ends with a next step", () => {
  expect(indexed.length).toBeGreaterThan(10)
  const lasts = indexed.map((name) => [name, read(join("docs", name)).trimEnd().split("\n").at(-1)])
  expect(lasts.filter(([, last]) => !/^Next: .*\[.+\]\(.+\)/.test(last ?? ""))).toEqual([])
})

it.each([authIntentMachine, hostedAuthMachine])("the definition of $id as JSON draws the same picture", (machine) => {
  const loaded = createMachine(JSON.parse(JSON.stringify(machine.config)))
  expect(drawStatechart(loaded)).toBe(drawStatechart(machine))
  const { initial, ...other } = JSON.parse(JSON.stringify(machine.config))
  expect(drawStatechart(createMachine({ ...other, initial: "failed" }))).not.toBe(drawStatechart(machine))
})
