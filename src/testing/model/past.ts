/** What has happened, the last first: each state shares the past of the one before. */
export interface Past<T> {
  readonly last: T
  readonly before: Past<T> | undefined
  readonly length: number
}

/** Returns a past as a list, from the entry with that index on. */
export function listOf<T>(past: Past<T> | undefined, from = 0): T[] {
  const list: T[] = []
  for (let each = past; each && each.length > from; each = each.before) list.push(each.last)
  return list.reverse()
}

/** Returns a past with one more entry. */
export const after = <T>(before: Past<T> | undefined, last: T): Past<T> => ({
  last,
  before,
  length: (before?.length ?? 0) + 1,
})
