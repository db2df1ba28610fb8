/** Remembers which logins are over. */
export interface SpentLogins {
  has(id: string): boolean | Promise<boolean>
  /** It may be forgotten after `expiresAt`, in epoch ms: the tokens have expired then. */
  add(id: string, expiresAt: number): void | Promise<void>
}

/**
 * Remembers the last 10 000 logins that are over, in this process alone. With several processes, or more logins than
 * that within an intent's lifetime, a token can be sent again: the provider's API then refuses it.
 */
export function createSpentSet(most = 10_000): SpentLogins {
  const ids = new Set<string>()
  return {
    has: (id) => ids.has(id),
    add(id) {
      ids.add(id)
      for (const oldest of ids) {
        if (ids.size <= most) return
        ids.delete(oldest)
      }
    },
  }
}
