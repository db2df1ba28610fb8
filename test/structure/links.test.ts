import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { guides, pages, read, root } from "./source-files.ts"

/** Returns the link and picture targets of a text inside the repository, for example `docs/testing.md#clocks`. */
const linksIn = (text: string) =>
  [...text.replace(/^```.*?^```/gms, "").matchAll(/(?:\]\(|\b(?:src|srcset|href)=")(?![a-z]+:)([^)\s"]+)/g)].map(
    ([, link = ""]) => decodeURI(link),
  )

/** Returns the anchors of a page's headings, as GitHub makes them. */
const anchorsIn = (text: string) =>
  [...text.replace(/```[\s\S]*?```/g, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  )

/** Whether a link's target exists. */
function leads(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#")
  const target = path === "" ? page : join(dirname(page), path)
  if (!existsSync(join(root, target))) return false
  return anchor === undefined || !target.endsWith(".md") || anchorsIn(read(target)).includes(anchor)
}

describe("a link", () => {
  it.each(pages)("leads to what is there: %s", (page) => {
    expect(linksIn(read(page)).filter((link) => !leads(page, link))).toEqual([])
  })

  it("is reported where it leads nowhere", () => {
    const text =
      '[a](gone.md) [b](https://example.com) [c](README.md#no-such-heading) [d](#nor-this) [e](README.md) <img src="gone.png"> ![f](no.png)'
    expect(linksIn(text).filter((link) => !leads("README.md", link))).toEqual([
      "gone.md",
      "README.md#no-such-heading",
      "#nor-this",
      "gone.png",
      "no.png",
    ])
  })

  it("leads from the README to every guide, by way of others or not", () => {
    const reached = new Set(["README.md"])
    for (const page of reached) {
      for (const link of linksIn(read(page))) {
        const target = join(dirname(page), link.split("#")[0] ?? "")
        if (pages.includes(target)) reached.add(target)
      }
    }
    expect(guides.filter((guide) => !reached.has(guide))).toEqual([])
    expect(guides.length).toBeGreaterThan(5)
  })
})
