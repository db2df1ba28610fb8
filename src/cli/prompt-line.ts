import { createPrompt, isBackspaceKey, isEnterKey, useEffect, useKeypress, usePrefix, useState } from "@inquirer/core"

export interface LinePrompt {
  message: string
  /** Shows nothing of what is typed. */
  hidden?: boolean
  /** Keys that end the prompt besides enter, and what they do, in order: `{ tab: "another way" }`. */
  keys?: Record<string, string>
  /** What stands below; it is asked again every second. */
  footer?: () => string
}

export interface Line {
  /** The key that ended the prompt: `return`, or one of `keys`. */
  key: string
  text: string
}

/** Asks for one line, while what stands below it keeps up with the time. */
export const promptLine = createPrompt<Line, LinePrompt>(({ message, hidden, keys = {}, footer }, done) => {
  const [text, setText] = useState("")
  const [status, setStatus] = useState<"idle" | "done">("idle")
  const [below, setBelow] = useState(footer?.() ?? "")
  const prefix = usePrefix({ status })

  useEffect(() => {
    const timer = setInterval(() => footer && setBelow(footer()), 1000)
    return () => clearInterval(timer)
  }, [])

  const finish = (line: Line) => {
    setStatus("done")
    done(line)
  }

  useKeypress((key, readline) => {
    if (isEnterKey(key)) return finish({ key: "return", text })
    if (key.name in keys) return finish({ key: key.name, text: "" })
    if (isBackspaceKey(key) && !text) readline.clearLine(0)
    setText(readline.line)
  })

  const line = `${prefix} ${message} ${hidden ? "" : text}`
  if (status === "done") return line
  const hints = Object.entries(keys).map(([key, hint]) => `${key}: ${hint}`)
  return [line, [below, ...hints].filter(Boolean).join("  ·  ")]
})
