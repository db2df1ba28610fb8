import { checkpoint, refusal } from "./answers.ts"
import type { Login } from "./login.ts"

/** The request in the parts of a checkpoint or an error that a server is least expected to repeat it in. */
export const echoedLogins: Login[] = [
  {
    title: "an unknown checkpoint with the request in nested parts",
    play: (intent) => intent.logIn(checkpoint("QRCODE", ({ values }) => ({ a: [{ b: [values] }], c: { d: values } }))),
  },
  {
    title: "an unknown checkpoint with the request in the names of parts",
    play: (intent) => intent.logIn(checkpoint("QRCODE", ({ values }) => ({ [values]: 1, a: { [values]: 1 } }))),
  },
  {
    title: "an unknown checkpoint with the request in nested parts of the protocol's names",
    play: (intent) =>
      intent.logIn(
        checkpoint("QRCODE", ({ values }) => ({ a: { type: values }, object: values, account_id: [values] })),
      ),
  },
  {
    title: "an unknown checkpoint with the code as a number",
    async play(intent) {
      await intent.logIn(checkpoint("OTP"))
      await intent.typeCode(checkpoint("QRCODE", ({ body }) => ({ code: Number(JSON.parse(body).code) })))
    },
  },
  ...Object.entries({
    "as JSON": (values: string) => JSON.stringify(values),
    "in the form of a URL": encodeURIComponent,
  }).flatMap(([form, spell]): Login[] => [
    {
      title: `an error with the request ${form}`,
      play: (intent) => intent.logIn(refusal(400, "errors/invalid_request", ({ values }) => spell(values))),
    },
    {
      title: `an unknown checkpoint with the request ${form}`,
      play: (intent) => intent.logIn(checkpoint("QRCODE", ({ values }) => ({ echo: spell(values) }))),
    },
  ]),
  {
    title: "an error with the phone number as it is dialled from abroad",
    async play(intent) {
      await intent.logIn(checkpoint("PHONE_REGISTER"))
      const abroad = `+33${intent.canaries.phone.number.slice(1)}`
      await intent.typePhone(refusal(400, "errors/invalid_request", () => abroad))
    },
  },
]
