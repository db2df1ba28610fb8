import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const entry = new URL("../../dist/src/terminal/main.js", import.meta.url)
const main = fileURLToPath(entry)
const asTerminal = new URL("./as-terminal.mjs", import.meta.url).href

interface RunOptions {
  terminal?: boolean
  env?: Record<string, string>
  /** The module that runs. @default the command line */
  main?: string
}

/** Runs the command line in its own process; with `terminal`, its pipes count as a terminal. */
export function runTerminal(args: string[], options: RunOptions = {}) {
  const flags = options.terminal ? ["--import", asTerminal] : []
  const child: ChildProcess = spawn(process.execPath, [...flags, options.main ?? main, ...args], {
    env: { PATH: process.env["PATH"], NO_COLOR: "1", ...options.env },
  })
  let printed = ""
  let seen = 0
  const append = (chunk: Buffer) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are driven by them
    printed += chunk.toString().replace(/\x1b\[[\d;?]*[A-Za-z]/g, "")
  }
  child.stdout?.on("data", append)
  child.stderr?.on("data", append)
  const ended = once(child, "close")

  /** Waits until the output since the last wait matches, and returns that part. */
  async function sees(pattern: RegExp): Promise<string> {
    for (;;) {
      const part = printed.slice(seen)
      const match = pattern.exec(part)
      if (match) {
        seen += match.index + match[0].length
        return part
      }
      const end = await Promise.race([once(child.stdout ?? child, "data"), ended.then(() => "ended" as const)])
      if (end === "ended" && !pattern.test(printed.slice(seen))) throw new Error(`never saw ${pattern} in:\n${printed}`)
    }
  }
  const types = (keys: string) => void child.stdin?.write(keys)

  return {
    sees,
    types,
    /** Waits as `sees` does, then types keys. */
    async reply(pattern: RegExp, keys: string) {
      await sees(pattern)
      types(keys)
    },
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    /** Waits for the end; returns the exit code and the whole output, without control sequences. */
    async ends() {
      const [code]: (number | null)[] = await ended
      return { code, printed }
    },
  }
}

const runAll = `
  import { format } from "node:util"
  const [, entry, lines] = process.argv
  const results = []
  for (const args of JSON.parse(lines)) {
    let printed = ""
    console.log = console.error = (...values) => {
      printed += format(...values) + "\\n"
    }
    process.argv = [process.execPath, entry, ...args]
    await import(entry + "?" + results.length)
    results.push({ code: process.exitCode, printed })
  }
  process.exitCode = 0
  process.stdout.write(JSON.stringify(results))
`

/** Runs the command line with each list of arguments, in one process without a terminal: a start is slow. */
export async function runEach(lines: string[][]): Promise<{ code: number; printed: string }[]> {
  const args = ["--input-type=module", "--eval", runAll, "--", entry.href, JSON.stringify(lines)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { NO_COLOR: "1" } })
  return JSON.parse(stdout)
}
