import { createHostRelay } from "../../../../../host.mjs"

const relay = createHostRelay(process.env)

export { relay as GET, relay as OPTIONS, relay as POST }
