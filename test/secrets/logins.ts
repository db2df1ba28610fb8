import { vi } from "vitest"
import { type InspectionEvent, SimulatedClock, waitFor } from "xstate"
import type { AuthIntentEvent, SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import type { FetchInit } from "../../src/http/post-json.ts"
import { advanceIntent } from "../../src/intent/advance-intent.ts"
import { type AuthIntentActor, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import * as person from "../../src/intent/events.ts"
import { saveIntent } from "../../src/intent/saved-intent.ts"
import { waitForIntent } from "../../src/intent/wait-for-intent.ts"
import type { Secret } from "../../src/secret.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { createIntelliwiseTransport } from "../../src/transports/intelliwise.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { throwing } from "../harness/throwing.ts"
import type { Canaries } from "./canaries.ts"

/** A request as the server sees it, with everything that the server could repeat. */
interface ServerRequest {
  init: FetchInit
  /** Every secret in every encoding, and the request itself. */
  echo: string
}

/** The server's reaction to a request. */
type Reply = (sent: ServerRequest) => Response | Promise<Response>

const respond = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers })

/** Encodes a text for a header. */
const asHeader = ({ echo }: ServerRequest) => encodeURIComponent(echo).slice(0, 4_000)

const headersOf = (sent: ServerRequest) => ({
  "set-cookie": `echo=${asHeader(sent)}`,
  "www-authenticate": `Echo ${asHeader(sent)}`,
  "x-request-id": asHeader(sent),
  "content-type": `application/json; echo=${asHeader(sent)}`,
})

/** Puts the text in every kind of place in JSON. */
const everywhere = (text: string) => ({
  text,
  [text]: text,
  list: [text, [text]],
  nested: { [text]: { text }, letters: [...text.slice(0, 200)] },
})

const connected: Reply = (sent) =>
  respond(201, { object: "AccountCreated", account_id: "acc_1", ...everywhere(sent.echo) }, headersOf(sent))

/** Builds a checkpoint that repeats everything besides its required members. */
const checkpoint =
  (type: string, more: (echo: string) => object = () => ({})): Reply =>
  (sent) => {
    const inner = { ...everywhere(sent.echo), source: sent.echo, type, ...more(sent.echo) }
    return respond(
      202,
      { object: "Checkpoint", account_id: "acc_1", ...everywhere(sent.echo), checkpoint: inner },
      headersOf(sent),
    )
  }

/** Builds Problem Details that repeat everything in every member. */
const refusal =
  (status: number, type: string | ((echo: string) => unknown)): Reply =>
  (sent) => {
    const { echo } = sent
    const members = { title: echo, detail: echo, instance: echo, status: echo, ...everywhere(echo) }
    return respond(status, { ...members, type: typeof type === "string" ? type : type(echo) }, headersOf(sent))
  }

/** Waits until the request is aborted. */
export const never: Reply = ({ init, echo }) =>
  new Promise((_, reject) => {
    init.signal.addEventListener("abort", () => reject(new Error(`gave up ${echo}`)))
  })

/** Lets the transport's timeout pass. The timers have to be vitest's. */
const outlast =
  (reply: Reply): Reply =>
  (sent) => {
    queueMicrotask(() => vi.advanceTimersByTime(30_000))
    return reply(sent)
  }

/** The error of an HTTP library: it holds the request, in its message and in its cause too. */
const broken = (sent: ServerRequest, more: object = {}) =>
  Object.assign(new TypeError(`fetch failed: ${sent.echo}`, { cause: new Error(sent.init.body) }), {
    request: sent,
    ...more,
  })

const breaksOff = (sent: ServerRequest) =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(`{"title":${JSON.stringify(sent.echo)},`))
      controller.error(broken(sent))
    },
  })

