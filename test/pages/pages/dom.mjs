import { showLogin } from "../../../docs/examples/dom/login-page.ts"
import { options } from "./options.mjs"

showLogin(document.getElementById("root"), options)
