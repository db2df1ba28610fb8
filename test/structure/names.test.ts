import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { root } from "./source-files.ts"

const kebabCase = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/
const vague = /^(utils?|helpers?|common|shared|misc)(\.|$)/

/** Names chosen by tools, or by a page on the internet. */
const exempt =
  /node_modules|\/\.next|__screenshots__|\/dist\/|^dist\/|\.cache|README\.md$|reference\/pages|\[\.\.\.path\]/

/** Returns the names that break a rule, as paths. */
const wrongIn = (paths: string[]) =>
  paths.filter((path) => path.split("/").some((name) => !kebabCase.test(name) || vague.test(name)))

const pathsOf = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => !exempt.test(path))
    .map((path) => `${folder}/${path}`)

describe("a file's name", () => {
  it.each(["machines", "src", "test", "docs"])("is kebab-case and not vague, in %s/", (folder) => {
    const paths = pathsOf(folder)
    expect(paths.length).toBeGreaterThan(5)
    expect(wrongIn(paths)).toEqual([])
  })

  it("is reported where it is not", () => {
    const wrong = [
      "src/getStep.ts",
      "machines/a_b.machine.ts",
      "src/Terminal/main.ts",
      "src/utils/a.ts",
      "test/helpers.ts",
    ]
    expect(wrongIn([...wrong, "src/intent/get-step.ts", "src/a.schema.ts", "test/playground/.gitignore"])).toEqual(
      wrong,
    )
  })
})
