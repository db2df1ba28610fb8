import { createRelayLinks, getState, hostedAuthMachine, parseSavedHostedAuth, saveHostedAuth } from "auth-intent"
import { useEffect, useRef, useSyncExternalStore } from "react"
import { createActor } from "xstate"

const key = "hosted"

/** Runs the hosted way in this tab. It goes on when the person is back from the wizard. */
export function createHosted(relay: string) {
  const { createLink, findConnection, confirmReturn } = createRelayLinks({ baseUrl: relay })
  const machine = hostedAuthMachine.provide({ actors: { createLink, findConnection } })
  const listeners = new Set<() => void>()
  let actor = begin(sessionStorage.getItem(key))

  function begin(stored: string | null) {
    const resume = stored ? parseSavedHostedAuth(JSON.parse(stored)) : undefined
    const begun = createActor(machine, { input: resume ? { resume } : { providers: "*" } })
    begun.subscribe((snapshot) => {
      try {
        sessionStorage.setItem(key, JSON.stringify(saveHostedAuth(snapshot)))
      } catch {
        // Where storage is full, or refused, the way back begins anew.
      }
      for (const changed of listeners) changed()
    })
    return begun.start()
  }

  const { hash } = location
  // A return is good once: a reload must not post it again.
  if (hash) history.replaceState(history.state, "", location.pathname)
  confirmReturn(hash).then((returned) => returned && actor.send({ type: `return.${returned}` }))

  return {
    subscribe(changed: () => void) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    getState: () => getState(actor.getSnapshot()).split(".")[0] ?? "",
    /** Requests a link and leads to it. */
    open() {
      actor.stop()
      actor = begin(null)
      actor.subscribe((snapshot) => {
        const { url, returned } = snapshot.context
        if (snapshot.matches("redirected") && url && returned === undefined) location.assign(url)
      })
      actor.send({ type: "link.request" })
    },
  }
}

const texts: Record<string, string> = {
  linking: "One moment…",
  redirected: "You are back from the hosted page. Your account shows as soon as the provider has called.",
  connected: "Your account is connected, by the hosted page.",
  expired: "The link has expired.",
  failed: "Nothing was connected by the hosted page. Try again in a moment.",
}

/** Leads to the hosted wizard, and shows how that stands. */
export function HostedButton({ hosted }: { hosted: ReturnType<typeof createHosted> }) {
  const state = useSyncExternalStore(hosted.subscribe, hosted.getState)
  const note = useRef<HTMLParagraphElement>(null)

  // Who comes back is at the top of the page, and this is at the end of the form.
  useEffect(() => {
    if (state in texts) note.current?.scrollIntoView({ block: "nearest" })
  }, [state])

  return (
    <>
      <button className="hosted" type="button" onClick={hosted.open}>
        Use the hosted page
      </button>
      <p role="status" className="note" data-state={state} ref={note}>
        {texts[state] ?? ""}
      </p>
    </>
  )
}
