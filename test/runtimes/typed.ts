import {
  createAuthIntent,
  createPostpressTransport,
  getMessage,
  getStep,
  hostedAuthMachine,
  submitCode,
  withTransport,
} from "auth-intent"
import { createDurable } from "auth-intent/durable"
import { createPageIntent } from "auth-intent/page"
import { createSandbox } from "auth-intent/sandbox"
import { createRelay } from "auth-intent/server"
import { getScenarios } from "auth-intent/testing"
import { createActor } from "xstate"

export { createDurable, createPageIntent, createRelay, getScenarios, hostedAuthMachine }

const transport = createPostpressTransport({ apiKey: "sandbox", fetch: createSandbox().fetch })
const actor = createAuthIntent({ transport, provider: "INSTAGRAM" })
actor.send(submitCode("123456"))
const step = getStep(actor.getSnapshot())
export const shown: string | undefined = step.failure && getMessage(step.failure)
export const other = createActor(withTransport(transport), { input: { provider: "TWITTER" } })
// @ts-expect-error: a plain string is no secret
other.send({ type: "code.submit", code: "123456" })
