/** Which logins are under way in which tabs of this origin. */
export interface TabClaims {
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

/** Creates the announcements of one tab; one that crashed counts until its deadline. It works on plain http too. */
export function createTabClaims(key: string): TabClaims {
  const storage = getSharedStorage()
  const prefix = `${key}:tab:`
  // Named when it is first announced: what is rendered ahead, on a server, may read neither chance nor the clock.
  let own = ""
  const deadlines = () => {
    try {
      return Object.entries(storage ?? {}).flatMap(([name, until]) =>
        name.startsWith(prefix) && name !== own ? [Number(until)] : [],
      )
    } catch {
      return []
    }
  }
  return {
    claim(expiresAt) {
      try {
        own ||= prefix + Math.random()
        if (expiresAt === undefined) storage?.removeItem(own)
        else storage?.setItem(own, String(expiresAt))
      } catch {
        // It is full: the other tabs do without.
      }
    },
    isTaken: (expiresAt) => expiresAt !== undefined && deadlines().includes(expiresAt),
    isElsewhere: (now) => deadlines().some((until) => until > now()),
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
