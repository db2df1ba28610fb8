import fc from "fast-check"
import { authIntentReplies } from "../../src/testing/auth-intent/auth-intent-replies.ts"
import type { PersonMove, Reply } from "../../src/testing/scenario.ts"

/** One thing that happens to an intent; times in ms. */
export type Command =
  | { person: PersonMove }
  /** To the request that waits, or to one that has been left: `repeat` gives back what was sent. */
  | { answer: Reply | "repeat"; late?: true }
  | { advance: number }
  /** The wall clock alone. */
  | { jump: number }

/** What a person types, each with a word in it that may come out nowhere; good, odd and absurd. */
export const secrets = { apiKey: "key-canary", password: "pass-canary", code: "code-canary", phone: "0698765432" }

const codes = [
  "123456",
  secrets.code,
  `  ${secrets.code} `,
  secrets.code.repeat(9),
  "",
  `${secrets.code}\u0000`,
  "TRY_ANOTHER_WAY",
  "in_app_validation",
]

const phones = [
  { countryCode: "33", number: secrets.phone },
  { countryCode: "+33", number: secrets.phone.replace(/(\d\d)/g, "$1 ") },
  { countryCode: "", number: secrets.phone },
  { countryCode: "33", number: secrets.phone.repeat(9) },
]

const person: fc.Arbitrary<PersonMove> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("ada", "").map((username) => ({
      person: "credentials.submit" as const,
      credentials: { username, password: secrets.password },
    })),
  },
  { weight: 4, arbitrary: fc.constantFrom(...codes).map((code) => ({ person: "code.submit" as const, code })) },
  { weight: 2, arbitrary: fc.constantFrom(...phones).map((phone) => ({ person: "phone.submit" as const, phone })) },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom("inApp.approve" as const, "method.switch" as const, "reload" as const)
      .map((person) => ({ person })),
  },
  { weight: 1, arbitrary: fc.constant({ person: "intent.cancel" as const }) },
)

/** The parts of an answer, with anything at all in them. */
const garbage = fc.record(
  {
    object: fc.constantFrom<unknown>("AccountCreated", "Checkpoint", null, 1),
    account_id: fc.oneof(fc.string(), fc.anything()),
    checkpoint: fc.oneof(
      fc.record({ type: fc.oneof(fc.constantFrom("2FA", "OTP", "__proto__"), fc.anything()) }),
      fc.anything(),
    ),
    type: fc.oneof(fc.constantFrom("errors/invalid_checkpoint_solution", "errors/constructor"), fc.anything()),
    title: fc.anything(),
    status: fc.anything(),
  },
  { requiredKeys: [] },
)

const anyReply: fc.Arbitrary<Reply> = fc.record({
  status: fc.oneof(fc.constantFrom(200, 201, 202, 400, 401, 408, 500), fc.integer({ min: 200, max: 599 })),
  body: fc.oneof(garbage, fc.json(), fc.string()).filter((body) => typeof body === "string" || isJson(body)),
})

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}

const { connected, ...others } = authIntentReplies

/** A checkpoint of each type. */
const demands = Object.values(others).filter((each) => "status" in each && each.status === 202)

const reply = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...demands) },
  { weight: 6, arbitrary: fc.constantFrom(...Object.values(others)) },
  { weight: 1, arbitrary: fc.constantFrom(...(connected ? [connected] : [])) },
  { weight: 3, arbitrary: anyReply },
  { weight: 5, arbitrary: fc.constant("repeat" as const) },
)

/** The moments that matter, and any other. */
const ms = fc.oneof(
  fc.constantFrom(0, 1, 5_000, 10_000, 299_999, 300_000, 310_000),
  fc.integer({ min: 0, max: 400_000 }),
)

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: person.map((move) => ({ person: move })) },
  { weight: 5, arbitrary: reply.map((answer) => ({ answer })) },
  { weight: 1, arbitrary: reply.map((answer) => ({ answer, late: true as const })) },
  { weight: 2, arbitrary: ms.map((advance) => ({ advance })) },
  { weight: 1, arbitrary: fc.tuple(ms, fc.boolean()).map(([jump, back]) => ({ jump: back ? -jump : jump })) },
)

const credentials: Command = {
  person: { person: "credentials.submit", credentials: { username: "ada", password: secrets.password } },
}

/** How far a login has come: mostly to a checkpoint. */
const openings = [[], ...demands.map((answer): Command[] => [credentials, { answer }])]

/** A login under way, and then anything. */
export const commands: fc.Arbitrary<Command[]> = fc
  .tuple(fc.constantFrom(...openings), fc.array(command, { maxLength: 20 }))
  .map(([opening, rest]) => [...opening, ...rest])
