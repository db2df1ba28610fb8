import { expectTypeOf } from "vitest"
import { createActor, type InputFrom, type OutputFrom, type SnapshotFrom } from "xstate"
import {
  type AuthIntentActor,
  type AuthIntentInput,
  type AuthIntentOutput,
  advanceIntent,
  authIntentMachine,
  type Checkpoint,
  createAuthIntent,
  createPostpressTransport,
  type Failure,
  getMessage,
  getStep,
  type IntentStep,
  messages,
  type Outcome,
  type Provider,
  parseSavedIntent,
  type SavedIntent,
  saveIntent,
  submitCode,
  waitForIntent,
} from "../../src/index.ts"

const transport = createPostpressTransport({ apiKey: "key" })

// The machine by itself, as React's `useActor(machine, { input })` takes it.
const actor = createActor(authIntentMachine, { input: { provider: "INSTAGRAM", intentLifetime: 60_000 } })
expectTypeOf(actor).toEqualTypeOf<AuthIntentActor>()
expectTypeOf<InputFrom<typeof authIntentMachine>>().toEqualTypeOf<AuthIntentInput>()
expectTypeOf<OutputFrom<typeof authIntentMachine>>().toEqualTypeOf<AuthIntentOutput>()
// @ts-expect-error The machine has to know whose account it connects.
createActor(authIntentMachine)
// @ts-expect-error The machine has to know whose account it connects.
createActor(authIntentMachine, { input: {} })
// @ts-expect-error Nobody connects this provider.
createActor(authIntentMachine, { input: { provider: "MYSPACE" } })
// @ts-expect-error A time is in ms.
createActor(authIntentMachine, { input: { provider: "INSTAGRAM", intentLifetime: "5 min" } })

const snapshot: SnapshotFrom<typeof authIntentMachine> = actor.getSnapshot()
expectTypeOf(snapshot.context.provider).toEqualTypeOf<Provider>()
snapshot.matches("checkpoint")
snapshot.matches({ checkpoint: "twoFactor" })
// @ts-expect-error Nobody is in this state.
snapshot.matches("waiting")
// @ts-expect-error Nobody is in this state of a checkpoint.
snapshot.matches({ checkpoint: "captcha" })
snapshot.hasTag("busy")
// @ts-expect-error No state has this tag.
snapshot.hasTag("loading")
expectTypeOf(snapshot.can(submitCode("123456"))).toEqualTypeOf<boolean>()

// The status tells what else the output has.
const output: AuthIntentOutput = await waitForIntent(createAuthIntent({ transport, provider: "INSTAGRAM" }))
if (output.status === "connected") {
  expectTypeOf(output.accountId).toEqualTypeOf<string>()
  // @ts-expect-error A connected account has no failure.
  output.failure
} else if (output.status === "expired") {
  expectTypeOf(output.expiresAt).toEqualTypeOf<number>()
  expectTypeOf(output.failure).toEqualTypeOf<Failure | undefined>()
  // @ts-expect-error An expired intent has no session.
  output.session
} else {
  expectTypeOf(output.status).toEqualTypeOf<"failed">()
  expectTypeOf(output.failure).toEqualTypeOf<Failure>()
  expectTypeOf(output.accountId).toEqualTypeOf<string | undefined>()
}
// @ts-expect-error Only a connected account has a session.
output.session
// @ts-expect-error No intent ends like this.
if (output.status === "canceled") output.provider

// So does the kind of an outcome.
declare const outcome: Outcome
if (outcome.kind === "connected") expectTypeOf(outcome.accountId).toEqualTypeOf<string>()
if (outcome.kind === "checkpoint") expectTypeOf(outcome.checkpoint).toEqualTypeOf<Checkpoint>()
if (outcome.kind === "rejected") {
  expectTypeOf(outcome.failure.recovery).toEqualTypeOf<"correct" | "retry" | "restart" | "stop">()
  // @ts-expect-error A rejection has no account.
  outcome.accountId
}
// @ts-expect-error Only a rejection has a failure.
outcome.failure

// Steps, records and messages.
expectTypeOf(getStep(snapshot)).toEqualTypeOf<IntentStep>()
expectTypeOf(getStep(snapshot).kind).toEqualTypeOf<"credentials" | "code" | "approval" | "phone" | "wait" | "done">()
expectTypeOf(saveIntent(snapshot)).toEqualTypeOf<SavedIntent>()
const resume = parseSavedIntent(JSON.parse("{}"), "INSTAGRAM")
createActor(authIntentMachine, { input: { provider: "INSTAGRAM", resume } })
// @ts-expect-error A record is parsed before the machine takes it.
createActor(authIntentMachine, { input: { provider: "INSTAGRAM", resume: { version: 1 } } })
const advanced = await advanceIntent(resume, submitCode("123456"), { transport })
expectTypeOf(advanced.output).toEqualTypeOf<AuthIntentOutput | undefined>()
// @ts-expect-error It never polls, so there is no interval to choose.
advanceIntent(resume, undefined, { transport, inAppPollInterval: 1_000 })
// @ts-expect-error Only events of the machine are sent.
advanceIntent(resume, { type: "intent.pause" }, { transport })

expectTypeOf(messages["errors/already_exists"]).toEqualTypeOf<string>()
// @ts-expect-error No failure has this type.
messages["errors/unheard_of"]
getMessage({ type: "errors/unheard_of", recovery: "retry" })
// @ts-expect-error There are four ways to recover.
getMessage({ type: "errors/unheard_of", recovery: "pray" })
