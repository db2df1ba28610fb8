import { ConnectAccount, pageMessages } from "auth-intent/react"
import "auth-intent/react/style.css"
import "./playground.css"
import { StrictMode, useState } from "react"
import { flushSync } from "react-dom"
import { createRoot } from "react-dom/client"
import { createMovableClock } from "./beside/create-movable-clock.ts"
import { createRecorder } from "./beside/create-recorder.ts"
import { EventLog, LastEvent } from "./beside/event-log.tsx"
import { createHosted, HostedButton } from "./beside/hosted-button.tsx"
import { MachinePanel } from "./beside/machine-panel.tsx"
import { PlayRow } from "./beside/play-row.tsx"
import { type Play, playScenario } from "./beside/play-scenario.ts"
import { SandboxPanel } from "./beside/sandbox-panel.tsx"
import type { PlayableScenario } from "./offered-scenarios.ts"

const clock = createMovableClock()
const recorder = createRecorder(clock.now)
const hosted = createHosted("/api/auth", clock)

/** How long each step of a played scenario stays in sight, in ms: `?pace=0` plays at once. */
const pace = Number(new URLSearchParams(location.search).get("pace") ?? 900)

/** Moves the sandbox's clock and the page's. */
async function advance(ms: number): Promise<void> {
  const headers = { "content-type": "application/json" }
  const body = JSON.stringify({ ms })
  const response = await fetch("/sandbox/advance", { method: "POST", headers, body }).catch(() => undefined)
  if (!response?.ok) throw new Error("The sandbox does not respond: the clocks stay where they are.")
  clock.advance(ms)
}

/** The form shows what to enter, as a payment API lists its test cards. */
const messages = {
  ...pageMessages,
  "help.credentials": "A sandbox: enter 2fa as the username, and any password. The code will be 123456.",
  "help.code": "The code of this sandbox is 123456. Any other is wrong.",
  "help.codeSent": "The code of this sandbox is 123456. It is sent at its last digit.",
  "help.codeOrApproval": "The code of this sandbox is 123456. Or press below, as if you had approved it.",
  "help.approval": "Nobody has to approve anything in a sandbox. Wait for five seconds, or press below.",
  "help.phone": "Any number of 4 to 15 digits will do in this sandbox, say +33\u00a06\u00a012\u00a034\u00a056\u00a078.",
  "help.codeUnknown": "A step that the library does not know. The code of this sandbox is 123456.",
  "errors/invalid_credentials":
    "This sandbox goes by the username: enter 2fa, and any password. The code will be 123456.",
}

function Playground() {
  const [round, setRound] = useState(1)
  const [played, setPlayed] = useState<Play>()

  /** Begins anew, with the relay or with the given scenario. */
  function restart(play?: Play) {
    flushSync(() => setRound(0))
    try {
      sessionStorage.removeItem("auth-intent")
    } catch {
      // If storage is refused, it holds nothing.
    }
    flushSync(() => {
      setPlayed(play)
      setRound(round + 1)
    })
  }

  const play = (scenario: PlayableScenario) =>
    playScenario(scenario, {
      ...{ clock, advance, recorder, pace },
      onChange: (begun, wasStopped) => (begun || wasStopped ? restart(begun) : setPlayed(undefined)),
    })

  /** Begins anew if a login is under way, and enters a username with any password. */
  function fill(username: string) {
    if (document.querySelector(".ai-connect [name=username]") === null) restart()
    for (const [name, value] of Object.entries({ username, password: "correct horse" })) {
      const input = document.querySelector<HTMLInputElement>(`.ai-connect [name=${name}]`)
      if (input) input.value = value
    }
    document.querySelector<HTMLElement>(".ai-connect [type=submit]")?.focus()
  }

  return (
    <>
      <header className="top">
        <h1>auth-intent</h1>
        <p>A login with checkpoints, as one state machine. Everything here runs on this computer.</p>
        <LastEvent recorder={recorder} />
      </header>
      <main>
        <SandboxPanel {...{ clock, advance, fill }} isPlaying={played !== undefined}>
          <PlayRow recorder={recorder} play={play} stop={played?.stop} />
        </SandboxPanel>
        <div className="form">
          {round > 0 && (
            <ConnectAccount
              key={round}
              {...(played ? { transport: played.transport, storage: null } : { relay: "/api/auth" })}
              clock={clock}
              inspect={recorder.inspect}
              messages={messages}
              hosted={<HostedButton hosted={hosted} />}
            />
          )}
        </div>
        <EventLog recorder={recorder} />
        <MachinePanel recorder={recorder} />
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
