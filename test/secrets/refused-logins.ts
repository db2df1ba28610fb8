import { approveInApp, switchMethod } from "../../src/events.ts"
import { failureTable } from "../../src/failures/failure-table.ts"
import { type Answer, checkpoint, garbage, refusal, session } from "./answers.ts"
import type { Login } from "./login.ts"
import type { PlayedIntent } from "./played-intent.ts"

type Play = (intent: PlayedIntent, answer: Answer) => Promise<void>

/** Every request that an answer can be for. */
const requests: Record<string, Play> = {
  "to the credentials": (intent, answer) => intent.logIn(answer),
  "to a 2FA code": async (intent, answer) => {
    await intent.logIn(checkpoint("2FA"))
    await intent.typeCode(answer)
  },
  "to a code for an unknown checkpoint": async (intent, answer) => {
    await intent.logIn(checkpoint("QRCODE"))
    await intent.typeCode(answer)
  },
  "to a phone number": async (intent, answer) => {
    await intent.logIn(checkpoint("PHONE_REGISTER"))
    await intent.typePhone(answer)
  },
  "to an approval": async (intent, answer) => {
    await intent.logIn(checkpoint("IN_APP_VALIDATION"))
    await intent.ask(approveInApp(), answer)
  },
  "to another way": async (intent, answer) => {
    await intent.logIn(checkpoint("OTP"))
    await intent.ask(switchMethod(), answer)
  },
}

const errors = Object.entries(failureTable).flatMap(([status, types]) =>
  Object.keys(types).map((name): [string, Answer] => [
    `${status} errors/${name}`,
    refusal(Number(status), `errors/${name}`),
  ]),
)

const answers: [title: string, Answer][] = [...errors, ...Object.entries(garbage)]

/** Each failure and each garbage as the answer to each request. */
const refused: Login[] = answers.flatMap(([title, answer]) =>
  Object.entries(requests).map(([request, play]) => ({
    title: `${title} ${request}`,
    play: (intent) => play(intent, answer),
  })),
)

const given = (title: string, more: object, ends?: Login["ends"]): Login => ({
  title,
  options: { api: "intelliwise" },
  ends,
  play: (intent) => intent.logIn(session(intent.canaries, more)),
})

const sessions: Login[] = [
  given("a session", {}, "connected"),
  given("a session that lacks a second factor", { missing2fa: true }),
  given("a session that is not valid", { valid: false }),
  given("a session of wrong types", { valid: "yes" }),
]

const intelliwiseRefused: Login[] = answers.map(([title, answer]) => ({
  title: `${title} to an Instagram code`,
  options: { api: "intelliwise" },
  play: (intent) => intent.logIn(answer),
}))

/** Every failure and all garbage, as the answer to every request. */
export const refusedLogins: Login[] = [...refused, ...sessions, ...intelliwiseRefused]
