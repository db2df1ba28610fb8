import { showLogin } from "../../../docs/examples/dom/login-page.ts"
import { logins } from "./options.mjs"

for (const options of logins) {
  showLogin(document.getElementById("root").appendChild(document.createElement("section")), options)
}
