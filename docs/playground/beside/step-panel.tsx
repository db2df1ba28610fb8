import { useSelector } from "@xstate/react"
import { type AuthIntentActor, getStep } from "auth-intent"

/** What `getStep` tells the form: all that it knows of the machine. */
export function StepPanel({ actor }: { actor: AuthIntentActor }) {
  const step = useSelector(actor, getStep)
  return (
    <section className="panel" aria-labelledby="step-title">
      <h2 id="step-title">The step</h2>
      <p className="note">
        All that the form sees of the machine: <code>getStep(snapshot)</code>.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre tabIndex={0}>{JSON.stringify(step, null, 2)}</pre>
    </section>
  )
}
