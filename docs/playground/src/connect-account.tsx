import { useSelector } from "@xstate/react"
import {
  type AuthIntentActor,
  approveInApp,
  cancelIntent,
  getStep,
  type Provider,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "auth-intent"
import type { FormEvent, ReactNode } from "react"
import { Fields } from "./fields.tsx"
import { Notices } from "./notices.tsx"
import { Outcome } from "./outcome.tsx"
import { titleOf, words } from "./texts.ts"
import { TimeLeft } from "./time-left.tsx"
import { useFocus } from "./use-focus.ts"

export interface ConnectAccountProps {
  actor: AuthIntentActor
  provider: Provider
  startAgain: (provider: Provider) => void
  /** Shown with the first step: another way to connect, say. */
  children?: ReactNode
  /** The time in epoch ms. Default the system's. */
  now?: () => number
}

/** Takes a person through connecting one account: shows what the step asks for and sends what they enter. */
export function ConnectAccount({ actor, provider, startAgain, children, now = Date.now }: ConnectAccountProps) {
  // While a request is on its way what was shown stays, so that nothing jumps.
  const step = useSelector(actor, getStep, (_, next) => next.kind === "wait")
  const busy = useSelector(actor, (snapshot) => getStep(snapshot).kind === "wait")
  const failure = busy ? undefined : step.failure
  const place = `${step.kind} ${step.checkpoint?.type}`
  const root = useFocus(place, busy)

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const entered = new FormData(event.currentTarget)
    const text = (name: string) => String(entered.get(name) ?? "")
    if (step.kind === "credentials") {
      actor.send(submitCredentials({ username: text("username"), password: text("password") }))
    } else if (step.kind === "phone") {
      actor.send(submitPhone({ countryCode: text("countryCode"), number: text("number") }))
    } else if (step.kind === "code") actor.send(submitCode(text("code").replace(/\s/g, "")))
    else actor.send(approveInApp())
  }

  return (
    <section className="connect" ref={root} aria-labelledby="connect-title" aria-busy={busy}>
      <header>
        <h2 id="connect-title" tabIndex={-1}>
          {titleOf(step)}
        </h2>
        {step.expiresAt !== undefined && step.kind !== "done" && <TimeLeft until={step.expiresAt} now={now} />}
      </header>
      <Notices expiresAt={step.kind === "done" ? undefined : step.expiresAt} now={now} />

      {step.kind === "done" ? (
        <Outcome step={step} provider={provider} startAgain={startAgain} />
      ) : (
        <form onSubmit={submit} noValidate key={place}>
          <Fields step={step} busy={busy} failure={failure} provider={provider} choose={startAgain} now={now} />
          <button type="submit" className="primary" aria-disabled={busy}>
            {words[step.kind].submit}
          </button>
          <div className="others">
            {step.canApproveInApp && step.kind === "code" && (
              <button type="button" aria-disabled={busy} onClick={() => actor.send(approveInApp())}>
                Approved in the app
              </button>
            )}
            {step.canSwitchMethod && (
              <button type="button" aria-disabled={busy} onClick={() => actor.send(switchMethod())}>
                Try another way
              </button>
            )}
            <button type="button" onClick={() => actor.send(cancelIntent())}>
              Cancel
            </button>
            {step.kind === "credentials" && children}
          </div>
        </form>
      )}
      <p role="status" className="visually-hidden">
        {busy ? "One moment…" : titleOf(step)}
      </p>
    </section>
  )
}
