import type { Secret } from "../../src/secret.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { connected } from "./answers.ts"
import type { Login } from "./login.ts"

/** What a custom transport may be built on: HTTP clients hang the request on what they throw. */
const broken = (secret: Secret<unknown>) => {
  const data = secret.open()
  const message = `POST failed: ${JSON.stringify(data)}`
  return Object.assign(new Error(message, { cause: new Error(message) }), { config: { data }, secret })
}

const throwing: AuthTransport = {
  submit: ({ credentials }) => Promise.reject(broken(credentials)),
  async solve({ solution }) {
    throw "secret" in solution ? broken(solution.secret) : new Error("nothing to send")
  },
}

const having = (submit: AuthTransport["submit"]) => ({ transport: () => ({ ...throwing, submit }) })

/** Logins through a transport that does not mind what it gives away. */
export const carelessLogins: Login[] = [
  {
    title: "a transport that throws the credentials",
    options: having(throwing.submit),
    play: (intent) => intent.logIn(connected),
  },
  {
    title: "a transport that throws the code",
    options: having(async () => ({ kind: "checkpoint", accountId: "a", checkpoint: { type: "OTP" } })),
    async play(intent) {
      await intent.logIn(connected)
      await intent.typeCode(connected)
    },
  },
  {
    title: "a transport that gives a session in the open",
    options: having(async ({ credentials }) => {
      const session = credentials.open() as Secret<unknown>
      return { kind: "connected", accountId: "a", session }
    }),
    play: (intent) => intent.logIn(connected),
  },
  {
    title: "a transport whose outcome has more parts than it should",
    ends: "connected",
    options: having(async ({ credentials }) => ({ kind: "connected", accountId: "a", sent: credentials.open() })),
    play: (intent) => intent.logIn(connected),
  },
]
