import type { PageView } from "../page/page-view.ts"
import type { UseAuthIntent } from "./use-auth-intent.ts"

/** The sign for each ending. */
const signs = {
  connected: "M5 13l5 5L19 7",
  alreadyConnected: "M5 13l5 5L19 7",
  canceled: "M6 12h12",
  expired: "M12 6v7l4 3",
  mayBeConnected: "M9 9c0-4 6-4 6 0 0 3-3 2-3 5m0 3v1",
  failed: "M12 6v8m0 3v1",
} as const

/** How it ended, and what to do next; where nothing can be done there is no button. */
export function Outcome({ view, login }: { view: PageView; login: UseAuthIntent }) {
  const { ending = "failed", tone, text, action } = view
  const isQuiet = ending === "connected" || ending === "mayBeConnected"
  return (
    <div className="ai-form ai-outcome" data-tone={tone}>
      <svg className="ai-sign" viewBox="0 0 24 24" aria-hidden="true">
        <path d={signs[ending]} />
      </svg>
      <p>{text}</p>
      <div className="ai-actions">
        {action && (
          <button className={isQuiet ? "ai-button ai-quiet" : "ai-button"} {...login.getRestartProps()}>
            {action}
          </button>
        )}
      </div>
    </div>
  )
}
