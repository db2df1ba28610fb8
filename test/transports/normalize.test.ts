import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import type { Phone } from "../../machines/auth-intent.types.ts"
import { submitCode, submitPhone } from "../../src/intent/events.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { openAt, openIntent, waiting } from "../harness/open-intent.ts"
import { connected } from "../harness/outcomes.ts"

/** Sends an input at a checkpoint, and returns the transport's value, or the failure shown. */
async function type(about: "code" | "phone", event: ReturnType<typeof submitCode | typeof submitPhone>) {
  const checkpoint = { type: about === "code" ? "2FA" : "PHONE_REGISTER" }
  const intent = openIntent({ resume: { ...waiting, attempts: 0, checkpoint } })
  intent.actor.send(event)
  await settled()
  const [call] = intent.calls
  if (!call) {
    expect(intent.state()).toMatch(/^checkpoint\./)
    expect(intent.context()).toMatchObject({ attempts: 0, unanswered: false, failure: { about } })
  }
  return call ? (call.sends as { value: unknown }).value : intent.context().failure?.type
}

const typed = (code: unknown) => type("code", submitCode(code as string))

async function typedPhone(phone: unknown): Promise<unknown> {
  const sent = await type("phone", submitPhone(phone as Phone))
  return sent === invalid ? sent : `(+${(sent as Phone).countryCode})${(sent as Phone).number}`
}

const invalid = "client/invalid_input"

/** Inputs for a code, and the codes sent. */
const codes: [what: string, typed: string, sent: string][] = [
  ["as it is", "123456", "123456"],
  ["with a leading zero", "000123", "000123"],

  // White space and invisible marks.
  ["with blanks around", "  123456\n", "123456"],
  ["in two groups", "123 456", "123456"],
  ["digit by digit", "1 2 3 4 5 6", "123456"],
  ["with an ideographic space", "123\u3000456", "123456"],
  ["on two lines", "123\r\n456", "123456"],
  ["with a byte order mark", "\ufeff123456", "123456"],
  ["between marks of direction", "\u2068123456\u2069", "123456"],

  // Dashes.
  ["with a dash", "123-456", "123456"],
  ["with two dashes", "12-34-56", "123456"],
  ["with an en dash", "123\u2013456", "123456"],
  ["with a dash among blanks", "123 - 456", "123456"],
  ["in a text, beside a shorter group", "code 12-3456 please", "3456"],
  ["with a G and a dash inside a word", "ag-123456", "ag-123456"],
  ["in four groups of letters", "ab cd ef gh", "abcdefgh"],
  ["that ends like a reserved word", "my_try_another_way", "my_try_another_way"],

  // Digits of other scripts.
  ["in full width", "\uff11\uff12\uff13\uff14\uff15\uff16", "123456"],
  ["in Arabic", "\u0661\u0662\u0663\u0664\u0665\u0666", "123456"],
  ["in Devanagari", "\u0967\u0968\u0969\u096a\u096b\u096c", "123456"],
  ["in Adlam", "\u{1e951}\u{1e952}\u{1e953}\u{1e954}", "1234"],
  ["in superscript, which is one with digits", "\u00b9\u00b2\u00b3\u2074", "1234"],

  // A prefix and sentences.
  ["as Google writes it", "G-123456", "123456"],
  ["as Google writes it, in small letters", "g-123456", "123456"],
  ["as Google writes it, with another dash", "G\u2013123456", "123456"],
  ["as a sentence", "Your code is 123456.", "123456"],
  ["as a sentence with a dash", "Use 12-34-56 to log in to your account.", "123456"],
  ["as a sentence with a prefix", "G-123456 is your Google verification code.", "123456"],
  ["as a sentence in Arabic", "رمز التحقق الخاص بك هو ١٢٣٤٥٦", "123456"],
  ["as a sentence in Chinese, with no blanks", "【Instagram】123456是您的验证码，5分钟内有效", "123456"],
  ["as a sentence in Japanese, with no blanks", "認証コードは123456です", "123456"],
  ["in brackets", "(123456)", "123456"],
  ["in quotation marks", "“123 456”", "123456"],
  ["after its name, with no blank", "code:123456", "123456"],
  ["as a sentence with a time", "Your code is 123456. It expires at 12:30.", "123456"],
  ["with marks between its letters", "ab.cd+e1", "ab.cd+e1"],
  ["a backup code in quotation marks", "“ABCD-1234”", "ABCD-1234"],
  ["a backup code with the full stop of its sentence", "ab12-3456-cd78.", "ab12-3456-cd78"],
  ["as a sentence of eight digits", "The code is 12345678 today", "12345678"],
  ["as a message with the site it is for", "123456 is your code\n\n@app.example #123456", "123456"],

  // Backup codes keep their letters, digits and dashes.
  ["a backup code", "abcd-efgh", "abcd-efgh"],
  ["a backup code in groups", "a1b2 c3d4", "a1b2c3d4"],
  ["a backup code that begins with a G", "G-ABCDEF", "G-ABCDEF"],
  ["a backup code of another script", "コード７", "コード7"],
  ["a backup code with an invisible mark", "ab\u200bcd", "abcd"],
  ["what only looks like a word of the wire", "TRY_ANOTHER_WAY_1", "TRY_ANOTHER_WAY_1"],
]

