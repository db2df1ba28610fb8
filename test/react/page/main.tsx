import { createRelayTransport, type Provider } from "auth-intent"
import { ConnectAccount, pageMessages } from "auth-intent/react"
import "./host.css"
import "auth-intent/react/style.css"
import { StrictMode, useEffect, useState } from "react"
import { createPortal } from "react-dom"
import { createRoot } from "react-dom/client"
import { toPseudoArabic } from "./pseudo-arabic.ts"

const query = new URLSearchParams(location.search)
const report = (name: string) => (value: object) => {
  const list = document.getElementById("reports")
  list?.append(`${name} ${JSON.stringify(value)}\n`)
}

/** The options of a scenario's start. */
const { provider, ...options } = JSON.parse(query.get("options") ?? "{}")

/** Returns the texts, each with a word too long for a phone. */
const withAddresses = <Texts extends object>(texts: Texts) =>
  Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, `${text} https://help.example.com/366993040048856`]),
  ) as Texts

/** A product's page with the form, everything inline, as in a first version. */
function Page() {
  const [searched, search] = useState("")
  const [isRightToLeft, setRightToLeft] = useState(query.get("dir") === "rtl")
  const [drawn, setDrawn] = useState(1)
  const [offered, offer] = useState<Provider[]>()
  const [user, setUser] = useState(query.get("key") ?? undefined)
  useEffect(() => addEventListener("translate", () => setRightToLeft(true)), [])
  useEffect(() => addEventListener("redraw", () => setDrawn(2)), [])
  useEffect(() => addEventListener("offer", (event) => offer((event as CustomEvent<Provider[]>).detail)), [])
  useEffect(() => addEventListener("user", () => setUser("bob")), [])
  const end = searched && ` ${searched}`
  const headers = { "x-session": query.get("session") ?? "" }
  const relay = createRelayTransport({ baseUrl: "/api/auth", headers })
  const login = (
    <ConnectAccount
      key={drawn}
      // The transport serves only the offered providers.
      transport={offered?.length ? { ...relay, providers: offered } : relay}
      onConnected={report(`connected${end}`)}
      onEnd={report(`end${end}`)}
      storageKey={user}
      {...(query.has("provider") && { providers: ["LINKEDIN"] })}
      {...((offered || query.has("loading")) && { providers: offered ?? [] })}
      {...options}
      {...(provider && { providers: [provider], codeLength: 0 })}
      {...(query.has("silent") && { inAppPollInterval: 0 })}
      {...(query.has("hosted") && { hosted: <strong>The hosted page</strong> })}
      {...(query.has("long") && { messages: withAddresses(pageMessages) })}
      {...(query.has("theme") && { theme: query.get("theme") as "dark" })}
      {...(isRightToLeft && { dir: "rtl", lang: "ar", messages: toPseudoArabic(pageMessages) })}
    />
  )
  return (
    <main>
      <h1>My product</h1>
      {query.has("portal") ? (
        <form onSubmit={() => report("sent")({})}>{createPortal(login, document.body)}</form>
      ) : query.has("nested") ? (
        <form onSubmit={() => report("sent")({})}>{login}</form>
      ) : (
        login
      )}
      <p className="below">What stands below the form</p>
      <input aria-label="Search" onChange={({ currentTarget }) => search(currentTarget.value)} />
      <pre id="reports" />
    </main>
  )
}

// A form in a form is invalid HTML, and React's development build reports it.
const { error } = console
console.error = (...all: unknown[]) => /cannot (be a descendant|contain a nested)/.test(String(all[0])) || error(...all)

const root = document.getElementById("root")
if (root)
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