/** Every way for a response to repeat its request, by title. */
export const echoes: Record<string, Reply> = {
  "400 in Problem Details": refusal(400, "errors/invalid_request"),
  "401 in Problem Details": refusal(401, "errors/invalid_checkpoint_solution"),
  "403 in Problem Details": refusal(403, "errors/account_restricted"),
  "408 in Problem Details": refusal(408, "errors/request_timeout"),
  "409 in Problem Details": refusal(409, "errors/operation_canceled"),
  "500 in Problem Details": refusal(500, "errors/provider_error"),
  "an ended intent": refusal(500, "errors/authentication_intent_error"),
  "503 in Problem Details": refusal(503, "errors/service_unavailable"),
  "an unknown type": refusal(418, "errors/teapot"),
  "everything as a type": refusal(400, (echo) => `errors/${echo}`),
  "everything as a bare type": refusal(500, (echo) => echo),
  "everything as a URI of a type": refusal(422, (echo) => `https://api.example/problems/${encodeURIComponent(echo)}`),
  "a type of another kind": refusal(401, (echo) => ({ echo })),
  "a checkpoint of a known type": checkpoint("2FA"),
  "a checkpoint of a type without a state": checkpoint("CAPTCHA"),
  "a checkpoint of an unknown type": checkpoint("PUZZLE"),
  "a checkpoint of which everything is the type": checkpoint("", (echo) => ({ type: echo })),
  "a checkpoint whose declared schema refuses it": checkpoint("DECLARED"),
  "an HTML page": (sent) => respond(502, `<html><body>${sent.echo}`, { "content-type": "text/html" }),
  "an HTML page with 200": (sent) => respond(200, `<html><body>${sent.echo}`, { "content-type": "text/html" }),
  "truncated JSON": (sent) => respond(500, `{"title":${JSON.stringify(sent.echo)},"det`),
  "an empty body": (sent) => new Response(null, { status: 500, headers: headersOf(sent) }),
  "a text as JSON": (sent) => respond(400, JSON.stringify(sent.echo)),
  "a list": (sent) => respond(401, [sent.echo, { type: sent.echo }]),
  "a wrong account id": ({ echo }) => respond(201, { object: "AccountCreated", account_id: { echo } }),
  "a wrong checkpoint": ({ echo }) => respond(202, { object: "Checkpoint", account_id: "a", checkpoint: echo }),
  "a long body": ({ echo }) => respond(500, `{"title":${JSON.stringify(echo)},"detail":"${"x".repeat(2_000_000)}"}`),
  "bytes that are no text": ({ echo }) =>
    new Response(Buffer.concat([Buffer.from(echo), Buffer.from([0xff])]), { status: 500 }),
  "a redirect": (sent) => respond(302, sent.echo, { location: `/?${asHeader(sent)}` }),
  "too many requests": (sent) => respond(429, sent.echo, { "retry-after": asHeader(sent) }),
  "a body that breaks off": (sent) => new Response(breaksOff(sent), { status: 500 }),
  "no connection": (sent) => Promise.reject(broken(sent)),
  "a refused connection": (sent) => Promise.reject(broken(sent, { code: "ECONNREFUSED" })),
  "a thrown text": ({ echo }) => Promise.reject(echo),
  "a fetch that throws": (sent) => throwing(broken(sent)),
  "no response at all": ({ echo }) => Promise.resolve({ echo } as unknown as Response),
  "no response in time": outlast(never),
  "no response in time, and no abort": outlast(() => new Promise(() => {})),
}

export interface PlayOptions {
  provider?: Provider
  api?: "postpress" | "intelliwise"
  /** Replaces the API's transport. */
  transport?: (canaries: Canaries) => AuthTransport<unknown>
}

/** The calls of a watch. */
export interface PlayHooks {
  inspected?(event: InspectionEvent): void
  /** Called after each transition. */
  moved?(actor: AuthIntentActor<unknown>): void
  /** Called with everything else that a host receives: results, outputs, errors, reports. */
  given?(what: string, value: unknown): void
  /** The content of the boxed bodies that the host opened. */
  opened?: unknown[]
}

