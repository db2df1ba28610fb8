import { relay } from "../../../../../relay.mjs"

export { relay as GET, relay as OPTIONS, relay as POST }
