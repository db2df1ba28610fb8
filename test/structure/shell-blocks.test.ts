import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { pages, read, root } from "./source-files.ts"

/** The commands of a page: each line of its shell blocks, and npm and npx in its text. */
function commandsOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash)\n(.*?)^```/gms)].flatMap(([, block = ""]) => block.split("\n"))
  const inline = text.replace(/^```.*?^```/gms, "").matchAll(/`((?:npm|npx) [^`]+)`/g)
  return [
    ...blocks.flatMap((line) => line.replace(/ # .*/, "").split(" && ")),
    ...[...inline].map(([, line = ""]) => line),
  ]
    .map((line) => line.trim())
    .filter((line) => line !== "")
}

/** Commands from outside this repository, by page, each with where it runs, or why it does not. */
const elsewhere: Record<string, Record<string, string>> = {
  "docs/start.md": {
    "npm create vite@latest my-app -- --template react-ts --no-interactive": "test/frameworks/start.suite.mjs",
    "npx create-next-app@latest my-app --yes": "test/frameworks/start.suite.mjs",
    "cd my-app": "test/frameworks/start.suite.mjs",
    "npm init --yes": "test/frameworks/start.suite.mjs",
    "node server.mjs": "test/frameworks/start.suite.mjs",
    "npm run dev": "test/frameworks/start.suite.mjs",
  },
  "docs/relay.md": {
    'AUTH_INTENT_SECRET="replace this by 32 random characters or more"': "a line of an environment, no command",
  },
  "docs/inspector.md": {
    [/^node --.*$/m.exec(read("docs/inspector.md"))?.[0] ?? "none"]: "test/package/tarball.test.ts",
  },
  "docs/contributing.md": {
    "npm version 1.2.3 --no-git-tag-version": "changes the version: run for a release alone",
    "npm publish --dry-run": "run before a release, as the page says",
    "npm publish --provenance": "publishes: the workflow alone runs it",
    "npm pkg set": "the workflow runs it",
  },
}

const scriptsOf = (folder: string): Record<string, string> =>
  JSON.parse(read(join(folder, "package.json"))).scripts ?? {}

/** Returns the text of a script, and of the scripts and files that it starts in this repository. */
function textOf(folder: string, name: string): string {
  const script = scriptsOf(folder)[name] ?? ""
  const files = [...script.matchAll(/[\w/-]+\.(?:ts|mjs|sh)\b/g)].map(([path]) => join(folder, path))
  const others = [...script.matchAll(/npm (?:run )?(?:--prefix (\S+) )?([\w:]+)(?: --prefix (\S+))?/g)]
    .map(([, before, other = "", after]) => [join(folder, before ?? after ?? ""), other] as const)
    .filter(([prefix, other]) => scriptsOf(prefix)[other] !== undefined && (prefix !== folder || other !== name))
  const texts = files.filter((path) => existsSync(join(root, path))).map(read)
  return [script, ...texts, ...others.map(([prefix, other]) => textOf(prefix, other))].join("\n")
}

/** Returns the mistake in a command of npm or npx, if any. */
function mistakeIn(command: string): string | undefined {
  const [, prefix = "."] = /--prefix (\S+)/.exec(command) ?? []
  const [line = "", passed = ""] = command.replace(/ --prefix \S+/, "").split(" -- ")
  const [program, verb = "", ...words] = line.split(" ")
  if (program === "npx" && verb === "auth-intent") {
    const [name = "", ...options] = words
    const usage = read("src/terminal/main.ts").match(new RegExp(`^  auth-intent ${name}.*$`, "m"))?.[0]
    if (usage === undefined) return `no command ${name}`
    return options.filter((word) => word.startsWith("--") && !usage.includes(`[${word}`)).join(" ") || undefined
  }
  if (program !== "npm") return `unknown: ${program}`
  if (verb === "ci")
    return existsSync(join(root, prefix, "package-lock.json")) ? undefined : `no lock file in ${prefix}`
  if (verb === "install") {
    const { dependencies, devDependencies, peerDependencies, name } = JSON.parse(read("package.json"))
    const known = { ...dependencies, ...devDependencies, ...peerDependencies, [name]: "" }
    return words.filter((word) => !word.startsWith("--") && !(word in known)).join(" ") || undefined
  }
  const script = verb === "run" ? (words[0] ?? "") : verb
  if (scriptsOf(prefix)[script] === undefined) return `no script ${script} in ${prefix}`
  const text = textOf(prefix, script)
  const isKnown = (word: string) =>
    !Number.isNaN(Number(word)) || new RegExp(`\\b${word.replace(/^--/, "")}\\b`).test(text)
  return (
    passed
      .split(" ")
      .filter((word) => !isKnown(word))
      .join(" ") || undefined
  )
}

/** Returns the commands of a page that nobody could run as they stand, each with the reason. */
const wrongIn = (page: string, text: string) =>
  commandsOf(text)
    .filter((command) => elsewhere[page]?.[command] === undefined)
    .flatMap((command) => {
      const mistake = mistakeIn(command)
      return mistake === undefined ? [] : [`${command}: ${mistake}`]
    })

describe("a command that a page shows", () => {
  it.each(pages)("is there, with its options: %s", (page) => {
    expect(wrongIn(page, read(page))).toEqual([])
  })

  it("is found on the pages", () => {
    const commands = pages.flatMap((page) => commandsOf(read(page)))
    expect(commands).toEqual(
      expect.arrayContaining(["npm start", "npx auth-intent connect", "npm run planted -- chart"]),
    )
    expect(commands.length).toBeGreaterThan(30)
  })

  it("is reported where it is not", () => {
    const text = [
      "`npm run no-such` `npx auth-intent conect` `npx auth-intent sandbox --prot 1` `npm run planted -- --rans 3`",
      "```sh\nnpm ci --prefix test/none && npm install auth-intentt\npnpm test\n```",
    ].join("\n")
    expect(wrongIn("README.md", text)).toEqual([
      "npm ci --prefix test/none: no lock file in test/none",
      "npm install auth-intentt: auth-intentt",
      "pnpm test: unknown: pnpm",
      "npm run no-such: no script no-such in .",
      "npx auth-intent conect: no command conect",
      "npx auth-intent sandbox --prot 1: --prot",
      "npm run planted -- --rans 3: --rans",
    ])
  })

  it("is excused only where a page shows it, and by a file that is there", () => {
    for (const [page, reasons] of Object.entries(elsewhere)) {
      const commands = commandsOf(read(page))
      expect(Object.keys(reasons).filter((command) => !commands.includes(command))).toEqual([])
      const files = Object.values(reasons).filter((reason) => reason.startsWith("test/"))
      expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([])
    }
  })
})