/** A login with canaries for secrets. A play chooses its server's replies. */
export class PlayedIntent {
  readonly canaries: Canaries
  readonly #options: PlayOptions
  readonly #hooks: PlayHooks
  readonly #clock = new SimulatedClock()
  readonly #transport: AuthTransport<unknown>
  #actor: AuthIntentActor<unknown>
  #reply: Reply = checkpoint("2FA")

  constructor(canaries: Canaries, options: PlayOptions, hooks: PlayHooks) {
    this.canaries = canaries
    this.#options = options
    this.#hooks = hooks
    const { apiKey, sessionToken } = canaries
    const everything = canaries.everything
    const fetch = async (_: string, init: FetchInit) =>
      this.#reply({ init, echo: `${everything} ${init.body} ${JSON.stringify(init.headers)}` })
    const baseUrl = "https://api.example"
    const postpress = () =>
      createPostpressTransport({
        baseUrl,
        apiKey,
        fetch,
        checkpoints: { DECLARED: { "~standard": { validate: (value) => ({ issues: [value] }) } } },
        onResponse: (report) => {
          hooks.given?.("report", report)
          hooks.opened?.push(report.body.open())
          hooks.given?.("opened report", report)
        },
      })
    this.#transport =
      options.transport?.(canaries) ??
      ((options.api === "intelliwise"
        ? createIntelliwiseTransport({ baseUrl, sessionToken, fetch })
        : postpress()) as AuthTransport<unknown>)
    this.#actor = this.#start()
  }

  #start(resume?: SavedIntent): AuthIntentActor<unknown> {
    const actor = createAuthIntent({
      transport: this.#transport,
      provider: this.#options.provider ?? "INSTAGRAM",
      resume,
      inspect: (event) => this.#hooks.inspected?.(event),
      onMistake: (error) => this.#hooks.given?.("mistake", error),
      clock: this.#clock,
      inAppPollInterval: 1_000,
    })
    actor.subscribe(() => this.#hooks.moved?.(actor))
    return actor.start()
  }

  /** Sends an event; the server replies to its request. */
  send(event: AuthIntentEvent, reply = this.#reply): void {
    this.#reply = reply
    this.#actor.send(event)
  }

  /** Sends an event and waits for the effect of its response. */
  async play(event: AuthIntentEvent, reply: Reply): Promise<void> {
    this.send(event, reply)
    await this.settled()
  }

