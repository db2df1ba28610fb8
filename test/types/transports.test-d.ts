import { expectTypeOf } from "vitest"
import {
  type AuthTransport,
  clientFailure,
  createAuthIntent,
  createIntelliwiseTransport,
  createPostpressTransport,
  type Fetch,
  type IntelliwiseCredentials,
  interpretResponse,
  newIntent,
  type Outcome,
  type Phone,
  type PostpressCredentials,
  Secret,
  type TransportContext,
  type TransportOutcome,
} from "../../src/index.ts"
import type { Sandbox } from "../../src/sandbox/index.ts"

declare const context: TransportContext
const postpress = createPostpressTransport({ apiKey: "key" })
const intelliwise = createIntelliwiseTransport({ baseUrl: "https://iw.example", sessionToken: "token" })

// Each transport takes credentials of its own shape, boxed.
expectTypeOf(postpress).toEqualTypeOf<AuthTransport<PostpressCredentials>>()
expectTypeOf(intelliwise).toEqualTypeOf<AuthTransport<IntelliwiseCredentials>>()

const login = { username: "ada", password: "correct horse" }
postpress.submit({ provider: "INSTAGRAM", credentials: new Secret(login) }, context)
// @ts-expect-error A plain object is no secret.
postpress.submit({ provider: "INSTAGRAM", credentials: login }, context)
// @ts-expect-error The postpress API takes no code.
postpress.submit({ provider: "INSTAGRAM", credentials: new Secret({ code: "123456" }) }, context)
intelliwise.submit(
  { provider: "INSTAGRAM", credentials: new Secret({ code: "1", type: null, clientId: "2" }) },
  context,
)

// A transport that reports no checkpoints does without `solve`.
if (!postpress.solve) throw new Error("unreachable")
// @ts-expect-error A transport may solve nothing.
intelliwise.solve({}, context)

// A solution has one of four shapes, and its secret is boxed.
const account = { provider: "LINKEDIN", accountId: "acc_1" } as const
postpress.solve({ ...account, solution: { kind: "code", secret: new Secret("123456") } }, context)
// @ts-expect-error A plain string is no secret.
postpress.solve({ ...account, solution: { kind: "code", secret: "123456" } }, context)
const phone: Phone = { countryCode: "33", number: "0612345678" }
postpress.solve({ ...account, solution: { kind: "phone", secret: new Secret(phone) } }, context)
// @ts-expect-error A secret text is no secret phone number.
postpress.solve({ ...account, solution: { kind: "phone", secret: new Secret("0612345678") } }, context)
postpress.solve({ ...account, solution: { kind: "inApp" } }, context)
postpress.solve({ ...account, solution: { kind: "method" } }, context)
// @ts-expect-error There is no such solution.
postpress.solve({ ...account, solution: { kind: "captcha" } }, context)

// Options.
createPostpressTransport({ apiKey: "key", baseUrl: "https://api.example/v1", timeout: 1_000, fetch })
// @ts-expect-error An API key is needed.
createPostpressTransport({})
// @ts-expect-error A session token is needed.
createIntelliwiseTransport({ baseUrl: "https://iw.example" })
// @ts-expect-error There is no such option.
createPostpressTransport({ apiKey: "key", retries: 3 })
createPostpressTransport({ apiKey: "key", fetch: async (_input, _init) => new Response() })
// @ts-expect-error A fetch returns a response.
createPostpressTransport({ apiKey: "key", fetch: async () => "connected" })
expectTypeOf(fetch).toExtend<Fetch>()
expectTypeOf<Sandbox["fetch"]>().toEqualTypeOf<typeof fetch>()

// @ts-expect-error Any string is no provider.
newIntent({ provider: "MESSENGER" as string })
// @ts-expect-error A transport is needed.
createAuthIntent({ provider: "TWITTER" })

// A transport of one's own.
interface Token {
  token: string
}
const own: AuthTransport<Token> = {
  async submit({ provider, credentials }, { signal }) {
    const { token } = credentials.open()
    expectTypeOf(token).toEqualTypeOf<string>()
    const response = await fetch(`/login/${provider}`, { method: "POST", body: token, signal })
    return response.ok
      ? { kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } }
      : { kind: "rejected", failure: { type: "own/refused", status: 401, recovery: "correct" } }
  },
  async solve({ accountId, solution }, { now }) {
    if (solution.kind === "code") expectTypeOf(solution.secret.open()).toEqualTypeOf<string>()
    if (solution.kind === "phone") expectTypeOf(solution.secret.open()).toEqualTypeOf<Phone>()
    return now() > 0
      ? { kind: "connected", accountId }
      : { kind: "rejected", failure: clientFailure("client/network"), sent: false }
  },
}
createAuthIntent({ transport: own, provider: "INSTAGRAM" })
own.submit({ provider: "INSTAGRAM", credentials: new Secret({ token: "t" }) }, context)

// Every transport may use the interpretation of a response.
expectTypeOf(interpretResponse).returns.resolves.toEqualTypeOf<TransportOutcome>()
clientFailure("client/network", { about: "code" })
// @ts-expect-error There is no such failure of this library's own.
clientFailure("client/unheard_of")
// @ts-expect-error An outcome is stamped by its caller.
export const stamped: TransportOutcome = { kind: "connected", accountId: "acc_1", at: 5 }
expectTypeOf<Omit<Outcome, "at">>().not.toBeAny()

// Declarations.
createPostpressTransport({
  apiKey: "key",
  failures: { "errors/new": { status: 423, recovery: "stop" } },
  checkpoints: { CAPTCHA: { "~standard": { validate: (value) => ({ value }) } } },
  onResponse: ({ body, status }) => {
    expectTypeOf(status).toEqualTypeOf<number>()
    expectTypeOf(body).toEqualTypeOf<Secret<unknown>>()
  },
})
// @ts-expect-error There are four ways to recover.
createPostpressTransport({ apiKey: "key", failures: { "errors/new": { status: 423, recovery: "pray" } } })
// @ts-expect-error A checkpoint is declared by a schema.
createPostpressTransport({ apiKey: "key", checkpoints: { CAPTCHA: true } })

// An outcome is one that the machine knows.
export const wordless: AuthTransport = {
  // @ts-expect-error An outcome has a kind that the machine knows.
  submit: async () => ({ kind: "maybe" }),
  // @ts-expect-error A connected account has an id.
  solve: async () => ({ kind: "connected" }),
}
