import { type FormEvent, type ReactNode, useEffect, useId, useReducer, useRef, useState } from "react"
import { timeOf } from "../../machines/clock.ts"
import { providers as allProviders, type Provider } from "../../machines/providers.ts"
import { moveFocus } from "../page/form.ts"
import type { PageIntentOptions } from "../page/page-intent.types.ts"
import { type PageMessages, pageMessages } from "../page/page-messages.ts"
import { type PageView, viewOf } from "../page/page-view.ts"
import { parse } from "../values.schema.ts"
import { connectAccountProps } from "./connect-account.schema.ts"
import { Identity } from "./identity.tsx"
import { StepFields } from "./step-fields.tsx"
import { type UseAuthIntent, useAuthIntent } from "./use-auth-intent.ts"

/** The props of `ConnectAccount`: every option of `useAuthIntent`, and how the form looks and speaks. */
export type ConnectAccountProps = ConnectAccountLooks &
  (
    | Omit<Extract<PageIntentOptions, { relay: string }>, "provider" | "providers">
    | Omit<Extract<PageIntentOptions, { transport: object }>, "provider" | "providers">
  )

interface ConnectAccountLooks {
  /**
   * The providers to choose from; the first one is chosen. A new login replaces a login for any other provider. Nothing
   * is rendered while the list is empty. @default the transport's providers
   */
  providers?: readonly Provider[] | undefined
  /** Every text. @default pageMessages, in English */
  messages?: PageMessages | undefined
  /** The language of the texts and of the names of countries, for example `ar`. @default the page's */
  lang?: string | undefined
  /** The direction of the texts. @default the page's */
  dir?: "ltr" | "rtl" | undefined
  /** Light or dark, whatever the system prefers. @default the system's */
  theme?: "light" | "dark" | undefined
  className?: string | undefined
  /** How many digits a code has: the last digit sends the code. @default 6 for a code that was just sent */
  codeLength?: number | undefined
  /** Another way to connect, below the first step: for example a button to the hosted wizard. */
  hosted?: ReactNode
}

/**
 * Renders the whole form, which leads a person through connecting one account. Styles: `auth-intent/react/style.css`.
 * @throws AuthIntentError `invalid_option`, `invalid_provider`, or `invalid_base_url`.
 * @example
 * import { ConnectAccount } from "auth-intent/react"
 * import "auth-intent/react/style.css"
 *
 * export const Page = () => <ConnectAccount relay="/api/auth" onConnected={() => location.assign("/accounts")} />
 */
export function ConnectAccount(props: ConnectAccountProps) {
  const checked = parse(connectAccountProps, props, "invalid_option", "ConnectAccount")
  const { providers = props.transport?.providers ?? allProviders } = checked
  const [offered] = providers
  // The list may still be loading: a saved login waits for it.
  return offered ? <Form key={props.storageKey} {...props} {...{ providers, offered }} /> : null
}

