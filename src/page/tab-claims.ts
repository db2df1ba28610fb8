import { attempt, getStorage, isLoadedAgain } from "./page-record.ts"

/**
 * What the announcements of this tab end with: a form that is drawn anew, by another key say, is in no other tab. It is
 * chosen for the first announcement, as what is rendered ahead, on a server, may read neither chance nor the clock.
 */
let tab: number | undefined

/**
 * Creates what announces the login of this tab to the others of this origin, and reads theirs; one that crashed counts
 * until its deadline. It works on plain http too.
 */
export function createTabClaims(key: string) {
  const storage = getStorage("localStorage")
  const prefix = `${key}:tab:`
  const others = () =>
    attempt(() => Object.entries(storage ?? {}).filter(([name]) => name.startsWith(prefix) && name !== prefix + tab)) ??
    []
  return {
    /** Announces the deadline of the login that is under way here, in epoch ms, or that there is none. */
    claim(expiresAt: number | undefined): void {
      tab ??= Math.random()
      const name = prefix + tab
      attempt(() => (expiresAt === undefined ? storage?.removeItem(name) : storage?.setItem(name, String(expiresAt))))
    },
    /** Whether another tab has announced this very deadline: a browser that duplicates a tab copies what it has saved. */
    isTaken(expiresAt: number | undefined): boolean {
      const same = others().find(([, until]) => Number(until) === expiresAt)
      // What is loaded again is no copy: it finds what it announced itself, before it crashed or the browser let go of it.
      if (same === undefined || !isLoadedAgain()) return same !== undefined
      storage?.removeItem(same[0])
      return false
    },
    /** Whether a login is under way in another tab. */
    isElsewhere: (now: () => number) => others().some(([, until]) => Number(until) > now()),
  }
}
