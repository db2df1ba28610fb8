import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const guides = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"))
const pages = ["README.md", ...guides.map((name) => join("docs", name))]

/** The relative links of a page. */
const linksOf = (page: string) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) => link)

it.each(pages)("%s links to what is there", (page) => {
  expect(linksOf(page).filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
})

it("leaves no guide without a link from the README", () => {
  expect(linksOf("README.md")).toEqual(expect.arrayContaining(guides.map((name) => `docs/${name}`)))
})
