/** The work of one side, repeated many times. */
export interface Side {
  name: string
  run: () => Promise<unknown>
}

export interface Result {
  name: string
  /** The median of the rounds, in µs per run. */
  micros: number
  /** The median of the rounds, each as a multiple of the first side in the same round. */
  times: number
  /** Half the interquartile range of those multiples, as a share of their median. */
  spread: number
}

/** Returns a quantile: the value below which a share of all values lies. */
const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN

export const median = (values: readonly number[]): number => at(values, 0.5)

/** The CPU time of this process, in µs. Other processes on the same cores do not count. */
const cpuTime = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** The wall time, in µs. */
export const wallTime = (): number => performance.now() * 1000

interface Rounds {
  rounds: number
  /** How many runs a side has in its turn. */
  times: number
  /** How many runs are concurrent. @default 1 */
  together?: number
  /** @default cpuTime */
  now?: () => number
}

/** Runs a side this many times, and returns the µs per run. */
async function time({ run }: Side, { times, together = 1, now = cpuTime }: Rounds): Promise<number> {
  const before = now()
  for (let done = 0; done < times; done += together) {
    if (together === 1) await run()
    else await Promise.all(Array.from({ length: together }, run))
  }
  return (now() - before) / times
}

/**
 * Measures sides in rounds. Each side has a turn in each round, and the order changes every round. A temporary slowdown
 * of the computer slows all sides of a round, so sides are compared within their round. Many short rounds are better
 * than a few long ones: a slowdown seldom ends with a round. No garbage collection is forced in between: after one,
 * the engine drops much of its compiled code, and the sides would be measured cold.
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
