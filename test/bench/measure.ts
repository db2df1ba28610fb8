/** What one side does, over and over. */
export interface Side {
  name: string
  run: () => Promise<unknown>
}

export interface Result {
  name: string
  /** The median of the rounds, in µs for one run. */
  micros: number
  /** The median of the rounds, each as a multiple of the first side in the same round. */
  times: number
  /** Half the distance between the quartiles of those multiples, as a share of their median. */
  spread: number
}

/** Returns the value below which a share of all values lies. */
const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN

export const median = (values: readonly number[]): number => at(values, 0.5)

/** The time that this process has computed, in µs: what others do on the same cores does not count. */
const cpuTime = (): number => {
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

/**
 * Measures sides in rounds, in which each side has its turn, every round in another order. A machine that slows down
 * for a while slows all sides of a round down, so that sides are compared within their round. Many short rounds are
 * better than a few long ones: what slows a machine down seldom waits for the end of a round. Nobody collects garbage
 * by hand in between, after which the engine drops much of what it has compiled, and sides would be measured cold.
 */
export async function measure(sides: readonly Side[], options: Rounds): Promise<Result[]> {
  const samples = sides.map((): number[] => [])
  for (let round = -1; round < options.rounds; round += 1) {
    for (let turn = 0; turn < sides.length; turn += 1) {
      const index = (turn + round + sides.length) % sides.length
      const side = sides[index]
      if (side === undefined) continue
      const micros = await time(side, options)
      // The first round warms up.
      if (round >= 0) samples[index]?.push(micros)
    }
  }
  const [base = []] = samples
  return sides.map(({ name }, index) => {
    const own = samples[index] ?? []
    const multiples = own.map((micros, round) => micros / (base[round] ?? Number.NaN))
    const times = median(multiples)
    return { name, micros: median(own), times, spread: (at(multiples, 0.75) - at(multiples, 0.25)) / 2 / times }
  })
}