function Form({
  providers,
  offered,
  ...props
}: ConnectAccountProps & { providers: readonly Provider[]; offered: Provider }) {
  const { messages: texts = pageMessages, lang, dir, theme, codeLength, hosted } = props
  const [first] = useState(offered)
  const login = useAuthIntent({ ...props, provider: first, providers })
  const { step, busy, provider, restart, getFormProps, getSubmitProps, getCancelProps } = login
  const titleId = useId()
  const helpId = useId()
  const view = useView(login, texts, props)
  const { onSubmit, ...form } = getFormProps()

  // The focus moves at each new place, and when a request has ended. An unused form does not move it.
  // A field that had the focus before hydration reports only keys.
  const used = useRef<HTMLElement>(null)
  const onUse = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    used.current = currentTarget
  }
  const { place } = view
  useEffect(() => {
    if (place && !busy && used.current) moveFocus(used.current)
  }, [place, busy])

  // The list usually lacks the account that was just connected, even if only the host knows of it. An end with a button
  // stays until the button begins the next login.
  const isOffered = providers.includes(provider)
  const isWithdrawn = !isOffered && !(view.ending && view.canSubmit)
  useEffect(() => {
    if (isWithdrawn) restart(offered)
  }, [isWithdrawn, offered, restart])

  return (
    <section
      className={["ai-connect", props.className].filter(Boolean).join(" ")}
      onFocus={onUse}
      onKeyDown={onUse}
      aria-labelledby={titleId}
      data-theme={theme}
      data-step={step.kind}
      data-choice={providers.length > 1 || undefined}
      lang={lang}
      dir={dir}
    >
      <h2 className="ai-title" id={titleId} tabIndex={-1}>
        {view.title}
      </h2>
      <Identity {...{ login, view, texts }} />
      {step.kind === "done" ? (
        <DoneStep {...{ view, login }} next={isOffered ? provider : offered} />
      ) : (
        // Inside a host's form the event does not bubble: a browser would send the fields to the page's address.
        <form className="ai-form" key={place} {...form} onSubmitCapture={view.canSubmit ? onSubmit : keepBack}>
          <StepFields {...{ step, login, view, providers, texts, lang, helpId, codeLength }} />
          <div className="ai-notices" role="status">
            {view.notice && <p>{view.notice}</p>}
          </div>
          <div className="ai-actions">
            <button className="ai-button" {...getSubmitProps()} aria-disabled={!view.canSubmit}>
              {view.action}
            </button>
            <button className="ai-link" {...getCancelProps()}>
              {texts["action.cancel"]}
            </button>
          </div>
        </form>
      )}
      {step.kind === "credentials" && hosted && (
        <div className="ai-hosted">
          <p className="ai-or">{texts["status.or"]}</p>
          {hosted}
        </div>
      )}
      <p role="status" className="ai-hidden">
        {view.status}
      </p>
    </section>
  )
}

/** Prevents a submit, also of a host's form, which the event would reach through a portal. */
function keepBack(event: FormEvent) {
  event.preventDefault()
  event.stopPropagation()
}

/** Returns the view of a login, and renders again whenever time changes the view. */
function useView(login: UseAuthIntent, texts: PageMessages, { clock, intentLifetime }: ConnectAccountProps): PageView {
  const { step } = login
  // Only these steps show a time. A first step that a server renders must not read the clock.
  const isTimed = "expiresAt" in step || step.failure?.retryAt !== undefined
  const look = () => viewOf(login, { texts, now: isTimed ? timeOf({ clock }) : 0, intentLifetime })
  const [, draw] = useReducer((count: number) => count + 1, 0)
  const view = look()
  useEffect(() => {
    if (!isTimed) return undefined
    const shown = JSON.stringify(view)
    const timer = setInterval(() => JSON.stringify(look()) === shown || draw(), 250)
    return () => clearInterval(timer)
  })
  return view
}

/** The sign for each ending. */
const signs = {
  connected: "M5 13l5 5L19 7",
  alreadyConnected: "M5 13l5 5L19 7",
  canceled: "M6 12h12",
  expired: "M12 6v7l4 3",
  mayBeConnected: "M9 9c0-4 6-4 6 0 0 3-3 2-3 5m0 3v1",
  failed: "M12 6v8m0 3v1",
} as const

/** Renders how the login ended, and what to do next; without a button if nothing can be done. */
function DoneStep({ view, login, next }: { view: PageView; login: UseAuthIntent; next: Provider }) {
  const { ending = "failed", tone, text, action } = view
  const isQuiet = ending === "connected" || ending === "mayBeConnected"
  return (
    <div className="ai-form ai-outcome" data-tone={tone}>
      <svg className="ai-sign" viewBox="0 0 24 24" aria-hidden="true">
        <path d={signs[ending]} />
      </svg>
      <p>{text}</p>
      <div className="ai-actions">
        {action && (
          <button className={isQuiet ? "ai-button ai-quiet" : "ai-button"} {...login.getRestartProps(next)}>
            {action}
          </button>
        )}
      </div>
    </div>
  )
}
