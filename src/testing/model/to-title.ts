/** Says what is told of a way through a machine as one sentence, say "2FA, wrong code, then right code: connected". */
export function toTitle(start: string, told: readonly string[], end: string): string {
  const last = told.length > 2 ? `, then ${told.at(-1)}` : ""
  const first = last ? told.slice(0, -1) : told
  return [start, `${first.join(", ")}${last}`, end].filter(Boolean).join(": ")
}
