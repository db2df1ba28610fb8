import type { Provider } from "../../machines/auth-intent.types.ts"
import { read } from "../schemas/check.ts"
import { type SolveBody, solveBody, submitBody } from "../schemas/relay.schema.ts"
import { Secret } from "../secret.ts"
import type { Answer, AuthTransport, Solution } from "../transports/auth-transport.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"
import { answerCheckpoint, answerConnected, refuseFailure } from "./answer-outcome.ts"
import { encode } from "./base64url.ts"
import type { SpentLogins } from "./create-spent-set.ts"
import type { Login, LoginTokens } from "./login-tokens.ts"
import { readJson } from "./read-json.ts"
import { Refusal } from "./refusal.ts"

/** An account that a person of the host's has connected. */
export interface ConnectedAccount {
  userId: string
  provider: Provider
  accountId: string
}

interface LoginsOptions {
  transport: AuthTransport<PostpressCredentials>
  tokens: LoginTokens
  spent: SpentLogins
  /** What no page may know. */
  hidden: readonly string[]
  onConnected?: (account: ConnectedAccount) => unknown
  report: (problem: { error: unknown } & Partial<ConnectedAccount>) => Promise<void>
}

/** What a page asks of the relay, from whom. */
export type Route = (request: Request, userId: string) => Promise<Response>

/** How long an intent lives, in ms. @see postpress, Instagram guide, step 2. */
const lifetime = 300_000

/** What is on its way to the provider goes on, whether or not the page still waits for it. */
const context = () => ({ signal: new AbortController().signal, now: () => Date.now() })

/** Two users have two hashes, and a token stays short however long their ids are. */
const hash = async (text: string) => encode(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))

function box(solution: SolveBody["solution"]): Solution {
  if (solution.kind === "code") return { kind: "code", secret: new Secret(solution.value) }
  if (solution.kind === "phone") return { kind: "phone", secret: new Secret(solution.value) }
  return solution
}

/** Nothing that this login could still do. */
const isOver = (answer: Answer) =>
  answer.kind === "connected" || (answer.kind === "rejected" && ["restart", "stop"].includes(answer.failure.recovery))

const unknownLogin = () =>
  new Refusal(403, "errors/unknown_authentication_context", "This login is not known, or is over")

/** The two steps of a login: sending the credentials, and solving a checkpoint of the login that a token names. */
export function createLogins({ transport, tokens, spent, hidden, onConnected, report }: LoginsOptions) {
  async function settle(answer: Answer, login: Omit<Login, "accountId">, userId: string, names: string[] = []) {
    const { provider } = login
    if (answer.kind === "rejected") throw refuseFailure(answer.failure, [...hidden, ...names])
    const { accountId } = answer
    if (answer.kind === "checkpoint") {
      const token = await tokens.seal({ ...login, accountId })
      return answerCheckpoint(token, answer.checkpoint, [...hidden, ...names, accountId])
    }
    try {
      await onConnected?.({ userId, provider, accountId })
    } catch (error) {
      await report({ error, userId, provider, accountId })
      throw new Refusal(500, "errors/authentication_intent_error", "The account could not be stored")
    }
    return answerConnected(await tokens.seal({ ...login, accountId, over: true }))
  }

  async function isSpent(id: string, userId: string): Promise<boolean> {
    try {
      return await spent.has(id)
    } catch (error) {
      await report({ error, userId })
      throw new Refusal(503, "errors/service_unavailable", "Service unavailable")
    }
  }

  async function spend({ id, expiresAt, provider, accountId }: Login, userId: string): Promise<void> {
    try {
      await spent.add(id, expiresAt)
    } catch (error) {
      // What the provider said stands, whether or not this could be noted.
      await report({ error, userId, provider, accountId })
    }
  }

  const submit: Route = async (request, userId) => {
    const { provider, credentials } = await readJson(request, (json) => read(submitBody, json))
    const answer = await transport.submit({ provider, credentials: new Secret(credentials) }, context())
    const expiresAt = (answer.at ?? Date.now()) + lifetime
    return settle(answer, { id: crypto.randomUUID(), provider, user: await hash(userId), expiresAt }, userId)
  }

  const solve: Route = async (request, userId) => {
    const { provider, token, solution } = await readJson(request, (json) => read(solveBody, json))
    const login = await tokens.open(token)
    if (login === undefined) throw unknownLogin()
    if (login.provider !== provider || login.user !== (await hash(userId))) {
      throw new Refusal(403, "errors/session_mismatch", "This login is another's")
    }
    if (Date.now() >= login.expiresAt) throw new Refusal(408, "errors/request_timeout", "This login has expired")
    if (login.over || (await isSpent(login.id, userId))) throw unknownLogin()

    const { accountId } = login
    const answer = await transport.solve({ provider, accountId, solution: box(solution) }, context())
    if (isOver(answer)) await spend(login, userId)
    return settle(answer, login, userId, [accountId])
  }

  return { submit, solve }
}
