import { Refusal, unavailable } from "../refusal.ts"
import type { RelayParts } from "../route.ts"
import { getEntry, toStoreKey, tryStoreTwice, updateEntry } from "../store.ts"
import { callbackGrace } from "./create-hosted-links.ts"
import { type Halves, halvesEntry, type Link, type LinkFacts, linkEntry } from "./hosted.schema.ts"

/** Keeps the two halves of hosted logins, callback and return, and delivers an account once both have come. */
export function createHalves({ store, deliveries, report }: Pick<RelayParts, "store" | "deliveries" | "report">) {
  const toKey = (nonce: string) => toStoreKey("hosted", nonce)

  /** The half that comes first creates the entry. The entry outlives the tokens of its link. */
  async function change({ nonce, expiresAt }: Link, toNext: (halves: Halves) => Halves | undefined): Promise<Halves> {
    const halves = await updateEntry(store, await toKey(nonce), halvesEntry, (stored) => {
      const value = toNext(stored ?? {})
      return value && { value, expiresAt: expiresAt + callbackGrace }
    })
    return halves ?? {}
  }

  return {
    /** Remembers a user's link by its URL: after a reload, the page knows only the URL. @throws StoreError */
    async rememberLink(userId: string, url: string, link: Link): Promise<void> {
      const entry = { value: link, expiresAt: link.expiresAt }
      await updateEntry(store, await toStoreKey("hosted-link", userId, url), linkEntry, () => entry)
    },

    findLink: async (userId: string, url: string): Promise<Link | undefined> =>
      getEntry(store, await toStoreKey("hosted-link", userId, url), linkEntry),

    find: async ({ nonce }: Link): Promise<Halves> => (await getEntry(store, await toKey(nonce), halvesEntry)) ?? {},

    /** Notes the callback. A name is good for one account: a second account changes nothing. @throws Refusal 503 */
    async noteAccount(link: LinkFacts, accountId: string): Promise<Halves> {
      const { userId, provider, requireReturn } = link
      const note = () =>
        change(link, (halves) => {
          if (halves.accountId !== undefined) return undefined
          return { ...halves, accountId, ...(provider && { provider }), ...(!requireReturn && { isReturned: true }) }
        })
      const account = { userId, accountId }
      // Where no return is required, the callback alone connects the account.
      const noted = await tryStoreTwice(report, note, requireReturn ? undefined : account)
      if (noted !== undefined) return noted.value
      const message = "the store failed to note an account that the API has connected at the hosted wizard"
      if (requireReturn) report({ code: "account_unconfirmed", message, ...account })
      throw unavailable()
    },

    /** Notes a return. The return of another user ends the link. @throws StoreError */
    noteReturn: (link: Link, isOwner: boolean): Promise<Halves> =>
      change(link, (halves) => {
        const { isEnded, isReturned, accountId } = halves
        if (isEnded || (isReturned && (isOwner || accountId !== undefined))) return undefined
        return isOwner ? { ...halves, isReturned: true } : { ...halves, isEnded: true }
      }),

    /**
     * Delivers the account where both halves have come, and returns its id. Otherwise returns `undefined`.
     * @throws Refusal 403 where the link was ended, 503 where the host could not store the account.
     */
    async finish(link: Link, userId: string, halves: Halves): Promise<string | undefined> {
      const { accountId, provider, isReturned, isEnded, isComplete } = halves
      if (isEnded) throw new Refusal(403, "errors/account_mismatch")
      if (!isReturned || accountId === undefined) return undefined
      const account = { userId, accountId, ...(provider && { provider }) }
      // A later callback or poll delivers what the host could not store.
      if (isComplete) await deliveries.waitUntilDelivered(account)
      else await deliveries.deliver(account, () => change(link, (stored) => ({ ...stored, isComplete: true })))
      return accountId
    },
  }
}
