import { assign, createActor, fromPromise, setup, toPromise } from "xstate"
import type { Fetch } from "../../src/http/post-json.ts"

interface Context {
  accountId: string
  expiresAt: number
}

type Event = { type: "submit"; body: object } | { type: "solve"; code: string } | { type: "wait" }

interface Reply {
  status: number
  json: { account_id: string }
}

/** The simplest machine for this task: two requests, one deadline, no failure handling. */
export function createMinimalMachine(fetch: Fetch, baseUrl: string) {
  const post = fromPromise<Reply, { path: string; body: object }>(async ({ input, signal }) => {
    const response = await fetch(`${baseUrl}${input.path}`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "X-API-KEY": "key" },
      body: JSON.stringify(input.body),
      redirect: "manual",
      signal,
    })
    return { status: response.status, json: JSON.parse(await response.text()) }
  })
  return setup({
    types: { context: {} as Context, events: {} as Event, output: {} as { accountId: string } },
    actors: { post },
  }).createMachine({
    context: { accountId: "", expiresAt: 0 },
    initial: "idle",
    states: {
      // Without a request, for intents that only wait.
      idle: { on: { submit: "submitting", wait: "code" } },
      submitting: {
        invoke: {
          src: "post",
          input: ({ event }) => ({ path: "/accounts", body: event.type === "submit" ? event.body : {} }),
          onDone: {
            target: "code",
            actions: assign({
              accountId: ({ event }) => event.output.json.account_id,
              expiresAt: () => Date.now() + 300_000,
            }),
          },
        },
      },
      code: { after: { 300000: "expired" }, on: { solve: "solving" } },
      solving: {
        invoke: {
          src: "post",
          input: ({ context, event }) => ({
            path: "/accounts/checkpoint",
            body: {
              provider: "INSTAGRAM",
              account_id: context.accountId,
              code: event.type === "solve" ? event.code : "",
            },
          }),
          onDone: "connected",
        },
      },
      connected: { type: "final" },
      expired: { type: "final" },
    },
    output: ({ context }) => ({ accountId: context.accountId }),
  })
}

/** Builds one login on that machine. */
export function createMinimalLogin(fetch: Fetch, baseUrl: string) {
  const machine = createMinimalMachine(fetch, baseUrl)
  return async (body: object, code: string): Promise<string> => {
    const actor = createActor(machine).start()
    const arrived = new Promise<void>((resolve) => {
      const subscription = actor.subscribe((snapshot) => {
        if (!snapshot.matches("code")) return
        subscription.unsubscribe()
        resolve()
      })
    })
    actor.send({ type: "submit", body })
    await arrived
    actor.send({ type: "solve", code })
    const { accountId } = await toPromise(actor)
    return accountId
  }
}
