// A login page, as small as one can be: your own takes its place. The scenarios press its button for each code themselves.
import { ConnectAccount } from "auth-intent/react"
import { createRoot } from "react-dom/client"

const { provider, ...times } = JSON.parse(new URLSearchParams(location.search).get("options") ?? "{}")
const root = document.body.appendChild(document.createElement("main"))
createRoot(root).render(<ConnectAccount relay="/api/auth" providers={[provider]} codeLength={0} {...times} />)
