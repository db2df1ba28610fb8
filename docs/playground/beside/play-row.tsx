import { scenarios } from "virtual:scenarios"
import { type FormEvent, useRef, useState, useSyncExternalStore } from "react"
import type { PlayableScenario } from "../offered-scenarios.ts"
import type { Recorder } from "./create-recorder.ts"

/** The short scenarios first: the list shows them whole, and each plays in a moment. */
const offered = scenarios.toSorted((one, other) => one.steps.length - other.steps.length)

const ends = (ending: string) => offered.filter(({ steps }) => steps.at(-1)?.expect.state === ending)

/** A scenario that meets a checkpoint and ends connected. */
const first = ends("connected").find(({ steps }) => steps.length > 2)?.name

const endings = { connected: "Ends connected", expired: "Ends expired", failed: "Ends failed" }

interface PlayRowProps {
  recorder: Recorder
  /** Plays a scenario on the form, and returns its result in a sentence. */
  play: (scenario: PlayableScenario) => Promise<string>
  /** Stops the scenario. */
  stop: (() => void) | undefined
}

/** Plays a scenario, generated from the machine's graph, on the form; another press stops it. */
export function PlayRow({ recorder, play, stop }: PlayRowProps) {
  const [result, setResult] = useState("")
  const chosen = useRef<HTMLSelectElement>(null)
  const { lines } = useSyncExternalStore(recorder.subscribe, recorder.getRecording)
  const step = stop && lines.findLast((line) => "note" in line)

  async function toggle(event: FormEvent) {
    event.preventDefault()
    if (stop) return stop()
    const scenario = scenarios.find(({ name }) => name === chosen.current?.value)
    if (!scenario) return
    setResult("")
    setResult(await play(scenario))
  }

  return (
    <>
      <form className="row" onSubmit={toggle}>
        <label htmlFor="scenario">Scenario</label>
        <select id="scenario" dir="auto" ref={chosen} defaultValue={first} disabled={stop !== undefined}>
          {Object.entries(endings).map(([ending, label]) => (
            <optgroup key={ending} label={label}>
              {ends(ending).map(({ name }) => (
                <option key={name} value={name}>
                  {name.replace(/: \w+$/, "")}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
        <button type="submit">{stop ? "Stop" : "Play"}</button>
      </form>
      {step && (
        <p className="note step" dir="auto">
          {step.note}
        </p>
      )}
      <p role="status" className="note result">
        {result}
      </p>
    </>
  )
}
