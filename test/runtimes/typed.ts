import {
  createAuthIntent,
  createPostpressTransport,
  getMessage,
  getStep,
  hostedAuthMachine,
  submitCode,
  withTransport,
} from "auth-intent"
import { createDbosIntents } from "auth-intent/dbos"
import { createDurable } from "auth-intent/durable"
import { createPageIntent } from "auth-intent/page"
import { ConnectAccount, type ConnectAccountProps, useAuthIntent } from "auth-intent/react"
import { createRestateIntents } from "auth-intent/restate"
import { createSandbox } from "auth-intent/sandbox"
import { createRelay } from "auth-intent/server"
import { getScenarios } from "auth-intent/testing"
import { createActor } from "xstate"

export {
  ConnectAccount,
  createDbosIntents,
  createDurable,
  createPageIntent,
  createRelay,
  createRestateIntents,
  getScenarios,
  hostedAuthMachine,
  useAuthIntent,
}

export const props: ConnectAccountProps = { relay: "/api/auth", providers: ["INSTAGRAM"] }
// @ts-expect-error: neither a relay nor a transport
export const nowhere: ConnectAccountProps = { providers: ["INSTAGRAM"] }

const transport = createPostpressTransport({ apiKey: "sandbox", fetch: createSandbox().fetch })
const actor = createAuthIntent({ transport, provider: "INSTAGRAM" })
actor.send(submitCode("123456"))
const step = getStep(actor.getSnapshot())
export const shown: string | undefined = step.failure && getMessage(step.failure)
export const other = createActor(withTransport(transport), { input: { provider: "TWITTER" } })
// @ts-expect-error: a plain string is no secret
other.send({ type: "code.submit", code: "123456" })
