import { approveInApp, cancelIntent, submitCode, submitCredentials, switchMethod } from "../../src/events.ts"
import { type Answer, checkpoint, connected, never, refusal } from "./answers.ts"
import type { Login } from "./login.ts"

/** Logins that go through every state. */
export const wholeLogins: Login[] = [
  { title: "connected at once", ends: "connected", play: (intent) => intent.logIn(connected) },
  {
    title: "a wrong code, then a phone number, then a code",
    ends: "connected",
    async play(intent) {
      await intent.logIn(checkpoint("2FA"))
      await intent.typeCode(refusal(401, "errors/invalid_checkpoint_solution"))
      await intent.ask(switchMethod(), checkpoint("PHONE_REGISTER"))
      await intent.typePhone(checkpoint("OTP"))
      await intent.typeCode(connected)
    },
  },
  {
    title: "a checkpoint of an unknown type",
    ends: "connected",
    async play(intent) {
      await intent.logIn(checkpoint("QRCODE"))
      await intent.typeCode(connected)
    },
  },
  {
    title: "an approval that is asked about until it comes",
    ends: "connected",
    options: { provider: "MESSENGER" },
    async play(intent) {
      await intent.logIn(checkpoint("IN_APP_VALIDATION"))
      await intent.ask(approveInApp(), refusal(401, "errors/invalid_checkpoint_solution"))
      intent.pass(1000)
      await intent.settled()
      await intent.ask(approveInApp(), connected)
    },
  },
  {
    title: "a code typed while an approval is on its way",
    ends: "connected",
    options: { provider: "MESSENGER" },
    async play(intent) {
      await intent.logIn(checkpoint("2FA"))
      intent.send(approveInApp(), never)
      await intent.typeCode(connected)
    },
  },
  {
    title: "canceled while the credentials are on their way",
    async play(intent) {
      intent.send(submitCredentials(intent.canaries.credentials), never)
      intent.send(cancelIntent())
    },
  },
  {
    title: "canceled while a code is on its way",
    async play(intent) {
      await intent.logIn(checkpoint("2FA"))
      intent.send(submitCode(intent.canaries.code), never)
      intent.send(cancelIntent())
    },
  },
  {
    title: "reloaded while the credentials are on their way",
    async play(intent) {
      intent.send(submitCredentials(intent.canaries.credentials), never)
      intent.reload()
    },
  },
  {
    title: "reloaded while a code is on its way",
    async play(intent) {
      await intent.logIn(checkpoint("2FA"))
      intent.send(submitCode(intent.canaries.code), never)
      intent.reload()
    },
  },
  {
    title: "expired at a checkpoint",
    ends: "expired",
    async play(intent) {
      await intent.logIn(checkpoint("2FA"))
      intent.pass(300_000)
      intent.send(submitCode(intent.canaries.code))
    },
  },
  {
    title: "expired while a code is on its way",
    ends: "expired",
    async play(intent) {
      await intent.logIn(checkpoint("2FA"))
      intent.send(submitCode(intent.canaries.code), never)
      intent.pass(310_000)
    },
  },
  {
    title: "a 408 past the deadline",
    ends: "expired",
    async play(intent) {
      await intent.logIn(checkpoint("2FA"))
      const late: Answer = (sent) => {
        intent.pass(300_000)
        return refusal(408, "errors/request_timeout")(sent)
      }
      await intent.typeCode(late)
    },
  },
  {
    title: "a 400 after a 408",
    ends: "expired",
    async play(intent) {
      await intent.logIn(checkpoint("2FA"))
      await intent.typeCode(refusal(408, "errors/request_timeout"))
      await intent.typeCode(refusal(400, "errors/invalid_request"))
    },
  },
  {
    title: "an absurd code",
    async play(intent) {
      await intent.logIn(checkpoint("2FA"))
      await intent.ask(submitCode(`${intent.canaries.code}\u0000`), connected)
      await intent.ask(submitCode(intent.canaries.code.repeat(5)), connected)
    },
  },
  {
    title: "absurd credentials",
    play: (intent) => intent.ask(submitCredentials({ ...intent.canaries, username: "" }), connected),
  },
]
