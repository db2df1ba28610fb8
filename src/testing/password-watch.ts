import type { DrivenPage } from "./driven-page.ts"
import { findSecrets } from "./find-secrets.ts"
import { readKept } from "./kept-in-page.ts"

/** Creates a watch over the passwords of a scenario: what the page keeps and sends may not hold them. */
export function createPasswordWatch(page: DrivenPage) {
  // A code may be part of any number by chance: only passwords are looked for.
  let passwords: string[] = []
  /** The texts that have left the page, by their destination. */
  let texts: Record<string, string> = {}

  return {
    reset() {
      passwords = []
      texts = {}
    },
    /** Notes a text that has left the page. */
    note(place: string, text: string) {
      texts[place] = `${texts[place] ?? ""} ${text}`
    },
    /** Notes the credentials that are about to be typed. */
    async add({ username, password }: { username: string; password: string }) {
      const { "its document": html } = await page.evaluate(readKept, [])
      // A text that the page shows or sends anyway, such as the username, is no sign of the password.
      const anyway = `${username} ${html} ${Object.values(texts)}`
      if (password && findSecrets(anyway, [password]).length === 0) passwords.push(password)
    },
    /** Throws where the page has kept or sent a password. `mayShow`: the fields hold it, and may show it again. */
    async check(mayShow: boolean) {
      const { "its document": html, "a field": typed, ...more } = await page.evaluate(readKept, [])
      const kept = { ...more, ...texts, ...(!mayShow && { "its document": html, "a field": typed }) }
      for (const [place, text] of Object.entries(kept))
        if (findSecrets(text, passwords).length > 0) throw new Error(`The page keeps the password in ${place}`)
    },
  }
}
