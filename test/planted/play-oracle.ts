import fc from "fast-check"
import { compare } from "../oracle/compare.ts"
import { findBroken } from "../oracle/properties.ts"
import { sequences } from "../oracle/sequences.ts"

/** Plays on the bundled sources, and prints a line with the findings of the model and the properties, or nothing. */
const [runs, every] = process.argv.slice(2)

async function compareWithModel(): Promise<string | undefined> {
  for (const sequence of fc.sample(sequences, { numRuns: Number(runs ?? 1_500), seed: 20_261_127 })) {
    const difference = await compare(sequence).catch((error: unknown) => ({ thrown: String(error) }))
    if (difference) return JSON.stringify(difference).slice(0, 300)
  }
  return undefined
}

function checkProperties(): string | undefined {
  try {
    const [broken] = findBroken()
    return broken && `${broken.property}: ${broken.scenario.name}`
  } catch (error) {
    return String(error)
  }
}

// XState warns about events to a stopped actor. The sequences include some.
console.warn = () => {}
const temporal = checkProperties()
const model = temporal === undefined || every ? await compareWithModel() : undefined
process.stdout.write(`${JSON.stringify({ temporal, model })}\n`, () => process.exit(0))
