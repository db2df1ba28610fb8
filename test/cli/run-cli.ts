import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url))
const asTerminal = new URL("./as-terminal.mjs", import.meta.url).href

interface Run {
  /** Waits until the output since the last wait matches, and gives that part. */
  sees(pattern: RegExp): Promise<string>
  /** Types keys. */
  types(keys: string): void
  kill(signal: NodeJS.Signals): void
  /** Waits for the end; gives the exit code and everything that was printed, without colours. */
  ends(): Promise<{ code: number | null; printed: string }>
}

/** Runs the command line in a process of its own, on a make-believe terminal if asked. */
export function runCli(args: string[], options: { terminal?: boolean; env?: Record<string, string> } = {}): Run {
  const flags = options.terminal ? ["--import", asTerminal] : []
  const child: ChildProcess = spawn(process.execPath, [...flags, main, ...args], {
    env: { PATH: process.env["PATH"], NO_COLOR: "1", ...options.env },
  })
  let printed = ""
  let seen = 0
  const hear = (chunk: Buffer) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are driven by them
    printed += chunk.toString().replace(/\x1b\[[\d;?]*[A-Za-z]/g, "")
  }
  child.stdout?.on("data", hear)
  child.stderr?.on("data", hear)
  const ended = once(child, "close")

  return {
    async sees(pattern) {
      for (;;) {
        const part = printed.slice(seen)
        const match = pattern.exec(part)
        if (match) {
          seen += match.index + match[0].length
          return part
        }
        const over = await Promise.race([once(child.stdout ?? child, "data"), ended.then(() => "over" as const)])
        if (over === "over" && !pattern.test(printed.slice(seen)))
          throw new Error(`never saw ${pattern} in:\n${printed}`)
      }
    },
    types: (keys) => void child.stdin?.write(keys),
    kill: (signal) => void child.kill(signal),
    async ends() {
      const [code] = await ended
      return { code, printed }
    },
  }
}
