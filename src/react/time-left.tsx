import { useMemo, useSyncExternalStore } from "react"
import { fill, type PageMessages } from "../page/page-messages.ts"
import { createTicker, formatSeconds } from "../page/ticker.ts"

/** Returns the whole seconds until a time in epoch ms; 0 without one. */
export function useSeconds(until: number | undefined, now: () => number): number {
  const ticker = useMemo(() => createTicker(until ?? 0, now), [until, now])
  return useSyncExternalStore(ticker.subscribe, ticker.getSeconds, () => 0)
}

/** How long an intent lives when all of its time is left, in seconds, for the bar. */
const lifetime = 300

interface TimeLeftProps {
  /** Epoch ms. */
  until: number
  now: () => number
  texts: PageMessages
}

/** What remains of an intent, as a clock and a bar; the last minute is announced. */
export function TimeLeft({ until, now, texts }: TimeLeftProps) {
  const seconds = useSeconds(until, now)
  const said = seconds > 60 ? "" : texts[seconds > 20 ? "status.lastMinute" : "status.lastSeconds"]
  return (
    <div className="ai-time" data-short={seconds <= 60 || undefined}>
      <p role="timer">{fill(texts["status.timeLeft"], { time: formatSeconds(seconds) })}</p>
      <div className="ai-bar" aria-hidden="true">
        <div style={{ inlineSize: `${Math.min(seconds / lifetime, 1) * 100}%` }} />
      </div>
      <p role="status" className="ai-hidden">
        {said}
      </p>
    </div>
  )
}
