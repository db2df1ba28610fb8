import { scenarios } from "virtual:scenarios"
import { type FormEvent, useRef, useState, useSyncExternalStore } from "react"
import type { PlayableScenario } from "../offered-scenarios.ts"
import type { Recorder } from "./create-recorder.ts"

const endings = { connected: "Ends connected", expired: "Ends expired", failed: "Ends failed" }

interface PlayRowProps {
  recorder: Recorder
  /** Plays a scenario on the form, and returns how that went. */
  play: (scenario: PlayableScenario) => Promise<string>
  /** Stops what is played. */
  stop: (() => void) | undefined
}

/** One press plays a scenario, generated from the machine's graph, on the form; another one stops it. */
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
        <select id="scenario" dir="auto" ref={chosen} disabled={stop !== undefined}>
          {Object.entries(endings).map(([ending, label]) => (
            <optgroup key={ending} label={label}>
              {scenarios
                .filter(({ steps }) => steps.at(-1)?.expect.state === ending)
                .map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
            </optgroup>
          ))}
        </select>
        <button type="submit">{stop ? "Stop" : "Play"}</button>
      </form>
      {step && <p className="note">{step.note}</p>}
      <p role="status" className="result">
        {result}
      </p>
    </>
  )
}
