import { useSelector } from "@xstate/react"
import type { AuthIntentActor } from "auth-intent"
import { useSyncExternalStore } from "react"
import type { AnyStateMachine, AnyStateNode } from "xstate"
import { Arrows } from "./arrows.tsx"
import type { Recorder } from "./create-recorder.ts"
import { InspectorButton } from "./inspector-button.tsx"
import { transitionsFrom, type Way } from "./transitions-from.ts"

/** Every state inside one, however deep. */
const statesIn = (state: AnyStateNode): AnyStateNode[] =>
  Object.values(state.states).flatMap((each: AnyStateNode) => [each, ...statesIn(each)])

/** Draws the machine from its definition: the current state is lit, the last transition marked. */
export function Statechart({ actor, recorder }: { actor: AuthIntentActor; recorder: Recorder }) {
  const active = useSelector(actor, (snapshot) => snapshot._nodes) as readonly AnyStateNode[]
  const entries = useSyncExternalStore(recorder.subscribe, recorder.getEntries)
  const taken = entries.findLast((entry) => entry.taken.length > 0)?.taken ?? []

  const { root } = actor.logic as AnyStateMachine
  const ways = statesIn(root).flatMap(transitionsFrom)
  const last = taken.flatMap((transition) => ways.filter((way) => way.transition === transition))
  const next = ways.filter(({ from }) => active.includes(from))
  return (
    <section className="panel" aria-labelledby="statechart-title">
      <div className="inspector">
        <h2 id="statechart-title">The machine</h2>
        <InspectorButton recorder={recorder} />
      </div>
      <Arrows ways={ways} last={last} next={next}>
        <States of={root} active={active} />
      </Arrows>
      <div className="ways">
        <Ways title="Came by" ways={last} />
        <Ways title="Goes on by" ways={next} />
      </div>
    </section>
  )
}

function States({ of, active }: { of: AnyStateNode; active: readonly AnyStateNode[] }) {
  return (
    <ul className="states">
      {Object.values(of.states).map((state: AnyStateNode) => (
        <li
          key={state.key}
          className={`state ${state.type} ${active.includes(state) ? "active" : ""}`}
          aria-current={active.includes(state) ? "step" : undefined}
          data-state={state.path.join(".")}
        >
          <span>{state.key}</span>
          {state.type === "compound" && <States of={state} active={active} />}
        </li>
      ))}
    </ul>
  )
}

function Ways({ title, ways }: { title: string; ways: readonly Way[] }) {
  if (ways.length === 0) return null
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {ways.map(({ label, from, to }) => (
          <li key={`${from.id} ${label}`}>
            {label} <span className="target">{to?.key}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
