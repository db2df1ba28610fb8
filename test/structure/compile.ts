import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Compiles a folder by its own settings, together with more files, and gives what the compiler says. */
export function compile(project: string, more: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "compile-"))
  try {
    const settings = {
      extends: join(root, project, "tsconfig.json"),
      compilerOptions: {
        rootDir: "/",
        typeRoots: [join(root, "node_modules/@types")],
        noEmit: true,
        composite: false,
        tsBuildInfoFile: null,
      },
      include: [join(root, project), "."],
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings))
    for (const [name, text] of Object.entries(more)) writeFileSync(join(folder, name), text)
    const { stdout, stderr } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" })
    return `${stdout}${stderr}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}
