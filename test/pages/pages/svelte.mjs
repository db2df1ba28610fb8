import { mount } from "svelte"
import LoginPage from "../../../docs/examples/svelte/login-page.svelte"
import { logins } from "./options.mjs"

for (const options of logins) mount(LoginPage, { target: document.getElementById("root"), props: { options } })
