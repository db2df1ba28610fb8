import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { attempt } from "../attempt.ts"
import type { TimeOptions } from "../intent/bring-up-to-date.ts"
import { isFinal } from "../intent/get-step.ts"
import { parseSavedIntent } from "../intent/saved-intent.ts"
import { parse } from "../values.schema.ts"
import { stored } from "./page.schema.ts"

/** Where a page keeps its record: `sessionStorage`, or anything with these two methods. */
export interface PageStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** What a page keeps of a login: the record and the name of the account, no secret. */
interface PageRecord {
  saved: SavedIntent
  /** The username that the person signs in with. */
  account?: string | undefined
  /** The login had ended when its form was removed: the next form begins a new login. */
  isSeen?: boolean | undefined
  /** The deadline of the host's record when this page resumed it. */
  resumed?: number | undefined
}

/** Returns the username of credentials, by which the page names the account. */
export const usernameOf = (credentials: unknown): string | undefined =>
  attempt(() => (credentials as { username: string }).username.trim()) || undefined

/** Returns a storage of the browser, or `undefined` if there is none. Visitors would share a server's storage. */
export const getStorage = (name: "sessionStorage" | "localStorage"): Storage | undefined =>
  attempt(() => globalThis.document && globalThis[name])

/**
 * Whether the person came by a link or an address, to the document or to another address within it. In a frame the
 * outer page counts too, if it can be read: its reload loads the frame as if by a link.
 */
function isNewVisit({ performance, location }: Pick<typeof globalThis, "performance" | "location"> = globalThis) {
  const [visit] = (performance?.getEntriesByType?.("navigation") ?? []) as PerformanceNavigationTiming[]
  return visit && (visit.type === "navigate" || visit.name.split("#")[0] !== location.href.split("#")[0])
}

/** The records that a login may resume. The tab's saved record comes first. */
interface Sources {
  providers: readonly Provider[]
  /** A record that the host has. */
  resume: SavedIntent | undefined
  /** Whether the browser shows this document again. The host's record was read before. */
  isBack: boolean | undefined
}

/**
 * Returns the saved record, brought up to date, or else `resume`, unless the page has followed that login to its end.
 * Returns `undefined` if neither is of these providers. An ended login is returned after a reload and after going back,
 * but not on a new visit, and not if its failure is `stop`.
 * @throws AuthIntentError `invalid_option` if the storage returns no text, for example a promise.
 */
export function readPageRecord(
  load: () => string | null | undefined,
  { providers, resume, isBack, ...options }: TimeOptions & Sources,
): (PageRecord & { wasDone: boolean }) | undefined {
  const text = parse(stored, attempt(load), "invalid_option", "storage.getItem")
  const kept = attempt(() => JSON.parse(text ?? ""))
  const found = attempt(() => {
    const saved = parseSavedIntent(kept.saved, options)
    const wasDone = isFinal(kept.saved.state)
    // After a reload, a login that ended with `stop` begins anew: the cause may be removed by then.
    const isOver =
      wasDone &&
      (kept.isSeen ||
        (!isBack && isNewVisit() && isNewVisit(attempt(() => top?.document && top))) ||
        (saved.failure?.recovery === "stop" && !saved.unanswered))
    // The host has to know of an account that a request may have connected.
    const isOffered = providers.includes(saved.provider) || (saved.unanswered && !wasDone)
    if (isOver || !isOffered) return undefined
    return { saved, wasDone, account: attempt(() => kept.account.trim()), resumed: kept.resumed }
  })
  const isOther = !isBack && resume && !(kept && kept.resumed === resume.expiresAt)
  return found ?? (isOther ? { saved: resume, wasDone: false, resumed: resume.expiresAt } : undefined)
}

/** Writes a record, or an empty text for none. */
export function writePageRecord(storage: PageStorage | null | undefined, key: string, record?: PageRecord): void {
  try {
    storage?.setItem(key, record ? JSON.stringify(record) : "")
  } catch {
    // If the storage is full or denied, the login goes on. The old record is out of date: a reload begins anew.
    attempt(() => storage?.setItem(key, ""))
  }
}

/**
 * Creates the functions that announce this tab's login, by its deadline, to other tabs of this origin, and that read
 * theirs. A crashed tab counts until its deadline. Plain http works too.
 */
export function createTabAnnouncements(key: string) {
  const storage = getStorage("localStorage")
  const prefix = `${key}:tab:`
  let announced: string | undefined
  return {
    /** Announces the deadline of this tab's login, in epoch ms, or `undefined` for no login. */
    announce(expiresAt: number | undefined): void {
      const name = expiresAt === undefined ? undefined : prefix + expiresAt
      if (name === announced) return
      if (announced) attempt(() => storage?.removeItem(announced as string))
      if (name) attempt(() => storage?.setItem(name, ""))
      announced = name
    },
    /** Whether another tab has a login under way. `own` is the deadline of this tab's login. */
    isElsewhere: (now: () => number, own: number | undefined) =>
      attempt(() =>
        Object.keys(storage ?? {}).some(
          (name) => name.startsWith(prefix) && name !== prefix + own && Number(name.slice(prefix.length)) > now(),
        ),
      ) === true,
  }
}
