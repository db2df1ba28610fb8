import { useEffect, useSyncExternalStore } from "react"

const prefix = "auth-intent:"

/** Where this tab says until when its login is under way, for the others; one that crashed is over when its time is. */
const own = prefix + crypto.randomUUID()

/** Nothing where the browser keeps nothing. */
function storage(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}

/** The deadlines of the logins that are under way in other tabs. */
const deadlines = (time: number) =>
  Object.entries(storage() ?? {})
    .filter(([key, until]) => key.startsWith(prefix) && key !== own && Number(until) > time)
    .map(([, until]) => Number(until))

/** Whether the login with this deadline is another tab's: a browser that duplicates a tab copies what it has saved. */
export const isAnotherTabs = (expiresAt: number | undefined) => deadlines(0).some((until) => until === expiresAt)

function onStorage(changed: () => void) {
  addEventListener("storage", changed)
  return () => removeEventListener("storage", changed)
}

/** Tells the other tabs about a login that is under way here, and whether there is one there. */
export function useOtherTabs(expiresAt: number | undefined, now: () => number): boolean {
  useEffect(() => {
    if (expiresAt === undefined) return
    const leaving = new AbortController()
    const tell = () => storage()?.setItem(own, String(expiresAt))
    const leave = () => storage()?.removeItem(own)
    tell()
    addEventListener("pageshow", tell, leaving)
    addEventListener("pagehide", leave, leaving)
    return () => {
      leaving.abort()
      leave()
    }
  }, [expiresAt])

  return useSyncExternalStore(onStorage, () => deadlines(now()).length > 0)
}
