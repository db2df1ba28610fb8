import fc from "fast-check"
import { drawn, eventNames, type Move, type Options } from "./contract.ts"

/** A sequence of moves as data: a printed counterexample can be read and replayed. */
export interface Sequence {
  options: Options
  moves: readonly Move[]
}

const ends = Object.keys(drawn).filter((name) => /^connected|^403|^404|unknown$|exists$|intent$/.test(name))
const others = Object.keys(drawn).filter((name) => !ends.includes(name))

/** Replies of every kind. Those that end an intent are rarer, so that sequences get longer. */
const reply: fc.Arbitrary<Move> = fc
  .oneof({ weight: 4, arbitrary: fc.constantFrom(...others) }, { weight: 1, arbitrary: fc.constantFrom(...ends) })
  .map((name) => ({ do: "reply", reply: name }))
const checkpoint: fc.Arbitrary<Move> = fc
  .constantFrom("inApp", "inApp", "2FA", "2FA, approvable", "OTP", "phone", "phone", "phone, approvable", "captcha")
  .map((name) => ({ do: "reply", reply: name }))

const anyEvent = fc.constantFrom(...eventNames)
const anyEventOrPoll = fc.constantFrom(...eventNames, "poll" as const)
/** An event that applies at that point, or else one that does not. */
const person: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: fc.nat(40).map((nth): Move => ({ do: "person", nth })) },
  { weight: 3, arbitrary: anyEvent.map((event): Move => ({ do: "event", event })) },
  { weight: 1, arbitrary: anyEvent.map((event): Move => ({ do: "event", event, spent: true })) },
)
const timer = fc.constantFrom(-1, 0, 0, 0, 1).map((offset): Move => ({ do: "timer", offset }))
const deadline = fc
  .constantFrom(-30_001, -30_000, -29_999, -5_000, -1, 0, 1, 9_999, 10_000, 10_001)
  .map((offset): Move => ({ do: "deadline", offset }))
const step: fc.Arbitrary<Move> = fc.record(
  { do: fc.constant("advanceIntent" as const), event: anyEventOrPoll, reply: fc.constantFrom(...others) },
  { requiredKeys: ["do"] },
)

const single = fc.oneof(
  { weight: 4, arbitrary: person },
  { weight: 3, arbitrary: reply },
  { weight: 2, arbitrary: timer },
  { weight: 2, arbitrary: deadline },
  { weight: 2, arbitrary: step },
  { weight: 2, arbitrary: fc.constant<Move>({ do: "reload" }) },
  { weight: 1, arbitrary: fc.constant<Move>({ do: "late" }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 60_000 }).map((ms): Move => ({ do: "advance", ms })) },
  { weight: 1, arbitrary: fc.integer({ min: -400_000, max: 400_000 }).map((ms): Move => ({ do: "jump", ms })) },
)

/** A request followed by its reply, often enough to reach every count. */
const turn = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(person, reply) },
  { weight: 5, arbitrary: fc.tuple(timer, reply) },
  { weight: 1, arbitrary: fc.tuple(person, checkpoint) },
  { weight: 1, arbitrary: fc.tuple(timer, person, reply) },
  { weight: 1, arbitrary: fc.tuple(deadline, person, reply, person, reply) },
  { weight: 5, arbitrary: fc.tuple(single) },
)

/** Most intents begin with credentials and a checkpoint. */
const opening = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Move[]>([]) },
  { weight: 5, arbitrary: checkpoint.map((each): Move[] => [{ do: "event", event: "credentials.submit" }, each]) },
)

export const sequences: fc.Arbitrary<Sequence> = fc.record({
  options: fc.record<Options>({
    intentLifetime: fc.constantFrom(300_000, 300_000, 60_000, 20_000),
    solveGrace: fc.constantFrom(10_000, 10_000, 3_000, 0),
    inAppPollInterval: fc.constantFrom(5_000, 5_000, 1_000, 40_000, 0),
  }),
  moves: fc
    .tuple(opening, fc.array<Move[]>(turn, { maxLength: 18 }))
    .map(([first, rest]) => [...first, ...rest.flat()]),
})
