import { expectTypeOf } from "vitest"
import { type ActorRefFrom, createActor, type InputFrom, type OutputFrom, type SnapshotFrom } from "xstate"
import {
  type AdvanceResult,
  type AuthIntentInput,
  type AuthIntentMachine,
  type AuthIntentOutput,
  advanceIntent,
  type authIntentMachine,
  type Checkpoint,
  type CheckpointType,
  createAuthIntent,
  createPostpressTransport,
  type Failure,
  type FailureType,
  getMessage,
  getState,
  getStep,
  type IntentStep,
  type Messages,
  messages,
  newIntent,
  type Outcome,
  type PostpressCredentials,
  type Provider,
  parseSavedIntent,
  type SavedIntent,
  saveIntent,
  submitCode,
  submitCredentials,
  waitForIntent,
  withTransport,
} from "../../src/index.ts"

const transport = createPostpressTransport({ apiKey: "key" })

// The machine with its transport, for `createActor`, `useActor` or a parent's `invoke`.
const machine = withTransport(transport, { onMistake: ({ code }) => expectTypeOf(code).toExtend<string>() })
expectTypeOf(machine).toEqualTypeOf<AuthIntentMachine<PostpressCredentials>>()
const actor = createActor(machine, { input: { provider: "INSTAGRAM", intentLifetime: 60_000 } })
actor.send(submitCredentials({ username: "ada", password: "correct horse" }))
// @ts-expect-error The postpress API takes no code.
actor.send(submitCredentials({ code: "123456" }))
expectTypeOf<InputFrom<typeof authIntentMachine>>().toEqualTypeOf<AuthIntentInput>()
expectTypeOf<OutputFrom<typeof authIntentMachine>>().toEqualTypeOf<AuthIntentOutput>()
// @ts-expect-error The machine has to know whose account it connects.
createActor(machine, { input: {} })
// @ts-expect-error There is no such provider.
createActor(machine, { input: { provider: "MYSPACE" } })
// @ts-expect-error A time is in ms.
createActor(machine, { input: { provider: "INSTAGRAM", intentLifetime: "5 min" } })
// @ts-expect-error A transport sends credentials.
withTransport({ solve: transport.solve })
// @ts-expect-error There is no such option.
withTransport(transport, { onError: () => {} })

const snapshot: SnapshotFrom<typeof machine> = actor.getSnapshot()
expectTypeOf(snapshot.context.provider).toEqualTypeOf<Provider>()
snapshot.matches("checkpoint")
snapshot.matches({ checkpoint: "twoFactor" })
// @ts-expect-error There is no such state.
snapshot.matches("waiting")
// @ts-expect-error There is no such state of a checkpoint.
snapshot.matches({ checkpoint: "captcha" })
snapshot.hasTag("busy")
// @ts-expect-error No state has this tag.
snapshot.hasTag("loading")
expectTypeOf(snapshot.can(submitCode("123456"))).toEqualTypeOf<boolean>()
expectTypeOf(getState(snapshot)).toEqualTypeOf<string>()

// The status determines the other members of the output.
const output: AuthIntentOutput = await waitForIntent(createAuthIntent({ transport, provider: "INSTAGRAM" }))
declare const child: ActorRefFrom<ReturnType<typeof withTransport<PostpressCredentials>>>
await waitForIntent(child)
if (output.status === "connected") {
  expectTypeOf(output.accountId).toEqualTypeOf<string>()
  // @ts-expect-error A connected account has no failure.
  output.failure
  // @ts-expect-error A connected account is connected.
  output.mayBeConnected
} else if (output.status === "expired") {
  expectTypeOf(output.expiresAt).toEqualTypeOf<number>()
  expectTypeOf(output.failure).toEqualTypeOf<Failure | undefined>()
  expectTypeOf(output.mayBeConnected).toEqualTypeOf<true | undefined>()
  // @ts-expect-error An expired intent has no session.
  output.session
} else {
  expectTypeOf(output.status).toEqualTypeOf<"failed">()
  expectTypeOf(output.failure).toEqualTypeOf<Failure>()
  expectTypeOf(output.accountId).toEqualTypeOf<string | undefined>()
  expectTypeOf(output.mayBeConnected).toEqualTypeOf<true | undefined>()
}
// @ts-expect-error Only a connected account has a session.
output.session
// @ts-expect-error No intent ends like this.
if (output.status === "canceled") output.provider

// The kind determines the other members of an outcome.
declare const outcome: Outcome
if (outcome.kind === "connected") expectTypeOf(outcome.accountId).toEqualTypeOf<string>()
if (outcome.kind === "checkpoint") expectTypeOf(outcome.checkpoint).toEqualTypeOf<Checkpoint>()
if (outcome.kind === "rejected") {
  expectTypeOf(outcome.failure.recovery).toEqualTypeOf<"correct" | "retry" | "restart" | "stop">()
  expectTypeOf(outcome.sent).toEqualTypeOf<false | undefined>()
  // @ts-expect-error A rejection has no account.
  outcome.accountId
  // @ts-expect-error A failure has no text of the provider.
  outcome.failure.detail
}
// @ts-expect-error Only a rejection has a failure.
outcome.failure

