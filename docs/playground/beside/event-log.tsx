import { useSyncExternalStore } from "react"
import type { Entry, Recorder } from "./create-recorder.ts"

const time = (at: number) => new Date(at).toTimeString().slice(0, 8)

/** It changed nothing. */
const isUnheard = ({ type, taken }: Entry) => taken.length === 0 && type !== "xstate.init"

/** What the machine was sent and where that led, the newest first. */
export function EventLog({ recorder }: { recorder: Recorder }) {
  const entries = useSyncExternalStore(recorder.subscribe, recorder.getEntries)
  return (
    <section className="panel" aria-labelledby="log-title">
      <h2 id="log-title">Events</h2>
      <p className="note">All that the machine heard, the newest first. Secrets come boxed, and stay so.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section className="log" tabIndex={0} aria-label="Log of events">
        <ol reversed>
          {entries.toReversed().map((entry) => (
            <li key={entry.id} className={isUnheard(entry) ? "unheard" : undefined}>
              <LogLine {...entry} />
            </li>
          ))}
        </ol>
      </section>
    </section>
  )
}

function LogLine({ at, type, payload, state }: Entry) {
  return (
    <>
      <p>
        <time>{time(at)}</time> <strong>{type}</strong> <span className="target">{state}</span>
      </p>
      {payload !== "{}" && <Payload json={payload} />}
    </>
  )
}

/** JSON with its secrets as boxes, and what nobody reads cut short. */
function Payload({ json }: { json: string }) {
  const parts = json.replace(/"([^"]{40})[^"]{20,}"/g, '"$1…"').split('"[secret]"')
  return (
    <code>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line never move
        <span key={index}>
          {index > 0 && <span className="boxed">secret</span>}
          {part}
        </span>
      ))}
    </code>
  )
}
