import { useEffect, useRef, useState, useSyncExternalStore } from "react"
import type { AuthIntentActor } from "../intent/create-auth-intent.ts"
import { createPageIntent } from "../page/page-intent.ts"
import type { PageIntent, PageIntentOptions, PageState } from "../page/page-intent.types.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"
import { createPartProps, type PartProps } from "./part-props.ts"

/** The options of `useAuthIntent`: they may be written inline. */
export type UseAuthIntentOptions<Credentials = PostpressCredentials> = PageIntentOptions<Credentials>

/** The result of `useAuthIntent`. */
export interface UseAuthIntent<Credentials = PostpressCredentials>
  extends PageState,
    PartProps,
    Pick<
      PageIntent<Credentials>,
      "submitCredentials" | "submitCode" | "submitPhone" | "approveInApp" | "switchMethod" | "cancel" | "restart"
    > {
  actor: AuthIntentActor<Credentials>
}

/**
 * Runs one login in a component: what to show (`step`, `busy`), what a person can do, and props for the parts of a form in
 * any design system. It goes on after a reload, reports what happened in other tabs, and touches no DOM unless the props are used.
 * Options are read when an intent begins; `onConnected` and `onEnd` are those of the last render. Another `provider` begins a
 * new intent.
 * @throws AuthIntentError `invalid_option`, `invalid_provider`, or `invalid_base_url`.
 * @example
 * const { step, busy, getFormProps, getUsernameProps, getPasswordProps } = useAuthIntent({
 *   relay: "/api/auth",
 *   provider: "INSTAGRAM",
 *   onConnected: () => location.assign("/accounts"),
 * })
 */
export function useAuthIntent<Credentials = PostpressCredentials>(
  options: UseAuthIntentOptions<Credentials>,
): UseAuthIntent<Credentials> {
  const latest = useRef(options)
  const [login] = useState(() => createPageIntent<Credentials>(() => latest.current))
  const [missing, setMissing] = useState<string>()
  const state = useSyncExternalStore(login.subscribe, login.getState, login.getInitialState)

  useEffect(() => {
    latest.current = options
  })
  useEffect(() => login.start(), [login])

  const { provider } = options
  const current = useRef(provider)
  useEffect(() => {
    if (current.current !== provider) login.restart(provider)
    current.current = provider
  }, [login, provider])

  const { submitCredentials, submitCode, submitPhone, approveInApp, switchMethod, cancel, restart } = login
  return {
    ...state,
    actor: login.getActor(),
    submitCredentials,
    submitCode,
    submitPhone,
    approveInApp,
    switchMethod,
    cancel,
    restart,
    ...createPartProps(login, { state, missing, setMissing }),
  }
}
