import type { SourceFile } from "./source-files.ts"

/** What is wrong with some files, a line each. */
type Rule = (files: SourceFile[]) => string[]

const inFolder =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`))

const isEntry = (path: string) => /^src\/(.+\/)?index\.ts$/.test(path)

/** Each import that may not be, among the files that a rule is for. */
const forbid =
  (covers: (path: string) => boolean, isWrong: (imported: string) => boolean): Rule =>
  (files) =>
    files
      .filter(({ path }) => covers(path))
      .flatMap(({ path, imports }) => imports.filter(isWrong).map((imported) => `${path} imports ${imported}`))

/** A file and all that it leads to. */
function reach(files: SourceFile[], start: string): SourceFile[] {
  const reached = new Set<SourceFile>()
  const visit = (path: string) => {
    const file = files.find((each) => each.path === path)
    if (file === undefined || reached.has(file)) return
    reached.add(file)
    file.imports.forEach(visit)
  }
  visit(start)
  return [...reached]
}

const isOurs = inFolder("machines", "src", "test", "docs")

export const layerRules = {
  "machines/ imports only xstate and itself": forbid(
    inFolder("machines"),
    (imported) => imported !== "xstate" && !inFolder("machines")(imported),
  ),
  "src/ imports nothing of test/ or docs/": forbid(
    inFolder("src"),
    (imported) => isOurs(imported) && !inFolder("src", "machines")(imported),
  ),
  "one file imports ofetch": (files) => {
    const [, ...more] = files.filter(({ imports }) => imports.includes("ofetch"))
    return more.map(({ path }) => `${path} imports ofetch`)
  },
  "only the schemas import valibot": forbid(
    (path) => !inFolder("src/schemas")(path),
    (imported) => imported === "valibot",
  ),
  "nothing inside imports an entry point": forbid(() => true, isEntry),
  "the core leads to no package but xstate, ofetch and valibot": (files) =>
    forbid(
      () => true,
      (imported) => !isOurs(imported) && !["xstate", "ofetch", "valibot"].includes(imported),
    )(reach(files, "src/index.ts")),
  "file names are kebab-case": (files) =>
    files
      .filter(({ path }) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)+[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(path))
      .map(({ path }) => path),
  "no file is too long": (files) =>
    files
      .filter(({ path, lines }) => lines > (path.endsWith(".machine.ts") ? 300 : 150))
      .map(({ path, lines }) => `${path} has ${lines} lines`),
} satisfies Record<string, Rule>
