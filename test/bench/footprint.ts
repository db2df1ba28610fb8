import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { median } from "./measure.ts"
import type { Table } from "./table.ts"

/** The code that a page needs, as in the weight test. */
const page = `export {
  approveInApp, cancelIntent, createAuthIntent, createRelayTransport, getMessage, getStep, messages,
  parseSavedIntent, saveIntent, submitCode, submitCredentials, submitPhone, switchMethod, waitForIntent,
} from "../../dist/src/index.js"`

const pages: [name: string, contents: string][] = [
  ["two requests by hand", 'export { byHand } from "./by-hand.ts"'],
  ["a minimal XState machine", 'export { createMinimalLogin } from "./minimal-machine.ts"'],
  [
    "xstate and valibot alone",
    `export { assign, createActor, fromPromise, setup } from "xstate"
     export { custom, object, optional, picklist, safeParse } from "valibot"`,
  ],
  ["a page with `createRelayTransport`", page],
  ["unipile-node-sdk", 'export { UnipileClient } from "unipile-node-sdk"'],
  ["@okta/okta-auth-js", 'export { OktaAuth } from "@okta/okta-auth-js"'],
  [
    "aws-amplify, signing in",
    'export { Amplify } from "aws-amplify"; export { confirmSignIn, signIn } from "aws-amplify/auth"',
  ],
]

/** Weighs a page's code, in one file. */
export async function weighPages(folder: string): Promise<Table> {
  const rows: (string | number)[][] = []
  for (const [name, contents] of pages) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: join(folder, "test/bench"), sourcefile: "page.js" },
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      platform: "browser",
      external: ["node:*"],
      write: false,
      logLevel: "error",
    })
    const [file] = outputFiles
    if (file === undefined) throw new Error(`${name} was not built`)
    rows.push([name, (gzipSync(file.contents, { level: 9 }).length / 1000).toFixed(1)])
  }
  return { head: ["a page, in one file, `gzip -9`", "kB"], rows }
}

/** Returns the time of a process to import modules, in ms. */
function timeImport(folder: string, modules: readonly string[]): number {
  const imports = modules.map((name) => `await import(${JSON.stringify(name)})`).join("; ")
  const script = `const from = performance.now(); ${imports}; console.log(performance.now() - from)`
  const cwd = join(folder, "test/bench")
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd, encoding: "utf8" }))
}

/** Times imports, each in its own process, the sides in turns. */
export function timeImports(folder: string, rounds: number): Table {
  const entry = (name: string) => join(folder, "dist/src", name, "index.js")
  const sides: [name: string, modules: string[]][] = [
    ["xstate, ofetch and valibot alone", ["xstate", "ofetch", "valibot"]],
    ["auth-intent", [entry("")]],
    ...["server", "sandbox", "testing"].map((name): [string, string[]] => [`auth-intent/${name}`, [entry(name)]]),
    ["unipile-node-sdk", ["unipile-node-sdk"]],
    ["@okta/okta-auth-js", ["@okta/okta-auth-js"]],
    ["aws-amplify, signing in", ["aws-amplify", "aws-amplify/auth"]],
  ]
  const samples = sides.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [, modules]] of sides.entries()) samples[index]?.push(timeImport(folder, modules))
  }
  const rows = sides.map(([name], index) => [name, Math.round(median(samples[index] ?? []))])
  return { head: ["import, over a process that imports nothing", "ms"], rows }
}
