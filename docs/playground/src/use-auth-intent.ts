import {
  type AuthIntentActor,
  type AuthIntentOptions,
  createAuthIntent,
  type Provider,
  parseSavedIntent,
  type SavedIntent,
  saveIntent,
  startIntent,
} from "auth-intent"
import { useLayoutEffect, useState } from "react"
import { isAnotherTabs } from "./use-other-tabs.ts"

const key = "auth-intent"

/** What this tab was at before it was reloaded: a small record with no secret in it. */
function read(provider?: Provider): SavedIntent | undefined {
  try {
    const saved = parseSavedIntent(JSON.parse(sessionStorage.getItem(key) ?? ""), provider)
    return isAnotherTabs(saved.expiresAt) ? undefined : saved
  } catch {
    return undefined
  }
}

function write(saved: SavedIntent): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(saved))
  } catch {
    // With no storage all goes on; a reload starts again.
  }
}

/** Runs one intent in this tab: takes up what was saved and saves each change. The options stay the same object. */
export function useAuthIntent<Credentials>(options: Omit<AuthIntentOptions<Credentials>, "provider" | "resume">) {
  const [first, begin] = useState(() => read() ?? startIntent({ provider: "INSTAGRAM" }))
  const [actor, setActor] = useState<AuthIntentActor>()

  useLayoutEffect(() => {
    const { provider } = first
    const actor = createAuthIntent({ ...options, provider, resume: read(provider) ?? first })
    actor.subscribe((snapshot) => write(saveIntent(snapshot)))
    setActor(actor.start())

    // A page that leaves drops its requests, which says nothing of them; one that comes back takes up what was saved.
    const leaving = new AbortController()
    addEventListener("pagehide", () => actor.stop(), leaving)
    addEventListener("pageshow", ({ persisted }) => persisted && begin({ ...first }), leaving)
    return () => {
      leaving.abort()
      actor.stop()
    }
  }, [options, first])

  function startAgain(provider: Provider) {
    const fresh = startIntent({ provider })
    write(fresh)
    begin(fresh)
  }
  return { actor, provider: first.provider, startAgain }
}
