import { narrow, wide } from "virtual:chart"
import {
  type AuthIntentActor,
  approveInApp,
  cancelIntent,
  getStep,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "auth-intent"
import { useEffect, useRef, useSyncExternalStore } from "react"
import type { Recorder } from "./create-recorder.ts"
import { InspectorButton } from "./inspector-button.tsx"
import { Statechart } from "./statechart.tsx"

/** The events that a host may send, each checked with `can`. */
const events = [
  submitCredentials({ username: "", password: "" }),
  submitCode(""),
  submitPhone({ countryCode: "", number: "" }),
  approveInApp(),
  switchMethod(),
  cancelIntent(),
]

/** Returns the types of the events that the machine accepts now. */
function findPossible(actor: AuthIntentActor | undefined): string[] {
  const snapshot = actor?.getSnapshot()
  if (snapshot?.status !== "active") return []
  return events.filter((event) => snapshot.can(event)).map(({ type }) => type)
}

/** Shows the machine: its state, the way to it, and the possible events. */
export function MachinePanel({ recorder }: { recorder: Recorder }) {
  const { last, actor } = useSyncExternalStore(recorder.subscribe, recorder.getRecording)
  const possible = findPossible(actor)
  const scroll = useRef<HTMLElement>(null)

  // On a small screen the chart is wider than its panel.
  useEffect(() => {
    const box = scroll.current
    const here = last && box?.querySelector(".narrow .active")?.getBoundingClientRect()
    if (!box || !here) return
    const { left, width } = box.getBoundingClientRect()
    box.scrollLeft += here.left + here.width / 2 - left - width / 2
  }, [last])

  return (
    <section className="panel machine" aria-labelledby="machine-title">
      <div className="inspector">
        <h2 id="machine-title">The machine</h2>
        <p className="note">
          <span>
            In <strong className="now">{last?.state}</strong>
          </span>{" "}
          {last && (
            <span className="came">
              by <code>{last.type}</code> {last.from && `from ${last.from}`}
            </span>
          )}
        </p>
        <InspectorButton recorder={recorder} />
      </div>
      <p className="note">
        Can happen now:{" "}
        {possible.length === 0
          ? "nothing"
          : possible.map((type) => (
              <code className="event" key={type}>
                {type}
              </code>
            ))}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard has to reach a scrolling part */}
      <section className="scroll" dir="ltr" ref={scroll} tabIndex={0} aria-label="Chart of the machine">
        <Statechart chart={wide} className="wide" {...{ last, possible }} />
        <Statechart chart={narrow} className="narrow" {...{ last, possible }} />
      </section>
      {actor && (
        <details>
          <summary>
            All that the form knows: <code>getStep(snapshot)</code>
          </summary>
          <pre dir="ltr">{JSON.stringify(getStep(actor.getSnapshot()), null, 2)}</pre>
        </details>
      )}
    </section>
  )
}
