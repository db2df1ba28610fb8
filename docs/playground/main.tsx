import { createRelayTransport } from "auth-intent"
import { StrictMode, useState } from "react"
import { flushSync } from "react-dom"
import { createRoot } from "react-dom/client"
import { createMovableClock } from "./beside/create-movable-clock.ts"
import { createRecorder } from "./beside/create-recorder.ts"
import { EventLog } from "./beside/event-log.tsx"
import { HostedButton } from "./beside/hosted-button.tsx"
import { SandboxPanel } from "./beside/sandbox-panel.tsx"
import { Statechart } from "./beside/statechart.tsx"
import { StepPanel } from "./beside/step-panel.tsx"
import { ConnectAccount } from "./src/connect-account.tsx"
import { useAuthIntent } from "./src/use-auth-intent.ts"
import "./src/connect.css"
import "./playground.css"

const clock = createMovableClock()
const recorder = createRecorder(clock.now)
const relay = "/api/auth"
const polling = { transport: createRelayTransport({ baseUrl: relay }), clock, inspect: recorder.inspect }
const silent = { ...polling, inAppPollInterval: 0 }

function Playground() {
  const [isPolling, setPolling] = useState(true)
  const { actor, provider, startAgain } = useAuthIntent(isPolling ? polling : silent)
  if (actor === undefined) return null

  function fill(username: string) {
    flushSync(() => startAgain(provider))
    for (const [name, value] of Object.entries({ username, password: "correct horse" })) {
      const input = document.querySelector<HTMLInputElement>(`.connect [name="${name}"]`)
      if (input) input.value = value
    }
    document.querySelector<HTMLElement>(".connect [type=submit]")?.focus()
  }

  return (
    <>
      <header className="top">
        <h1>auth-intent</h1>
        <p>A login with checkpoints, as one state machine. Everything here runs on this computer.</p>
      </header>
      <main>
        <div className="column">
          <ConnectAccount actor={actor} provider={provider} startAgain={startAgain} now={clock.now}>
            <HostedButton relay={relay} />
          </ConnectAccount>
          <SandboxPanel clock={clock} fill={fill} isPolling={isPolling} setPolling={setPolling} />
        </div>
        <div className="column wide">
          <Statechart actor={actor} recorder={recorder} />
          <div className="pair">
            <EventLog recorder={recorder} />
            <StepPanel actor={actor} />
          </div>
        </div>
      </main>
    </>
  )
}

const root = document.getElementById("root")
if (root)
  createRoot(root).render(
    <StrictMode>
      <Playground />
    </StrictMode>,
  )
