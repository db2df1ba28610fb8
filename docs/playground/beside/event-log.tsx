import { useSyncExternalStore } from "react"
import type { Entry, Recorder } from "./create-recorder.ts"

const time = (at: number) => new Date(at).toTimeString().slice(0, 8)

/** Shows the machine's events and the states that they led to, the newest first. */
export function EventLog({ recorder }: { recorder: Recorder }) {
  const { lines } = useSyncExternalStore(recorder.subscribe, recorder.getRecording)
  return (
    <section className="panel log-panel" aria-labelledby="log-title">
      <h2 id="log-title">Events</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard has to reach a scrolling part */}
      <section className="log" dir="ltr" tabIndex={0} aria-label="Log of events">
        <ol reversed>
          {lines.toReversed().map((line) =>
            "note" in line ? (
              <li key={line.id} className="words">
                <time>{time(line.at)}</time> {line.note}
              </li>
            ) : (
              <li key={line.id} className={line.isIgnored ? "ignored" : undefined}>
                <LogLine {...line} />
              </li>
            ),
          )}
        </ol>
      </section>
    </section>
  )
}

/** Returns the last part of a long name of a state or an event, for example `submitCredentials`. */
const short = (name: string) =>
  /^xstate\.\w+\.(?:actor\.)?(\w+)|^checkpoint\.(\w+)/.exec(name)?.slice(1).join("") ?? name

/** Shows the last event in one short line, for a screen with the log further down. */
export function LastEvent({ recorder }: { recorder: Recorder }) {
  const { last } = useSyncExternalStore(recorder.subscribe, recorder.getRecording)
  return (
    <p className="last-event" dir="ltr">
      {last && `${short(last.state)}, by ${short(last.type)}`}
    </p>
  )
}

function LogLine({ at, type, payload, state, isIgnored }: Entry) {
  return (
    <>
      <p>
        <time>{time(at)}</time> <strong>{type}</strong>{" "}
        <span className="target">{isIgnored ? "changes nothing" : state}</span>
      </p>
      {payload !== "{}" && <Payload json={payload} />}
    </>
  )
}

/** JSON with its secrets as boxes, and long parts cut short. */
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
