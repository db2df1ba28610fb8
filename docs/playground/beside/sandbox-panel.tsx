import { failureTable } from "auth-intent"
import { type FormEvent, useState, useSyncExternalStore } from "react"
import type { MovableClock } from "./create-movable-clock.ts"

const checkpoints = {
  ok: "connected at once",
  "2fa": "a code from an authenticator",
  otp: "a code by text message",
  "in-app": "approval in the app",
  "in-app-pending-3": "approval, at the third question",
  phone: "a phone number, then a code",
  "2fa-then-otp": "two codes, one after the other",
  "unknown-checkpoint": "a checkpoint nobody knows",
}

const errors = Object.entries(failureTable).flatMap(([status, types]) =>
  Object.keys(types).map((type) => ({ name: `${status} ${type}`, username: `${status}:errors/${type}` })),
)

interface SandboxPanelProps {
  clock: MovableClock
  /** Enters a username, and any password, in the form. */
  fill: (username: string) => void
  isPolling: boolean
  setPolling: (isPolling: boolean) => void
}

/** Chooses what the sandbox does, as its usernames have it, and moves its clock and the page's together. */
export function SandboxPanel({ clock, fill, isPolling, setPolling }: SandboxPanelProps) {
  const [username, choose] = useState("2fa")
  const [trouble, setTrouble] = useState("")
  const ahead = useSyncExternalStore(clock.subscribe, () => clock.ahead / 1000)

  async function advance(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const ms = Math.round(Number(new FormData(event.currentTarget).get("seconds")) * 1000)
    const body = JSON.stringify({ ms })
    const headers = { "content-type": "application/json" }
    const answer = await fetch("/sandbox/advance", { method: "POST", headers, body }).catch(() => undefined)
    setTrouble(answer?.ok ? "" : "The sandbox did not answer: the clocks stay where they are.")
    if (answer?.ok) clock.advance(ms)
  }

  return (
    <section className="panel" aria-labelledby="sandbox-title">
      <h2 id="sandbox-title">The sandbox</h2>
      <p className="note">
        Its username chooses what happens. Any password is right, and so is the code <code>123456</code>.
      </p>
      <div className="field">
        <label htmlFor="scenario">Scenario</label>
        <select id="scenario" value={username} onChange={({ target }) => choose(target.value)}>
          <optgroup label="Checkpoints">
            {Object.entries(checkpoints).map(([name, text]) => (
              <option key={name} value={name}>{`${name}: ${text}`}</option>
            ))}
          </optgroup>
          {["error", "2fa-error"].map((kind) => (
            <optgroup key={kind} label={kind === "error" ? "Errors at the login" : "Errors at the code"}>
              {errors.map(({ name, username }) => (
                <option key={name} value={`${kind}:${username}`}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </div>
      <button type="button" onClick={() => fill(username)}>
        Fill in the form
      </button>
      <form className="clocks" onSubmit={advance}>
        <div className="field">
          <label htmlFor="seconds">Seconds</label>
          <input id="seconds" name="seconds" type="number" min="0" step="any" defaultValue="60" required />
        </div>
        <button type="submit">Move the clock</button>
        <p className="note">{ahead === 0 ? "Its clock is this computer's." : `Its clock is ${ahead} s ahead.`}</p>
      </form>
      <label className="check">
        <input type="checkbox" checked={isPolling} onChange={({ target }) => setPolling(target.checked)} />
        Ask by itself whether a login was approved
      </label>
      <p role="status">{trouble}</p>
    </section>
  )
}
