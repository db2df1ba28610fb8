// Bundles the sources: each folder becomes one file, and the core with its machines becomes one file. An import of an
// entry point then reads a few files instead of fifty. tsc emits the types.
import { readFileSync } from "node:fs"
import { dirname, relative, sep } from "node:path"
import { build } from "rolldown"

const { bin, exports } = JSON.parse(readFileSync("package.json", "utf8"))
const entries = [...Object.values(exports), ...Object.values(bin)]
  .map((file) => /^(?:\.\/)?dist\/(.+)\.js$/.exec(file)?.[1])
  .filter((entry) => entry !== undefined)

/** The folders that become one file, for every login; `""` is the top of src. A page's bundler drops unused code. */
const core = ["", "machines", "http", "failures", "transports", "intent", "hosted"]

/** Modules with a file of their own, because some pages do not need them. */
const others = {
  "src/page/countries": "countries",
  "src/page/page-messages": "page-messages",
  "src/react/use-auth-intent": "use-auth-intent",
}

/** Returns the name of a module's file, or `null` for an entry point, which stays where it is. */
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
/** The calls that define schemas and machines, except calls in docstrings. */
const definition = new RegExp(`(?<!^ \\*.*)\\b(v\\.(?!safeParse)[a-z]\\w*|${xstate}|${ours})(<[^()]*>)?\\(`, "gm")

/** Marks definitions as free of side effects, so that a page's bundler drops unused ones. */
function markDefinitions(code, id) {
  return /\.(schema|setup|machine|guards)\.ts$/.test(id) ? code.replaceAll(definition, "/* @__PURE__ */ $&") : undefined
}

await build({
  input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
  external: /^[^./]/,
  platform: "node",
  plugins: [{ name: "definitions", transform: markDefinitions }],
  preserveEntrySignatures: "allow-extension",
  // `"use client"` stays at the top of an entry point, where React reads it.
  checks: { moduleLevelDirective: false },
  output: {
    dir: "dist",
    chunkFileNames: "chunks/[name].js",
    // People read the code in stack traces and in editors.
    minify: false,
    minifyInternalExports: false,
    generatedCode: { symbols: false },
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: fileOf, debugName: "folders" }] },
  },
})
