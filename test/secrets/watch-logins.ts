import { afterEach, beforeEach, vi } from "vitest"
import { Canaries } from "./canaries.ts"
import type { Login } from "./login.ts"
import { PlayedIntent } from "./played-intent.ts"
import { Watch } from "./watch.ts"

/** Sets a test file up to watch logins, and what the process prints or throws past everybody meanwhile. */
export function watchLogins(): (login: Pick<Login, "options" | "play">) => Promise<Watch> {
  const heard: { surface: string; value: unknown }[] = []
  const hear = (surface: string) => (value: unknown) => heard.push({ surface, value })
  const listeners = ["unhandledRejection", "uncaughtExceptionMonitor", "warning"].map(
    (name) => [name, hear(name)] as const,
  )

  beforeEach(() => {
    heard.length = 0
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    for (const [name, listener] of listeners) process.on(name, listener)
    for (const [name, method] of Object.entries(console)) {
      if (typeof method !== "function" || name === "Console") continue
      vi.spyOn(console, name as "log").mockImplementation((...values) => void hear(`console.${name}`)(values))
    }
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((text) => hear("stream")(text) > 0)
    }
  })
  afterEach(() => {
    for (const [name, listener] of listeners) process.off(name, listener)
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  return async ({ options, play }) => {
    const canaries = new Canaries()
    const watch = new Watch(canaries)
    const intent = new PlayedIntent(canaries, options ?? {}, watch)
    await play(intent)
    await intent.end()
    // What nobody handles is thrown a moment later.
    vi.advanceTimersByTime(1)
    for (const { surface, value } of heard) watch.given(surface, value)
    return watch
  }
}
