import { createInterface } from "node:readline"
import { Writable } from "node:stream"

/** Ctrl-C, at a prompt or between two. */
export class Interrupted extends Error {
  override readonly name = "Interrupted"
}

/** One line to type. */
export interface Prompt {
  label: string
  /** The text that is already typed. */
  initial?: string | undefined
  /** Shows a `*` for each character. */
  isSecret?: boolean
  /** The keys besides enter that end the prompt, by readline's names. */
  keys?: readonly string[]
  /** Returns the note after the label; called every second. */
  note?: (() => string) | undefined
  /** Aborted when the line is no longer wanted. */
  signal?: AbortSignal
}

/** The key that ended a prompt, `return` or one of its own, and what was typed before `return`. */
interface Line {
  key: string
  text: string
}

/** The terminal of this process. */
export type Terminal = ReturnType<typeof openTerminal>

/**
 * Opens the terminal of this process. Keys are read without an echo until it is closed, so that nothing typed too early
 * is shown.
 * @param keys - Functions for keys that end no prompt, by readline's names.
 */
export function openTerminal(keys: Readonly<Record<string, () => void>>) {
  const { stdin, stdout } = process
  const lines = createInterface({
    input: stdin,
    output: new Writable({ write: (_chunk, _encoding, done) => done() }),
    terminal: true,
    historySize: 0,
    escapeCodeTimeout: 50,
    completer: () => [[], ""],
  })
  const interruption = new AbortController()
  let current: { prompt: Prompt; end(line?: Line): void } | undefined
  let isClosed = false

  function render(): void {
    if (current === undefined) return
    const { label, note, isSecret } = current.prompt
    const columns = stdout.columns || 80
    // A line that is too long would be written again below itself. The head keeps its end, which has the time.
    const head = `${label}${note ? ` (${note()})` : ""}: `.slice(-Math.max(1, columns - 9))
    // A pasted text may hold a terminal's control characters.
    const text = isSecret ? "*".repeat(lines.line.length) : lines.line.replace(/\p{Cc}/gu, "?")
    // Only the part around the cursor of a long line is shown.
    const room = Math.max(8, columns - head.length - 1)
    const start = Math.max(0, lines.cursor - room)
    const shown = text.slice(start, start + room)
    const back = shown.length - (lines.cursor - start)
    stdout.write(`\r\x1b[2K${head}${shown}${back > 0 ? `\x1b[${back}D` : ""}`)
  }

  /** Runs before readline: a text deleted at one prompt, perhaps a password, must not come back at the next. */
  function leaveDeleted(_text: string | undefined, key: { name?: string; ctrl?: boolean }): void {
    if (key.name === "y" && key.ctrl) key.name = ""
  }

  function onKey(_text: string | undefined, { name = "" }: { name?: string }): void {
    if (current?.prompt.keys?.includes(name)) current.end({ key: name, text: "" })
    else if (current) keys[name]?.()
    render()
  }

  stdin.prependListener("keypress", leaveDeleted).on("keypress", onKey)
  // When the process goes on after Ctrl-Z, readline has paused itself.
  lines.on("SIGCONT", () => lines.resume())
  lines.on("line", (text) => current?.end({ key: "return", text }))
  lines.on("SIGINT", () => {
    interruption.abort(new Interrupted())
    current?.end()
  })
  lines.on("close", () => {
    isClosed = true
    current?.end({ key: "escape", text: "" })
  })

  return {
    /** Aborted by Ctrl-C, with an `Interrupted`. */
    interrupted: interruption.signal,
    /** Resolves with `undefined` where the prompt's signal is aborted. Rejects with an `Interrupted`. */
    async prompt(prompt: Prompt): Promise<Line | undefined> {
      const { initial, signal } = prompt
      interruption.signal.throwIfAborted()
      if (signal?.aborted) return undefined
      if (isClosed) return { key: "escape", text: "" }
      // Text typed earlier is no part of this line, and an undo cannot bring it back.
      lines.write(null, { name: "return" })
      if (initial) lines.write(initial)
      const timer = setInterval(render, 1000)
      const line = await new Promise<Line | undefined>((resolve) => {
        const end = (line?: Line) => {
          current = undefined
          resolve(line)
        }
        current = { prompt, end }
        signal?.addEventListener("abort", () => end())
        render()
      })
      clearInterval(timer)
      stdout.write(line ? "\n" : "\r\x1b[2K")
      interruption.signal.throwIfAborted()
      return line
    },
    /** Shows a line until the returned function is called. */
    showMeanwhile(text: string) {
      stdout.write(text)
      return () => void stdout.write("\r\x1b[2K")
    },
    close() {
      stdin.off("keypress", leaveDeleted).off("keypress", onKey)
      lines.close()
      // If Ctrl-D has closed `lines` before, the process would wait for more input.
      stdin.unref()
    },
  }
}