/** Inputs that are no code and are never sent. */
const noCodes: [what: string, typed: unknown][] = [
  ["half an emoji", "12\ud83d34"],
  ["a character of private use", "12\ue00034"],
  ["nothing", ""],
  ["blanks", " \t\n "],
  ["invisible marks", "\u200b\u200e\ufeff"],
  ["65 characters", "1".repeat(65)],
  ["a control character", "12\u000034"],
  ["a long sentence without a code", "I did not get any code at all"],
  ["a long sentence with two codes", "Your code is 123456 and not 654321"],
  ["a long sentence with too long a number", "Please call 123456789012 for your code"],
  ["the word for another way", "TRY_ANOTHER_WAY"],
  ["that word in full width", "ＴＲＹ＿ＡＮＯＴＨＥＲ＿ＷＡＹ"],
  ["that word with an invisible mark", "TRY_\u200bANOTHER_WAY"],
  ["that word with a blank", "TRY_ANOTHER _WAY"],
  ["that word after a prefix", "TRY_ ANOTHER_ WAY"],
  ["the word for an approval", "in_app_validation"],
  ["that word in capitals", "IN_APP_VALIDATION"],
  ["a number", 123456],
  ["null", null],
  ["an object", { code: "123456" }],
]

describe("a code", () => {
  it.each(codes)("typed %s (%j) is sent as %s", async (_, code, sent) => {
    expect(await typed(code)).toBe(sent)
  })

  it.each(noCodes)("that is %s is an invalid entry, and is never sent", async (_, code) => {
    expect(await typed(code)).toBe(invalid)
  })
})

/** Inputs for a phone number, in two parts, and the numbers sent. */
const phones: [what: string, countryCode: string, number: string, sent: string][] = [
  ["with zeros in the middle", "33", "612003456", "(+33)612003456"],
  ["as it is", "33", "0612345678", "(+33)0612345678"],
  ["with a plus", "+33", "0612345678", "(+33)0612345678"],
  ["with two zeros", "0033", "0612345678", "(+33)0612345678"],
  ["in pairs with dots", "33", "06.12.34.56.78", "(+33)0612345678"],
  ["with dashes and brackets", "1", "(415) 555-0132", "(+1)4155550132"],
  ["with minus signs", "81", "\uff10\uff19\uff10\u22121234\u22125678", "(+81)09012345678"],
  ["with a slash", "49", "030/1234567", "(+49)0301234567"],
  ["in full width", "８１", "０９０１２３４５６７８", "(+81)09012345678"],
  ["in Arabic", "٩٦٦", "٠٥١٢٣٤٥٦٧٨", "(+966)0512345678"],
  ["between marks of direction", "\u202a33\u202c", "\u202a0612345678\u202c", "(+33)0612345678"],
  ["with its own country code", "33", "+33612345678", "(+33)612345678"],
  ["with its own country code and a bracket", "49", "+49 (30) 1234567", "(+49)301234567"],
  ["with its own country code after two zeros", "33", "0033612345678", "(+33)612345678"],
  ["of four digits", "33", "1234", "(+33)1234"],
  ["of 15 digits", "33", "1".repeat(15), `(+33)${"1".repeat(15)}`],
]

/** Inputs that are no phone number and are never sent. */
const noPhones: [what: string, phone: unknown][] = [
  ["nothing", { countryCode: "", number: "" }],
  ["no country", { number: "0612345678" }],
  ["no number", { countryCode: "33" }],
  ["the wrong country for the number", { countryCode: "33", number: "+49301234567" }],
  ["the wrong country for a number after two zeros", { countryCode: "33", number: "0049301234567" }],
  ["three digits", { countryCode: "33", number: "123" }],
  ["16 digits", { countryCode: "33", number: "1".repeat(16) }],
  ["a country by name", { countryCode: "FR", number: "0612345678" }],
  ["a country of four digits", { countryCode: "1234", number: "0612345678" }],
  ["a country that begins with zero", { countryCode: "033", number: "0612345678" }],
  ["brackets that would be read as another country", { countryCode: "33)(+1", number: "0612345678" }],
  ["a control character", { countryCode: "33", number: "0612\u0000345678" }],
  ["a country that is no text", { countryCode: 33, number: "0612345678" }],
  ["a text", "(+33)0612345678"],
  ["null", null],
]

describe("a phone number", () => {
  it.each(phones)("typed %s (%s, %s) is sent as %s", async (_, countryCode, number, sent) => {
    expect(await typedPhone({ countryCode, number })).toBe(sent)
  })

  it.each(noPhones)("that is %s is an invalid entry, and is never sent", async (_, phone) => {
    expect(await typedPhone(phone)).toBe(invalid)
  })
})

it("an invalid entry can be corrected: the next is sent, and the failure is gone", async () => {
  const intent = await openAt({ type: "2FA" })
  intent.actor.send(submitCode(""))
  await settled()
  expect(getStep(intent.actor.getSnapshot())).toMatchObject({ kind: "code", failure: { type: invalid } })
  intent.actor.send(submitCode("123456"))
  expect(intent.calls).toHaveLength(2)
  expect(intent.context().failure).toBeUndefined()
  await intent.reply(connected)
  expect(intent.state()).toBe("connected")
})