// A step has the fields of its kind, and no others.
const step: IntentStep = getStep(snapshot)
expectTypeOf(step.kind).toEqualTypeOf<"credentials" | "code" | "approval" | "phone" | "wait" | "done">()
switch (step.kind) {
  case "credentials":
    expectTypeOf(step.failure).toEqualTypeOf<Failure | undefined>()
    // @ts-expect-error There is no deadline before the first checkpoint.
    step.expiresAt
    // @ts-expect-error There is no checkpoint yet.
    step.checkpoint
    break
  case "code":
  case "approval":
  case "phone":
    expectTypeOf(step.expiresAt).toEqualTypeOf<number>()
    expectTypeOf(step.attempts).toEqualTypeOf<number>()
    expectTypeOf(step.canApproveInApp).toEqualTypeOf<boolean>()
    expectTypeOf(step.checkpoint).toEqualTypeOf<Pick<Checkpoint, "type" | "hint" | "data">>()
    // @ts-expect-error The intent is not done.
    step.status
    break
  case "wait":
    expectTypeOf(step.expiresAt).toEqualTypeOf<number | undefined>()
    // @ts-expect-error Nothing is offered while a request is in flight.
    step.canSwitchMethod
    break
  case "done":
    expectTypeOf(step.status).toEqualTypeOf<"connected" | "expired" | "failed">()
    // @ts-expect-error What is done cannot be canceled.
    step.canCancel
    break
}
// @ts-expect-error Not every step has a checkpoint.
step.checkpoint

// Editors complete known types, and any other text is accepted too.
expectTypeOf<FailureType>().toExtend<Failure["type"]>()
expectTypeOf<CheckpointType>().toExtend<Checkpoint["type"]>()
export const declared: [Failure["type"], Checkpoint["type"]] = ["errors/of_the_host", "PUZZLE"]
expectTypeOf<Extract<FailureType, "errors/request_timeout" | "client/network" | "errors/unknown">>().toEqualTypeOf<
  "errors/request_timeout" | "client/network" | "errors/unknown"
>()
// @ts-expect-error A type is a text.
export const numbered: Failure["type"] = 401
// @ts-expect-error A known type is in the table.
export const misspelled: FailureType = "errors/request_time_out"
// @ts-expect-error A known checkpoint has a state.
export const unstated: CheckpointType = "CAPTCHA"

// Records.
expectTypeOf(saveIntent(snapshot)).toEqualTypeOf<SavedIntent>()
expectTypeOf(newIntent({ provider: "INSTAGRAM" })).toEqualTypeOf<SavedIntent>()
const resume = parseSavedIntent(JSON.parse("{}"), { provider: "INSTAGRAM", clock: Date, intentLifetime: 60_000 })
expectTypeOf(getStep(resume, { clock: Date })).toEqualTypeOf<IntentStep>()
createActor(machine, { input: { provider: "INSTAGRAM", resume } })
createActor(machine, { input: { provider: "INSTAGRAM", resume: undefined } })
// @ts-expect-error A record is parsed before the machine takes it.
createActor(machine, { input: { provider: "INSTAGRAM", resume: { version: 1 } } })
// @ts-expect-error A first record names a provider.
newIntent({})
const advanced = await advanceIntent(resume, submitCode("123456"), { transport, signal: new AbortController().signal })
expectTypeOf(advanced).toEqualTypeOf<AdvanceResult>()
expectTypeOf(advanced.accepted).toEqualTypeOf<boolean>()
// @ts-expect-error Only events of the machine are sent.
advanceIntent(resume, { type: "intent.pause" }, { transport })
// @ts-expect-error Credentials are the transport's.
advanceIntent(resume, submitCredentials({ code: "123456" }), { transport })

// Messages.
expectTypeOf(messages).toEqualTypeOf<Messages>()
expectTypeOf(messages["errors/already_exists"]).toEqualTypeOf<string>()
// A host declares failures of its own, and their texts.
expectTypeOf(messages["errors/account_locked"]).toEqualTypeOf<string | undefined>()
// @ts-expect-error No failure has this type.
messages["client/unheard_of"]
// @ts-expect-error A translation has every text.
export const partly: Messages = { correct: "Nein." }
getMessage({ type: "errors/unheard_of", status: 400, recovery: "retry" })
getMessage(output)
if (step.kind === "done") getMessage(step)
// @ts-expect-error There are four ways to recover.
getMessage({ type: "errors/unheard_of", status: 400, recovery: "pray" })
