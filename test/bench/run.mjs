// Bundles a TypeScript file of this folder for the Node that runs, and runs it: run.mjs bench|soak [arguments].
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
  // Below node_modules, so that the peers are found and nothing of it is kept.
  outdir: here("node_modules/.cache/bench"),
  outExtension: { ".js": ".mjs" },
})
const file = here(`node_modules/.cache/bench/${name}.mjs`)
const child = spawn(process.execPath, ["--expose-gc", file, here("../../"), ...rest], { stdio: "inherit" })
child.on("exit", (code) => {
  process.exitCode = code ?? 1
})
