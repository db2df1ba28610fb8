import { useMemo, useSyncExternalStore } from "react"
import type { PageMessages } from "../page/page-messages.ts"
import { createTicker } from "../page/ticker.ts"

/** Returns the whole seconds until a time in epoch ms; 0 without one. The component is drawn anew with each. */
export function useSeconds(until: number | undefined, now: () => number): number {
  const ticker = useMemo(() => createTicker(until, now), [until, now])
  return useSyncExternalStore(ticker.subscribe, ticker.getSeconds, () => 0)
}

/** How long an intent lives when all of its time is left, in seconds, for the bar. */
const lifetime = 300

/** What remains of an intent, as a clock and a bar; the last minute is announced. */
export function TimeLeft({ seconds, text, texts }: { seconds: number; text: string; texts: PageMessages }) {
  const said = seconds > 60 ? "" : texts[seconds > 20 ? "status.lastMinute" : "status.lastSeconds"]
  return (
    <div className="ai-time" data-short={seconds <= 60 || undefined}>
      <p role="timer">{text}</p>
      <div className="ai-bar" aria-hidden="true">
        <div style={{ inlineSize: `${Math.min(seconds / lifetime, 1) * 100}%` }} />
      </div>
      <p role="status" className="ai-hidden">
        {said}
      </p>
    </div>
  )
}
