import { mount } from "svelte"
import LoginPage from "../../../docs/examples/svelte/login-page.svelte"
import { options } from "./options.mjs"

mount(LoginPage, { target: document.getElementById("root"), props: { options } })
