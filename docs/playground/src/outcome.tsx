import { getMessage, type IntentStep, type Provider } from "auth-intent"
import { providers } from "./texts.ts"

interface OutcomeProps {
  step: IntentStep
  provider: Provider
  startAgain: (provider: Provider) => void
}

/** How it ended, and what to do next. */
export function Outcome({ step: { status, failure }, provider, startAgain }: OutcomeProps) {
  const isConnected = status === "connected"
  return (
    <div className={`outcome ${status}`}>
      <div className="sign" aria-hidden="true" />
      {isConnected && <p>Your {providers[provider]} account is connected. You can close this page.</p>}
      {status === "expired" && <p>A login has to be completed within five minutes. Start again to get a new code.</p>}
      {status === "failed" && failure && <p>{getMessage(failure)}</p>}
      {failure?.instance && !isConnected && (
        <p className="reference">
          Reference for support: <code>{failure.instance}</code>
        </p>
      )}
      <button type="button" className="primary" onClick={() => startAgain(provider)}>
        {isConnected ? "Connect another" : "Start again"}
      </button>
    </div>
  )
}
