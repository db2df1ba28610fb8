import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))

const page = `export {
  approveInApp, cancelIntent, createAuthIntent, createPostpressTransport, getMessage, getStep, messages,
  parseSavedIntent, saveIntent, submitCode, submitCredentials, submitPhone, switchMethod, waitForIntent,
} from "auth-intent"`

const { outputFiles, metafile } = await build({
  stdin: { contents: page, resolveDir: root, sourcefile: "page.js" },
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  platform: "browser",
  outdir: "out",
  absWorkingDir: root,
  metafile: true,
  write: false,
})
const outputs = Object.entries(metafile.outputs)
const [entry] = outputs.find(([, { entryPoint }]) => entryPoint === "page.js") ?? [""]

/** An output and what it imports, now or, with dynamic imports, when it first sends. */
function loads(path: string, kinds: string[], loaded = new Set<string>()): Set<string> {
  if (loaded.has(path)) return loaded
  loaded.add(path)
  for (const next of metafile.outputs[path]?.imports ?? []) {
    if (kinds.includes(next.kind)) loads(next.path, kinds, loaded)
  }
  return loaded
}

const first = loads(entry, ["import-statement"])
const all = loads(entry, ["import-statement", "dynamic-import"])
const later = [...all].filter((path) => !first.has(path))

const gzipped = (paths: Iterable<string>) =>
  [...paths]
    .map((path) => outputFiles.find((file) => file.path.endsWith(path))?.contents ?? new Uint8Array())
    .reduce((sum, contents) => sum + gzipSync(contents, { level: 9 }).length, 0)

const packagesIn = (paths: Iterable<string>) =>
  [...paths].flatMap((path) =>
    Object.entries(metafile.outputs[path]?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) => {
      const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? []
      return name !== undefined && bytesInOutput > 0 ? [name] : []
    }),
  )

it("loads at most 22 000 bytes of gzip with a page, xstate and valibot included", () => {
  const bytes = gzipped(first)
  expect(bytes, `${bytes} bytes load with the page`).toBeLessThanOrEqual(22_000)
  expect(new Set(packagesIn(first))).toEqual(new Set(["xstate", "valibot"]))
})

it("loads at most 5 000 bytes more when it first sends", () => {
  const bytes = gzipped(later)
  expect(bytes, `${bytes} bytes load when it first sends`).toBeLessThanOrEqual(5_000)
  expect(packagesIn(later)).toContain("ofetch")
})

it("leaves nothing out of the count", () => {
  expect([...all].sort()).toEqual(outputs.map(([path]) => path).sort())
  expect(outputFiles).toHaveLength(outputs.length)
})
