import type { Provider } from "../../machines/providers.ts"
import type { PageMessages } from "../page/page-messages.ts"
import type { PageView } from "../page/page-view.ts"
import type { UseAuthIntent } from "./use-auth-intent.ts"

/** A sign for each provider, drawn in a square of 24. */
const marks: Record<Provider, string> = {
  INSTAGRAM:
    "M8 4h8a4 4 0 0 1 4 4v8a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4Zm8 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm1-5h.01",
  LINKEDIN: "M6 10v8M6 6h.01M11 18v-8m0 4c0-5 7-5 7 0v4",
  MESSENGER: "M12 4c11 0 11 14 0 14l-5 3v-4C1 13 4 4 12 4Zm-5 9 4-4 2 2 4-3",
  TWITTER: "M5 4l14 16M19 4 5 20",
}

/** The sign of a provider, beside its name. */
export function ProviderMark({ provider }: { provider: Provider }) {
  return (
    <svg className="ai-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d={marks[provider]} />
    </svg>
  )
}

/** The provider, the account and the time that remains, whose last minute is announced. */
export function Identity({ login, view, texts }: { login: UseAuthIntent; view: PageView; texts: PageMessages }) {
  const { step, provider, account } = login
  const { timeLeft, secondsLeft = Infinity } = view
  const announcement = secondsLeft > 60 ? "" : texts[secondsLeft > 20 ? "status.lastMinute" : "status.lastSeconds"]
  return (
    <div className="ai-identity">
      <ProviderMark provider={provider} />
      <p>
        <strong>{texts[`provider.${provider}`]}</strong>
        {account !== undefined && step.kind !== "credentials" && (
          <span className="ai-account" dir="auto" translate="no" title={account}>
            {account}
          </span>
        )}
      </p>
      {timeLeft !== undefined && (
        <div className="ai-time" data-short={announcement !== "" || undefined}>
          <p role="timer">{timeLeft}</p>
          <p role="status" className="ai-hidden">
            {announcement}
          </p>
        </div>
      )}
    </div>
  )
}
