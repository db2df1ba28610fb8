import type { SourceFile } from "./source-files.ts"

/** The maximal length of a file, in lines. */
export const maxLines = 200

/**
 * The layers, the lowest first: a file imports its own folder and lower layers. Folders of one layer do not import
 * each other. `docs/architecture.md` shows the same table.
 */
export const layers: string[][] = [
  ["machines/"],
  ["src/attempt.ts", "src/call-within.ts", "src/auth-intent-error.ts", "src/secret.ts", "src/values.schema.ts"],
  ["src/http/"],
  ["src/failures/"],
  ["src/transports/"],
  ["src/intent/"],
  ["src/hosted/"],
  ["src/sandbox/", "src/server/", "src/page/"],
  ["src/testing/", "src/react/", "src/terminal/", "src/durable/"],
  ["src/restate/", "src/dbos/"],
  ["src/index.ts"],
]

/** Returns the mistakes in some files, a line each. */
type Rule = (files: SourceFile[]) => string[]

const inFolder =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`))

const isOurs = inFolder("machines", "src", "test", "docs")
const isEntry = (path: string) => /^src\/(.+\/)?index\.tsx?$/.test(path)

/** Returns the layer of a file and its folder there; the single files of a layer count as one folder. */
function placeOf(path: string): { layer: number; folder: string } | undefined {
  const layer = layers.findIndex((folders) => folders.some((folder) => path.startsWith(folder)))
  const folder = layers[layer]?.find((each) => path.startsWith(each))
  return folder === undefined ? undefined : { layer, folder: folder.endsWith("/") ? folder : "files" }
}

/** Returns each forbidden import of the files that a rule covers. */
const forbid =
  (covers: (path: string) => boolean, isWrong: (imported: string, path: string) => boolean): Rule =>
  (files) =>
    files
      .filter(({ path }) => covers(path))
      .flatMap(({ path, imports }) =>
        imports.filter((imported) => isWrong(imported, path)).map((imported) => `${path} imports ${imported}`),
      )

function pointsUp(imported: string, path: string): boolean {
  const [from, to] = [placeOf(path), placeOf(imported)]
  if (from === undefined || to === undefined) return false
  return to.layer > from.layer || (to.layer === from.layer && to.folder !== from.folder)
}

/** Returns each cycle of a graph once, as its names in order, beginning with the alphabetically first. */
function findCircles(graph: Map<string, Set<string>>): string[] {
  const found = new Set<string>()
  const done = new Set<string>()
  const visit = (name: string, way: string[]) => {
    const at = way.indexOf(name)
    if (at >= 0) {
      const round = way.slice(at)
      const first = round.indexOf([...round].sort()[0] ?? "")
      const turned = [...round.slice(first), ...round.slice(0, first)]
      found.add([...turned, turned[0]].join(" → "))
      return
    }
    if (done.has(name)) return
    for (const next of graph.get(name) ?? []) visit(next, [...way, name])
    done.add(name)
  }
  for (const name of graph.keys()) visit(name, [])
  return [...found]
}

const toFileGraph = (files: SourceFile[]) => new Map(files.map(({ path, imports }) => [path, new Set(imports)]))

const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"))

const contains = (folder: string, other: string) => folder.startsWith(`${other}/`) || other.startsWith(`${folder}/`)

/** Returns the imports between folders. A file directly in src/ counts as a folder; nested folders count as one. */
function toFolderGraph(files: SourceFile[]) {
  const nameOf = (path: string) => (folderOf(path) === "src" ? path : folderOf(path))
  const graph = new Map<string, Set<string>>()
  for (const { path, imports } of files) {
    const from = nameOf(path)
    const to = imports.filter(isOurs).map(nameOf)
    graph.set(
      from,
      new Set([...(graph.get(from) ?? []), ...to.filter((name) => name !== from && !contains(name, from))]),
    )
  }
  return graph
}

export const layerRules = {
  "every file has a layer": (files) => files.filter(({ path }) => placeOf(path) === undefined).map(({ path }) => path),
  "every arrow points to a layer below": forbid(() => true, pointsUp),
  "no files import each other in a circle": (files) => findCircles(toFileGraph(files)),
  "no folders import each other in a circle": (files) => findCircles(toFolderGraph(files)),
  "machines/ imports only xstate and itself": forbid(
    inFolder("machines"),
    (imported) => imported !== "xstate" && !inFolder("machines")(imported),
  ),
  "only src/transports/postpress.ts imports ofetch": forbid(
    (path) => path !== "src/transports/postpress.ts",
    (imported) => imported === "ofetch",
  ),
  "only schemas import valibot": forbid(
    (path) => !path.endsWith(".schema.ts"),
    (imported) => imported === "valibot",
  ),
  "nothing inside imports an entry point": forbid(() => true, isEntry),
  "no file is too long": (files) =>
    files.filter(({ lines }) => lines > maxLines).map(({ path, lines }) => `${path} has ${lines} lines`),
} satisfies Record<string, Rule>
