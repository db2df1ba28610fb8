import type { PersonMove } from "../scenario.ts"

/** What a person can do, by a phrase for it; a code is right or wrong, and the server answers accordingly. */
export const personMoves: Record<string, PersonMove> = {
  credentials: { person: "credentials.submit", credentials: { username: "ada", password: "correct horse" } },
  "empty credentials": { person: "credentials.submit", credentials: { username: "", password: "" } },
  "right code": { person: "code.submit", code: "123456" },
  "wrong code": { person: "code.submit", code: "000000" },
  "empty code": { person: "code.submit", code: "" },
  "phone number": { person: "phone.submit", phone: { countryCode: "33", number: "0612345678" } },
  "empty phone number": { person: "phone.submit", phone: { countryCode: "", number: "" } },
  approved: { person: "inApp.approve" },
  "another way": { person: "method.switch" },
  canceled: { person: "intent.cancel" },
  reloaded: { person: "reload" },
}
