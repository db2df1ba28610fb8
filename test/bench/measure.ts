/** What one side does, over and over. */
export interface Side {
  name: string
  run: () => Promise<unknown>
}

export interface Result {
  name: string
  /** The median of the rounds, in µs for one run. */
  micros: number
  /** Half the distance between the quartiles, as a share of the median. */
  spread: number
}

const at = (sorted: number[], share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN

/** The time that this process has computed, in µs: what others do on the same cores does not count. */
export const cpuTime = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** The time by the wall, in µs. */
export const wallTime = (): number => performance.now() * 1000

interface Rounds {
  rounds: number
  /** How often a side runs in its turn. */
  times: number
  /** How many run at once. @default 1 */
  together?: number
  /** @default cpuTime */
  now?: () => number
}

/** Runs a side so many times, and returns the µs for one. */
async function time({ run }: Side, { times, together = 1, now = cpuTime }: Rounds): Promise<number> {
  const before = now()
  for (let done = 0; done < times; done += together) {
    if (together === 1) await run()
    else await Promise.all(Array.from({ length: together }, run))
  }
  return (now() - before) / times
}

/** Measures sides in rounds, in which each side has its turn, every round in another order. */
export async function measure(sides: readonly Side[], options: Rounds): Promise<Result[]> {
  const samples = new Map(sides.map((side) => [side, [] as number[]]))
  for (let round = -1; round < options.rounds; round += 1) {
    for (let turn = 0; turn < sides.length; turn += 1) {
      const side = sides[(turn + round + sides.length) % sides.length]
      if (side === undefined) continue
      globalThis.gc?.()
      const micros = await time(side, options)
      // The first round warms up.
      if (round >= 0) samples.get(side)?.push(micros)
    }
  }
  return sides.map((side) => {
    const sorted = (samples.get(side) ?? []).sort((a, b) => a - b)
    const micros = at(sorted, 0.5)
    return { name: side.name, micros, spread: (at(sorted, 0.75) - at(sorted, 0.25)) / 2 / micros }
  })
}
