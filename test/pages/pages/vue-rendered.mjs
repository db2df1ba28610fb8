import { createSSRApp } from "vue"
import LoginPage from "../../../docs/examples/vue/login-page.vue"
import { logins } from "./options.mjs"

createSSRApp(LoginPage, { options: logins[0] }).mount("#root")