  async settled(): Promise<void> {
    await waitFor(this.#actor, (snapshot) => !snapshot.hasTag("busy"))
  }

  logIn(reply: Reply): Promise<void> {
    const { credentials, code } = this.canaries
    return this.play(person.submitCredentials(this.#options.api === "intelliwise" ? { code } : credentials), reply)
  }

  typeCode(reply: Reply): Promise<void> {
    return this.play(person.submitCode(this.canaries.code), reply)
  }

  typePhone(reply: Reply): Promise<void> {
    return this.play(person.submitPhone(this.canaries.phone), reply)
  }

  pass(ms: number): void {
    this.#clock.increment(ms)
  }

  /** Resumes the saved record in a new actor, as after a reload of the page. */
  reload(): void {
    const saved = JSON.parse(JSON.stringify(saveIntent(this.#actor.getSnapshot())))
    this.#actor.stop()
    this.#hooks.moved?.(this.#actor)
    this.#actor = this.#start(saved)
  }

  /** Reads the record as a back end does, reloads, cancels, and sends each event too late. */
  async end(): Promise<void> {
    const saved = saveIntent(this.#actor.getSnapshot())
    const transport = this.#transport
    this.#hooks.given?.("advanced", await advanceIntent(saved, undefined, { transport, clock: this.#clock }))
    const left = waitForIntent(this.#actor).then(
      (output) => this.#hooks.given?.("output", output),
      (error: unknown) => this.#hooks.given?.("error", error),
    )
    this.reload()
    await left
    this.#actor.send(person.cancelIntent())
    this.#hooks.given?.("output", await waitForIntent(this.#actor))
    const { credentials, code, phone } = this.canaries
    for (const late of [person.submitCredentials(credentials), person.submitCode(code), person.submitPhone(phone)])
      this.#actor.send(late)
    // The responses to abandoned requests arrive.
    await new Promise(setImmediate)
  }
}

/** A person's actions in a login. */
type Play = (intent: PlayedIntent) => Promise<void> | void

/** A login to play until a failure or its end. */
export interface Login {
  title: string
  options?: PlayOptions
  /** The final state; without one the login is canceled. */
  ends?: "connected" | "expired"
  play: Play
}

const logIn =
  (reply: Reply): Play =>
  (intent) =>
    intent.logIn(reply)
const typeCode =
  (reply: Reply): Play =>
  (intent) =>
    intent.typeCode(reply)
const typePhone =
  (reply: Reply): Play =>
  (intent) =>
    intent.typePhone(reply)
const approve =
  (reply: Reply): Play =>
  (intent) =>
    intent.play(person.approveInApp(), reply)
const pass =
  (ms: number): Play =>
  (intent) =>
    intent.pass(ms)
const reload: Play = (intent) => intent.reload()
const cancel: Play = (intent) => intent.send(person.cancelIntent())
/** These leave the request in flight. */
const beginLogin: Play = (intent) => intent.send(person.submitCredentials(intent.canaries.credentials), never)
const beginCode: Play = (intent) => intent.send(person.submitCode(intent.canaries.code), never)

/** Does one action after the other. */
const inTurn =
  (...plays: Play[]): Play =>
  async (intent) => {
    for (const play of plays) await play(intent)
  }

const atCode = logIn(checkpoint("2FA"))
const wrong = refusal(401, "errors/invalid_checkpoint_solution")

/** Logins through every state. */
export const wholeLogins: Login[] = [
  { title: "connected at once", ends: "connected", play: logIn(connected) },
  {
    title: "a wrong code, then a phone number, then a code",
    ends: "connected",
    play: inTurn(
      atCode,
      typeCode(wrong),
      (intent) => intent.play(person.switchMethod(), checkpoint("PHONE_REGISTER")),
      typePhone(checkpoint("OTP")),
      typeCode(connected),
    ),
  },
  {
    title: "a checkpoint of an unknown type",
    ends: "connected",
    play: inTurn(logIn(checkpoint("PUZZLE")), typeCode(connected)),
  },
  {
    title: "an approval that is polled until it comes",
    ends: "connected",
    options: { provider: "MESSENGER" },
    play: inTurn(
      logIn(checkpoint("IN_APP_VALIDATION")),
      approve(wrong),
      pass(1_000),
      (intent) => intent.settled(),
      approve(connected),
    ),
  },
  {
    title: "a code typed while an approval is on its way",
    ends: "connected",
    options: { provider: "MESSENGER" },
    play: inTurn(atCode, (intent) => intent.send(person.approveInApp(), never), typeCode(connected)),
  },
  { title: "canceled while the credentials are on their way", play: inTurn(beginLogin, cancel) },
  { title: "canceled while a code is on its way", play: inTurn(atCode, beginCode, cancel) },
  { title: "reloaded while the credentials are on their way", play: inTurn(beginLogin, reload) },
  { title: "reloaded while a code is on its way", play: inTurn(atCode, beginCode, reload) },
  { title: "expired at a checkpoint", ends: "expired", play: inTurn(atCode, pass(300_000), beginCode) },
  { title: "expired while a code is on its way", ends: "expired", play: inTurn(atCode, beginCode, pass(310_000)) },
  {
    title: "an event that is sent twice",
    async play(intent) {
      const event = person.submitCredentials(intent.canaries.credentials)
      await intent.play(event, refusal(500, "errors/provider_error"))
      await intent.play(event, connected)
    },
  },
  {
    title: "an absurd code",
    play: inTurn(
      atCode,
      (intent) => intent.play(person.submitCode(`${intent.canaries.code}\u0000`), connected),
      (intent) => intent.play(person.submitCode(intent.canaries.code.repeat(5)), connected),
    ),
  },
  {
    title: "absurd credentials",
    play: (intent) =>
      intent.play(person.submitCredentials({ ...intent.canaries.credentials, username: "" }), connected),
  },
]

/** The error of an HTTP client below a custom transport: it holds the request. */
const thrownWith = (secret: Secret<unknown>) => {
  const data = secret.open()
  const message = `POST failed: ${JSON.stringify(data)}`
  return Object.assign(new Error(message, { cause: new Error(message) }), { config: { data }, secret })
}

const having = (submit: (request: { credentials: Secret<unknown> }) => unknown): PlayOptions => ({
  transport: () => ({
    submit: async (request) => submit(request) as never,
    async solve({ solution }) {
      throw "secret" in solution ? thrownWith(solution.secret) : new Error("nothing to send")
    },
  }),
})

const careless = (title: string, submit: Parameters<typeof having>[0], play = logIn(connected)): Login => ({
  title,
  options: having(submit),
  play,
})

/** Logins through a transport that exposes secrets. */
export const carelessLogins: Login[] = [
  careless("a transport that throws the credentials", ({ credentials }) => Promise.reject(thrownWith(credentials))),
  careless(
    "a transport that throws the code",
    () => ({ kind: "checkpoint", accountId: "a", checkpoint: { type: "OTP" } }),
    inTurn(logIn(connected), typeCode(connected)),
  ),
  careless("a transport whose outcome throws the credentials when it is read", ({ credentials }) => ({
    get kind() {
      throw thrownWith(credentials)
    },
  })),
  careless("a transport that returns a session in the open", ({ credentials }) => ({
    kind: "connected",
    accountId: "a",
    session: credentials.open(),
  })),
  careless("a transport whose outcome is the credentials", ({ credentials }) => credentials.open()),
  {
    ...careless("a transport whose outcome has more parts than it should", ({ credentials }) => ({
      kind: "connected",
      accountId: "a",
      sent: undefined,
      raw: credentials.open(),
    })),
    ends: "connected",
  },
]

/** Every request that can have a response. */
const requests: Record<string, (reply: Reply) => Play> = {
  "to the credentials": logIn,
  "to a code": (reply) => inTurn(atCode, typeCode(reply)),
  "to a phone number": (reply) => inTurn(logIn(checkpoint("PHONE_REGISTER")), typePhone(reply)),
}

/** Each echo as the response to each request. */
export const echoedLogins: Login[] = Object.entries(echoes).flatMap(([title, reply]) =>
  Object.entries(requests).map(([request, play]) => ({ title: `${title} ${request}`, play: play(reply) })),
)

/** Builds a login whose response is an intelliwise session. */
const withSession = (title: string, more: object, ends?: Login["ends"]): Login => ({
  title,
  options: { api: "intelliwise" },
  ...(ends && { ends }),
  play: (intent) =>
    intent.logIn(({ echo }) => {
      const { sessionId } = intent.canaries
      return respond(200, { id: 42, sessionid: sessionId, valid: true, missing2fa: false, echo, ...more })
    }),
})

/** Sessions, and each echo, as the response to an Instagram code. */
export const intelliwiseLogins: Login[] = [
  withSession("a session", {}, "connected"),
  withSession("a session that lacks a second factor", { missing2fa: true }),
  withSession("a session that is not valid", { valid: false }),
  withSession("a session of wrong types", { valid: "yes" }),
  ...Object.entries(echoes).map(
    ([title, reply]): Login => ({
      title: `${title} to an Instagram code`,
      options: { api: "intelliwise" },
      play: logIn(reply),
    }),
  ),
]
