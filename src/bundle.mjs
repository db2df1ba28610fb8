// Bundles the sources, so that to import an entry point is to read some few files, and not fifty: a folder becomes a file,
// and the core with its machines is one. tsc emits the types.
import { readFileSync } from "node:fs"
import { dirname, relative, sep } from "node:path"
import { build } from "rolldown"

const { bin, exports } = JSON.parse(readFileSync("package.json", "utf8"))
const entries = [...Object.values(exports), ...Object.values(bin)]
  .map((file) => /^(?:\.\/)?dist\/(.+)\.js$/.exec(file)?.[1])
  .filter((entry) => entry !== undefined)

/** What every login needs is one file; the modules at the top of src have no folder. A page's bundler drops what it does not use. */
const core = ["", "machines", "http", "failures", "transports", "intent", "hosted"]

/** Modules that are not in the file of their folder, as a page can do without them. */
const others = {
  "src/page/countries": "countries",
  "src/page/page-messages": "page-messages",
  "src/react/use-auth-intent": "use-auth-intent",
}

/** Returns the name of the file that a module goes to, or `null` for an entry point, which stays where it is. */
function fileOf(id) {
  // The bundler's own module.
  if (id.startsWith("\0")) return "core"
  const [path] = relative(".", id).replaceAll(sep, "/").split(".")
  if (entries.includes(path)) return null
  const folder = dirname(path).replace(/^src\/?/, "")
  return others[path] ?? (core.includes(folder) ? "core" : folder.replaceAll("/", "-"))
}

const xstate = "setup|assign|fromPromise"
const ours = "\\w+\\.createMachine|Object\\.keys"
/** The calls that define schemas and machines, but for those in docstrings. */
const definition = new RegExp(`(?<!^ \\*.*)\\b(v\\.(?!safeParse)[a-z]\\w*|${xstate}|${ours})(<[^()]*>)?\\(`, "gm")

/** Marks definitions as what has no effects, so that a page's bundler drops those that it does not use. */
function markDefinitions(code, id) {
  return /\.(schema|setup|machine|guards)\.ts$/.test(id) ? code.replaceAll(definition, "/* @__PURE__ */ $&") : undefined
}

await build({
  input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
  external: /^[^./]/,
  platform: "node",
  plugins: [{ name: "definitions", transform: markDefinitions }],
  preserveEntrySignatures: "allow-extension",
  // React reads `"use client"` at the top of an entry point, where it stays.
  checks: { moduleLevelDirective: false },
  output: {
    dir: "dist",
    chunkFileNames: "chunks/[name].js",
    // The code is to be read in stack traces and in an editor.
    minify: false,
    minifyInternalExports: false,
    generatedCode: { symbols: false },
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: fileOf, debugName: "folders" }] },
  },
})
