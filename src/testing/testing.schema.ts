import * as v from "valibot"
import { attempt } from "../attempt.ts"
import { providerSchema } from "../transports/auth-transport.schema.ts"
import { custom, func, numberIn, oneOf, only } from "../values.schema.ts"
import { words } from "./model/catalogue.schema.ts"

export const strategies = ["shortest", "transitions", "grid", "pairs", "simple", "random"] as const

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  custom<number>(
    `a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? "" : ` to ${max}`}`,
    (value) => Number.isInteger(value) && value >= min && value <= max,
  )

const finite = custom<number>("a number", Number.isFinite)

/** The machine and its catalogue, which are checked later. */
const target = { machine: v.optional(v.any()), catalogue: v.optional(v.any()) }

const weight = custom<number>("a number from 0", (value) => Number.isFinite(value) && value >= 0)
const payloads = custom<unknown>("a list or a function", (value) => Array.isArray(value) || typeof value === "function")

/** What `getScenarios` accepts. The catalogue's words are checked later. */
export const scenarioOptions = only({
  ...target,
  without: words,
  strategy: oneOf(strategies),
  maxDepth: v.optional(whole(1)),
  seed: v.optional(whole(0, 2 ** 32 - 1)),
  count: v.optional(whole(1)),
  weights: v.optional(v.record(v.string(), weight)),
  payloads: v.optional(v.record(v.string(), payloads)),
})

/** The parts of a scenario that are read: a scenario may be written by hand. */
const scenario = v.object({
  name: v.string(),
  steps: v.array(
    v.object({
      do: v.object({ person: v.optional(v.string()), clock: v.optional(finite) }),
      expect: v.object({ state: v.string(), sent: v.array(v.unknown()) }),
    }),
  ),
})

/** What `drawScenario` accepts. */
export const drawScenarioArguments: v.GenericSchema = v.object({
  scenario,
  failed: v.optional(v.object({ index: whole(0), differences: v.array(v.string()) })),
})

const scenarios = v.array(scenario)

/** What `formatScenarios` accepts. */
export const formatScenariosArguments: v.GenericSchema = v.object({ scenarios })

/** What `getCoverage` accepts. */
export const getCoverageArguments: v.GenericSchema = v.object({
  scenarios,
  options: only({ ...target, without: words }),
})

/** What `runScenario` accepts. */
export const runScenarioArguments: v.GenericSchema = v.object({
  scenario,
  driver: v.object({
    ...{ start: func, person: func, server: func, clock: func, observe: func },
    ...{ afterEnd: v.optional(func), stop: v.optional(func) },
  }),
  options: only({
    ...target,
    shrinkFor: v.optional(numberIn(0, Infinity)),
    // The longest delay of a timer.
    timeout: v.optional(numberIn(1, 2 ** 31 - 1)),
  }),
})

/** What `checkProperties` accepts. The words of a property are checked later. */
export const propertyOptions = only({
  ...target,
  without: words,
  properties: v.record(v.string(), v.object({ when: v.optional(func), until: v.optional(func), without: words })),
  memory: v.optional(v.any()),
  remember: v.optional(func),
})

/** What `createActorDriver` accepts. */
export const actorDriverOptions = only({ transport: v.optional(func) })

const locator = custom<unknown>(
  "a selector or a pattern",
  (value) => typeof value === "string" || value instanceof RegExp,
)

const selector = custom<string>("a CSS selector", (value) => typeof value === "string")

/** What `createPageDriver` accepts. Of the page, only a few methods are checked. */
export const createPageDriverArguments: v.GenericSchema = v.object({
  page: custom<{ evaluate?: unknown; on?: unknown; clock?: { install?: unknown } }>(
    "a page of Playwright 1.45 or later, which has a clock",
    (value) => [value?.evaluate, value?.on, value?.clock?.install].every((each) => typeof each === "function"),
  ),
  locators: only({
    url: custom<unknown>("a text or a function", (value) => typeof value === "string" || typeof value === "function"),
    fields: v.optional(v.record(oneOf(["username", "password", "code", "countryCode", "number"]), selector)),
    requests: v.optional(v.string()),
    buttons: only({
      submit: v.exactOptional(locator),
      approve: v.exactOptional(locator),
      switchMethod: v.exactOptional(locator),
      cancel: locator,
    }),
    ended: v.optional(only({ connected: locator, expired: locator, mayBeConnected: locator })),
    failure: v.optional(selector),
    ready: v.optional(func),
  }),
})

const counted = v.object({ missing: v.array(v.string()) })

/** What `drawCoverage` accepts. */
export const drawCoverageArguments: v.GenericSchema = v.object({
  coverage: v.object({ states: counted, transitions: counted, conditions: counted }),
  machine: custom<{ root?: unknown }>("a machine of XState 5", (value) => value?.root !== undefined),
})

/** What `createTestClock` accepts. */
export const testClockOptions = only({
  now: v.optional(finite),
  order: v.optional(oneOf(["oldest", "newest"])),
})

const connected = v.object({
  status: numberIn(200, 299),
  body: custom<unknown>("what JSON can hold", (value) => attempt(() => JSON.stringify(value)) !== undefined),
})
const connectedByOperation = only({ submit: v.optional(connected), solve: connected })

/** What `testTransport` accepts. */
export const testTransportArguments: v.GenericSchema = v.object({
  createTransport: func,
  options: only({
    credentials: custom<unknown>("what the transport sends", (value) => value !== undefined && value !== null),
    provider: v.optional(providerSchema),
    connected: v.lazy((value) =>
      ["submit", "solve"].some((operation) => operation in Object(value)) ? connectedByOperation : connected,
    ),
  }),
})
