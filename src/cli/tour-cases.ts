import type { AuthIntentEvent, Provider } from "../../machines/auth-intent.types.ts"
import { approveInApp, submitCode, submitCredentials, switchMethod } from "../events.ts"

/** What happens next: an event, some time that passes, or a reload that keeps only the saved record. */
export type Move = (() => AuthIntentEvent) | { pass: number } | "reload"

export interface TourCase {
  title: string
  provider: Provider
  moves: Move[]
  /** The states it must go through. */
  states: string
}

const minutes = (count: number) => ({ pass: count * 60_000 })
const login = (username: string) => () => submitCredentials({ username, password: "correct horse" })
const code = (digits: string) => () => submitCode(digits)

/** The telling cases, as the sandbox's usernames bring them about. */
export const tourCases: TourCase[] = [
  {
    title: "2FA with one wrong code",
    provider: "INSTAGRAM",
    moves: [login("2fa"), code("000000"), code("123456")],
    states: "idle submitting checkpoint.twoFactor solving checkpoint.twoFactor solving connected",
  },
  {
    title: "OTP after 2FA",
    provider: "LINKEDIN",
    moves: [login("2fa-then-otp"), code("123456"), code("123456")],
    states: "idle submitting checkpoint.twoFactor solving checkpoint.otp solving connected",
  },
  {
    title: "Approval in the Messenger app",
    provider: "MESSENGER",
    moves: [login("2fa"), approveInApp],
    states: "idle submitting checkpoint.twoFactor solving connected",
  },
  {
    title: "Approval that is asked about",
    provider: "TWITTER",
    moves: [login("in-app-pending-2"), { pass: 5_000 }, { pass: 5_000 }],
    states: "idle submitting checkpoint.inApp solving checkpoint.inApp solving connected",
  },
  {
    title: "Another way",
    provider: "INSTAGRAM",
    moves: [login("in-app-pending-9"), switchMethod, code("123456")],
    states: "idle submitting checkpoint.inApp solving checkpoint.twoFactor solving connected",
  },
  {
    title: "An intent that expires",
    provider: "INSTAGRAM",
    moves: [login("otp"), minutes(5)],
    states: "idle submitting checkpoint.otp expired",
  },
  {
    title: "A restricted account",
    provider: "INSTAGRAM",
    moves: [login("error:403:errors/account_restricted")],
    states: "idle submitting failed",
  },
  {
    title: "Reload in the middle",
    provider: "INSTAGRAM",
    moves: [login("2fa"), minutes(4), "reload", code("123456")],
    states: "idle submitting checkpoint.twoFactor checkpoint.twoFactor solving connected",
  },
]
