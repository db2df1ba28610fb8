import { pageMessages } from "auth-intent/react"
import type { PersonMove } from "../../../src/testing/auth-intent/vocabulary.ts"

/** The longest time until something shows, in ms. */
const maxWait = 3000

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Waits until the form has a usable part. */
async function find<Part extends HTMLElement>(selector: string, texts?: readonly string[]): Promise<Part> {
  for (let waited = 0; waited < maxWait; waited += 10) {
    const parts = document.querySelectorAll<Part>(`.ai-connect ${selector}:not([readonly], [aria-disabled=true])`)
    const found = [...parts].find(({ textContent }) => texts?.includes(textContent) ?? true)
    if (found) return found
    await sleep(10)
  }
  throw new Error(`The form has no ${texts?.join(", nor ") ?? selector}`)
}

async function press(...actions: (keyof typeof pageMessages)[]): Promise<void> {
  const texts = actions.map((action) => String(pageMessages[action]))
  const button = await find("button", texts)
  button.click()
}

/** Creates a hand that uses the form as a person does: it types letter by letter and presses buttons. */
export function createFormHand(pace: number) {
  async function type(name: string, text: string): Promise<HTMLInputElement> {
    const input = await find<HTMLInputElement>(`[name=${name}]`)
    input.focus()
    input.value = ""
    for (const data of text) {
      input.setRangeText(data, input.value.length, input.value.length, "end")
      input.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data }))
      if (pace > 0) await sleep(pace / 20)
    }
    return input
  }

  /** Sends the form of a field, unless the field's last letter has sent it. */
  function submit({ form, readOnly, isConnected }: HTMLInputElement) {
    if (isConnected && !readOnly) form?.requestSubmit()
  }

  return async function act(move: PersonMove): Promise<void> {
    switch (move.person) {
      case "credentials.submit":
        await type("username", move.credentials.username)
        return submit(await type("password", move.credentials.password))
      case "code.submit":
        return submit(await type("code", move.code))
      case "phone.submit": {
        const country = await find<HTMLSelectElement>("[name=countryCode]")
        country.value = move.phone.countryCode
        country.dispatchEvent(new Event("change", { bubbles: true }))
        return submit(await type("number", move.phone.number))
      }
      case "inApp.approve":
        return press("action.approval", "action.approveInstead")
      case "method.switch":
        return press("action.switchMethod")
      case "intent.cancel":
        return press("action.cancel")
      case "reload":
        throw new Error("A page that plays does not reload itself")
    }
  }
}
