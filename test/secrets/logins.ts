import { carelessLogins } from "./careless-logins.ts"
import { echoedLogins } from "./echoed-logins.ts"
import type { Login } from "./login.ts"
import { refusedLogins } from "./refused-logins.ts"
import { wholeLogins } from "./whole-logins.ts"

/** Every login that is played with canaries. */
export const logins: Login[] = [...wholeLogins, ...echoedLogins, ...carelessLogins, ...refusedLogins]
