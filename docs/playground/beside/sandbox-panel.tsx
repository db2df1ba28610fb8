import { failureTable } from "auth-intent"
import { type FormEvent, type ReactNode, useState, useSyncExternalStore } from "react"
import type { MovableClock } from "./create-movable-clock.ts"

const checkpoints = {
  "2fa": "a two-factor code",
  otp: "a code that was sent",
  "in-app": "an approval in the app",
  "in-app-pending-3": "an approval, at the third request",
  phone: "a phone number, then a code",
  "2fa-then-otp": "two codes",
  "2fa-lost": "a code whose response is lost",
  "unknown-checkpoint": "a step that nobody knows",
  ok: "connected at once",
}

const errors = Object.entries(failureTable).flatMap(([status, types]) =>
  Object.keys(types).map((type) => ({ name: `${status} ${type}`, username: `${status}:errors/${type}` })),
)

interface SandboxPanelProps {
  clock: MovableClock
  /** Moves the clocks of the sandbox and the page forward, in ms. */
  advance: (ms: number) => Promise<void>
  /** Fills in the form with a username and any password. */
  fill: (username: string) => void
  /** While a scenario plays, form and clock belong to it. */
  isPlaying: boolean
  children: ReactNode
}

/** Chooses the sandbox's behavior by its usernames, and moves its clock and the page's together. */
export function SandboxPanel({ clock, advance, fill, isPlaying, children }: SandboxPanelProps) {
  const [username, choose] = useState("2fa")
  const [trouble, setTrouble] = useState("")
  const ahead = useSyncExternalStore(clock.subscribe, () => clock.ahead / 1000)

  async function move(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const seconds = Number(new FormData(event.currentTarget).get("seconds"))
    const moved = advance(Math.round(seconds * 1000)).then(() => "")
    setTrouble(await moved.catch((error: Error) => error.message))
  }

  return (
    <section className="panel sandbox" aria-labelledby="sandbox-title">
      <h2 id="sandbox-title">The sandbox plays the provider. Its username chooses what happens.</h2>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault()
          fill(username)
        }}
      >
        <label htmlFor="username">Username</label>
        <select id="username" dir="auto" value={username} onChange={({ target }) => choose(target.value)}>
          <optgroup label="The provider wants">
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
        <button type="submit" disabled={isPlaying}>
          Fill in
        </button>
      </form>
      <form className="row" onSubmit={move}>
        <label htmlFor="seconds">Seconds</label>
        <input id="seconds" name="seconds" type="number" min="0" max="86400" step="any" defaultValue="60" required />
        <button type="submit" disabled={isPlaying}>
          Move the clock
        </button>
        <span className="note">{ahead === 0 ? "" : `${ahead} s ahead`}</span>
      </form>
      <p role="status" className="note trouble">
        {trouble}
      </p>
      {children}
    </section>
  )
}
