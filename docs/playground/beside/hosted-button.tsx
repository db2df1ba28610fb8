import {
  createRelayLinks,
  hostedAuthMachine,
  type IntentClock,
  parseSavedHostedAuth,
  saveHostedAuth,
} from "auth-intent"
import { useEffect, useRef, useSyncExternalStore } from "react"
import { createActor, type Subscription } from "xstate"

const key = "hosted"

/** Returns the login of this tab, or `undefined` if none can be read. */
function readSaved() {
  try {
    return parseSavedHostedAuth(JSON.parse(sessionStorage.getItem(key) ?? ""))
  } catch {
    return undefined
  }
}

/** Removes the return from the page's address. */
const clearReturn = () => history.replaceState(history.state, "", location.pathname + location.search)

const texts = {
  linking: "One moment…",
  redirected: "Your account shows here when the hosted page is done with.",
  success: "You are back from the hosted page. Your account shows as soon as the provider has called.",
  connected: "Your account is connected, by the hosted page.",
  mayBeConnected: "Your account may be connected already. Look at your accounts before you try again.",
  expired: "The link has expired.",
  failed: "Nothing was connected by the hosted page. You can try again.",
}

/** Runs the hosted login in this tab, and resumes it when the person returns from the wizard. */
export function createHosted(relay: string, clock?: IntentClock) {
  const { createLink, findConnection, confirmReturn } = createRelayLinks({ baseUrl: relay })
  const machine = hostedAuthMachine.provide({ actors: { createLink, findConnection } })
  const listeners = new Set<() => void>()
  let actor = create(readSaved())
  let leading: Subscription | undefined
  /** The end of a link that another tab or person requested and this tab followed. */
  let noteOfOther: keyof typeof texts | undefined

  function create(resume?: ReturnType<typeof readSaved>) {
    const created = createActor(machine, { ...(clock && { clock }), input: resume ? { resume } : { providers: "*" } })
    created.subscribe((snapshot) => {
      try {
        sessionStorage.setItem(key, JSON.stringify(saveHostedAuth(snapshot)))
      } catch {
        // If storage is full or refused, the login begins anew after the return.
      }
      // Until then a reload posts the return again, as the first post may be lost.
      if (snapshot.status === "done") clearReturn()
      for (const changed of listeners) changed()
    })
    return created
  }

  confirmReturn(location.hash).then((returned) => {
    if (returned) noteOfOther = returned === "success" ? "mayBeConnected" : "failed"
    // Not earlier: if the link has expired meanwhile, the machine ends at once.
    actor.start()
    if (returned) actor.send({ type: `return.${returned}` })
    if (returned === "failure") clearReturn()
  })

  return {
    subscribe(changed: () => void) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    /** Returns the key of the text for the login's state. */
    getNote(): keyof typeof texts | undefined {
      const { value, output, context } = actor.getSnapshot()
      if (output) return "mayBeConnected" in output ? "mayBeConnected" : output.status
      if (value === "linking") return value
      if (context.failure) return "failed"
      if (value === "idle") return noteOfOther
      return context.returned === "success" ? "success" : "redirected"
    },
    /** Requests a link and opens it once: Back returns people to this page in the same state. */
    open() {
      leading?.unsubscribe()
      // An open login goes on: another tab may follow its earlier link.
      if (actor.getSnapshot().status === "done") actor = create().start()
      const before = actor.getSnapshot().context.url
      leading = actor.subscribe(({ context: { url } }) => {
        if (url === undefined || url === before) return
        leading?.unsubscribe()
        location.assign(url)
      })
      actor.send({ type: "link.request" })
    },
  }
}

/** Opens the hosted wizard, and shows the state of its login. */
export function HostedButton({ hosted }: { hosted: ReturnType<typeof createHosted> }) {
  const shown = useSyncExternalStore(hosted.subscribe, hosted.getNote)
  const note = useRef<HTMLParagraphElement>(null)

  // A person who returns is at the top of the page. The note is at the end of the form.
  useEffect(() => {
    if (shown) note.current?.scrollIntoView({ block: "nearest" })
  }, [shown])

  return (
    <>
      <button className="hosted" type="button" onClick={hosted.open}>
        Use the hosted page
      </button>
      <p role="status" className="note" data-state={shown} ref={note}>
        {shown && texts[shown]}
      </p>
    </>
  )
}
