import { useSyncExternalStore } from "react"

interface TimeProps {
  /** Epoch ms. */
  until: number
  now: () => number
}

/** How long an intent lives, in seconds. */
const lifetime = 300

function often(tick: () => void) {
  const timer = setInterval(tick, 250)
  return () => clearInterval(timer)
}

const useSeconds = ({ until, now }: TimeProps) =>
  useSyncExternalStore(often, () => Math.max(0, Math.ceil((until - now()) / 1000)))

const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`

/** What is left until a moment, as a clock. */
export function Clock(props: TimeProps) {
  return <span className="clock">{clock(useSeconds(props))}</span>
}

/** What is left of an intent, as a clock and a bar; the last minute is announced. */
export function TimeLeft(props: TimeProps) {
  const seconds = useSeconds(props)
  return (
    <div className={seconds > 60 ? "time-left" : "time-left short"}>
      <p role="timer">
        <span className="clock">{clock(seconds)}</span> left
      </p>
      <div className="bar" aria-hidden="true">
        <div style={{ transform: `scaleX(${Math.min(seconds / lifetime, 1)})` }} />
      </div>
      <p role="status" className="visually-hidden">
        {seconds > 60 ? "" : seconds > 20 ? "Less than one minute left" : "Less than 20 seconds left"}
      </p>
    </div>
  )
}
