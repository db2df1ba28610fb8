import { fileURLToPath } from "node:url"
import { build } from "esbuild"

/** Bundles a module for a Cloudflare worker without Node's modules. */
export async function bundleWorker(entry: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
  })
  return outputFiles[0]?.text ?? ""
}
