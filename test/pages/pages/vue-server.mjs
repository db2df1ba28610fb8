import { createSSRApp } from "vue"
import { renderToString } from "vue/server-renderer"
import LoginPage from "../../../docs/examples/vue/login-page.vue"
import { logins } from "./options.mjs"

export const render = () => renderToString(createSSRApp(LoginPage, { options: logins[0] }))
