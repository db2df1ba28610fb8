import { createApp, h } from "vue"
import LoginPage from "../../../docs/examples/vue/login-page.vue"
import { logins } from "./options.mjs"

createApp({ render: () => logins.map((options) => h(LoginPage, { options })) }).mount("#root")
