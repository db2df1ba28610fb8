// Bundles a TypeScript file of this folder for this Node, and runs it: run.mjs bench|soak [arguments].
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const [name, ...rest] = process.argv.slice(2)

await build({
  entryPoints: { [name]: here(`${name}.ts`), server: here("server.ts") },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  // Below node_modules, so that imports find the peers and git ignores the output.
  outdir: here("node_modules/.cache/bench"),
  outExtension: { ".js": ".mjs" },
})
const file = here(`node_modules/.cache/bench/${name}.mjs`)
// A large nursery: without it, many concurrent intents spend a third of the time on collecting live objects.
const flags = name === "soak" ? ["--max-semi-space-size=64"] : []
const child = spawn(process.execPath, [...flags, file, here("../../"), ...rest], { stdio: "inherit" })
child.on("exit", (code) => {
  process.exitCode = code ?? 1
})
