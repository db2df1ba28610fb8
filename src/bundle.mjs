// Bundles the sources, so that to import an entry point is to read some few files, and not fifty: each folder becomes a
// file, whose types tsc emits. What a page can do without has a file of its own, which its bundler drops as a whole.
import { readFileSync } from "node:fs"
import { basename, dirname, relative, sep } from "node:path"
import { build } from "rolldown"

const { bin, exports } = JSON.parse(readFileSync("package.json", "utf8"))
const entries = [...Object.values(exports), ...Object.values(bin)]
  .map((file) => /^(?:\.\/)?dist\/(.+)\.js$/.exec(file)?.[1])
  .filter((entry) => entry !== undefined)

/** Modules with a file of their own, which holds what belongs to them too: `relay.ts` and `relay.schema.ts`. */
const own = [
  "machines/auth-intent",
  "machines/hosted-auth",
  "src/failures/messages",
  "src/failures/wire",
  "src/intent/get-step",
  "src/page/countries",
  "src/page/page-messages",
  "src/transports/intelliwise",
  "src/transports/postpress",
  "src/transports/relay",
]

/** Returns the name of the file that a module goes to, or `null` for an entry point, which stays where it is. */
function fileOf(id) {
  const [path] = relative(".", id).replaceAll(sep, "/").split(".")
  if (entries.includes(path)) return null
  if (own.includes(path)) return basename(path)
  // The modules at the top of src have no folder.
  return (
    dirname(path)
      .replace(/^src\/?/, "")
      .replaceAll("/", "-") || "base"
  )
}

await build({
  input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
  external: /^[^./]/,
  platform: "node",
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
