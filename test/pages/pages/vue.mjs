import { createApp } from "vue"
import LoginPage from "../../../docs/examples/vue/login-page.vue"
import { options } from "./options.mjs"

createApp(LoginPage, { options }).mount("#root")
