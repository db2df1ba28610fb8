/** The most that is remembered of one kind. */
const most = 10_000

/** Adds an entry; where that makes too many, the oldest is forgotten. */
export function rememberNewest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}
