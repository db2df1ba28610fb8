import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseAst } from "vitest/node"

export interface SourceFile {
  /** From the root of the repository. */
  path: string
  lines: number
  /** Its imports and re-exports, types included: a file of the repository, or a package as written. */
  imports: string[]
}

export const root = fileURLToPath(new URL("../..", import.meta.url))

/** Reads a file of the repository. */
export const read = (path: string) => readFileSync(join(root, path), "utf8")

/** Every page below docs/, from the root of the repository. */
export const guides = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
  .map((name) => join("docs", name))

export const pages = ["README.md", ...guides]

/** Returns every module that a text names at a place for an import. */
export function importsOf(path: string, text: string): string[] {
  const named: string[] = []
  JSON.stringify(parseAst(text, { lang: path.endsWith("x") ? "tsx" : "ts" }), (key, node) => {
    if (key === "source" && node?.type === "Literal") named.push(node.value)
    return node
  })
  return named.map((name) => (name.startsWith(".") ? join(path, "..", name) : name))
}

/** Reads every TypeScript file of a folder. */
export const readSources = (folder: string): SourceFile[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes("node_modules"))
    .map((name) => {
      const path = join(folder, name)
      const text = read(path)
      return { path, lines: text.trimEnd().split("\n").length, imports: importsOf(path, text) }
    })
