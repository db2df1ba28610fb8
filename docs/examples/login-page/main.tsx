// The smallest login page: replace it by your own. The scenarios press the button for each code themselves.
import { ConnectAccount } from "auth-intent/react"
import { createRoot } from "react-dom/client"

const { provider, ...times } = JSON.parse(new URLSearchParams(location.search).get("options") ?? "{}")
const root = document.body.appendChild(document.createElement("main"))
createRoot(root).render(<ConnectAccount relay="/api/auth" providers={[provider]} codeLength={0} {...times} />)
