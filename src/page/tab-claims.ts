import { isLoadedAgain } from "./page-record.ts"

/** Which logins are under way in which tabs of this origin. */
interface TabClaims {
  /** Announces the deadline of the login that is under way here, in epoch ms, or that there is none. */
  claim(expiresAt: number | undefined): void
  /** Whether another tab has announced this very deadline: a browser that duplicates a tab copies what it has saved. */
  isTaken(expiresAt: number | undefined): boolean
  /** Whether a login is under way in another tab. */
  isElsewhere(now: () => number): boolean
  /** Calls back when another tab announces something; returns what ends it. */
  subscribe(changed: () => void): () => void
}

/** Returns the storage that all tabs share, or `undefined` where there are none or it is denied. */
function getSharedStorage(): Storage | undefined {
  try {
    return globalThis.document && globalThis.localStorage
  } catch {
    return undefined
  }
}

/**
 * What the announcements of this tab end with: a form that is drawn anew, by another key say, is in no other tab. It is
 * chosen for the first announcement, as what is rendered ahead, on a server, may read neither chance nor the clock.
 */
let tab: number | undefined

/** Creates the announcements of one tab; one that crashed counts until its deadline. It works on plain http too. */
export function createTabClaims(key: string): TabClaims {
  const storage = getSharedStorage()
  const prefix = `${key}:tab:`
  const others = () => {
    try {
      return Object.entries(storage ?? {}).filter(([name]) => name.startsWith(prefix) && name !== prefix + tab)
    } catch {
      return []
    }
  }
  return {
    claim(expiresAt) {
      try {
        tab ??= Math.random()
        if (expiresAt === undefined) storage?.removeItem(prefix + tab)
        else storage?.setItem(prefix + tab, String(expiresAt))
      } catch {
        // It is full: the other tabs do without.
      }
    },
    isTaken(expiresAt) {
      const same = others().find(([, until]) => Number(until) === expiresAt)
      // What is loaded again is no copy: it finds what it announced itself, before it crashed or the browser let go of it.
      if (same === undefined || !isLoadedAgain()) return same !== undefined
      storage?.removeItem(same[0])
      return false
    },
    isElsewhere: (now) => others().some(([, until]) => Number(until) > now()),
    subscribe: (changed) => listen(["storage"], changed),
  }
}

/** Listens to events of the window, where there is one; returns what ends it. */
export function listen(types: readonly string[], listener: (event: Event) => void): () => void {
  if (typeof globalThis.addEventListener !== "function") return () => {}
  for (const type of types) addEventListener(type, listener)
  return () => {
    for (const type of types) removeEventListener(type, listener)
  }
}
