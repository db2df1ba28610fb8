import {
  type FormEvent,
  type InputHTMLAttributes,
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react"
import type { Provider } from "../../machines/providers.ts"
import { chooseCountry, getCodeLength, submitForm, tidyCode } from "../page/form.ts"
import { createPageIntent } from "../page/page-intent.ts"
import type { PageIntentOptions } from "../page/page-intent.types.ts"
import { isInvalid } from "../page/page-view.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"

/** Props of a field. They do not control the value: React would copy the value into the page's HTML. */
export type FieldProps = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  "type" | "inputMode" | "autoComplete" | "autoCapitalize" | "autoCorrect" | "spellCheck" | "readOnly" | "defaultValue"
> & {
  name: string
  required: true
  "aria-invalid": boolean
  onInput?: (event: FormEvent<HTMLInputElement>) => void
}

/** Props of a button. A button out of use stays focusable, and is announced as disabled. */
export interface ButtonProps {
  type: "button"
  "aria-disabled": boolean
  /** Ignores the second half of a double click, if called with the event. */
  onClick: (event?: MouseEvent) => void
}

/** The result of `useAuthIntent`. */
export type UseAuthIntent<Credentials = PostpressCredentials> = ReturnType<typeof useAuthIntent<Credentials>>

/**
 * Runs one login in a component. Returns what to show (`step`, `busy`), what a person can do, and props for the parts
 * of a form in any design system. The login goes on after a reload, reports logins in other tabs, and touches no DOM
 * unless the props are used. Options are read when an intent begins; `onConnected` and `onEnd` come from the last
 * render. Another `provider` begins a new intent.
 * @throws AuthIntentError `invalid_option`, `invalid_provider`, or `invalid_base_url`.
 * @example
 * const { step, busy, getFormProps, getUsernameProps, getPasswordProps } = useAuthIntent({
 *   relay: "/api/auth",
 *   provider: "INSTAGRAM",
 *   onConnected: () => location.assign("/accounts"),
 * })
 */
export function useAuthIntent<Credentials = PostpressCredentials>(options: PageIntentOptions<Credentials>) {
  const latest = useRef(options)
  const [page] = useState(() => createPageIntent<Credentials>(() => latest.current))
  const { getActor, getState, getInitialState, subscribe, start, ...login } = page
  // The name of the field that was empty when the form was sent.
  const [missing, setMissing] = useState<string>()
  const state = useSyncExternalStore(subscribe, getState, getInitialState)

  useEffect(() => {
    const { provider } = latest.current
    latest.current = options
    if (provider !== options.provider) page.restart(options.provider)
  })
  useEffect(start, [start])

  const { step, busy, account } = state
  const isWrong = isInvalid(step)
  const field = (name: string) => ({
    name,
    required: true as const,
    readOnly: busy,
    spellCheck: false,
    autoCapitalize: "none",
    autoCorrect: "off",
    "aria-invalid": isWrong && (missing ?? name) === name,
  })
  /** The second half of a double click was meant for the button that stood there before. */
  const isSecondClick = (event?: MouseEvent) => event && event.detail > 1
  const button = (onClick: () => void, isOff = busy): ButtonProps => ({
    type: "button",
    "aria-disabled": isOff,
    onClick: (event) => isOff || isSecondClick(event) || onClick(),
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    // Through a portal the event would reach a host's form.
    event.stopPropagation()
    setMissing(submitForm(page, event.currentTarget))
  }

  const cannotApprove = busy || !("canApproveInApp" in step && step.canApproveInApp)
  const cannotSubmit = step.kind === "approval" ? cannotApprove : busy
  return {
    ...state,
    ...login,
    /** The actor of the intent, for an inspector; another one after a restart. */
    actor: getActor(),
    /** Props of a form that submits the fields of the step. Put the fields and a submit button into it. */
    getFormProps: () => ({
      // A form that is sent before hydration puts nothing into the address.
      method: "post" as const,
      noValidate: true as const,
      "aria-busy": busy,
      onSubmit: submit,
      // A held Enter key sends only once.
      onKeyDown: (event: KeyboardEvent) => event.repeat && event.key === "Enter" && event.preventDefault(),
    }),
    /** Props of the button that sends the form, or in a form without fields requests the approval. */
    getSubmitProps: () => ({
      type: "submit" as const,
      "aria-disabled": cannotSubmit,
      onClick: (event: MouseEvent) => isSecondClick(event) && event.preventDefault(),
    }),
    /** Props of the field for the username. After a wrong password, the field has the last username again. */
    getUsernameProps: (): FieldProps => ({ ...field("username"), autoComplete: "username", defaultValue: account }),
    /** Props of the field for the password. */
    getPasswordProps: (): FieldProps => ({ ...field("password"), type: "password", autoComplete: "current-password" }),
    /** Props of a code field. With a `length`, a code is sent when its last digit is entered. */
    getCodeProps: ({ length }: { length?: number | undefined } = {}): FieldProps => ({
      ...field("code"),
      autoComplete: "one-time-code",
      // A phone's numeric keyboard has no letters, but backup codes may have some.
      inputMode: step.kind === "code" && getCodeLength(step.checkpoint) ? "numeric" : "text",
      onInput: ({ currentTarget, nativeEvent }) => {
        if (tidyCode(currentTarget, nativeEvent, length)) currentTarget.form?.requestSubmit()
      },
    }),
    /** Props of a `select` of country codes, or an input. */
    getCountryCodeProps: () => ({ name: "countryCode", required: true as const, autoComplete: "tel-country-code" }),
    /** Props of a number field. A number that begins with `+` chooses its country in a `select`. */
    getNumberProps: (): FieldProps => ({
      ...field("number"),
      type: "tel",
      autoComplete: "tel-national",
      onInput: ({ currentTarget }) => chooseCountry(currentTarget),
    }),
    /** Props of the button by which the person requests the approval in the provider's app. */
    getApproveProps: () => button(login.approveInApp, cannotApprove),
    /** Props of the button for another kind of checkpoint. */
    getSwitchMethodProps: () => button(login.switchMethod),
    /** Props of the button that ends the login. */
    getCancelProps: () => button(login.cancel, false),
    /** Props of the button that begins a new login after an end, of the same provider unless another is given. */
    getRestartProps: (provider?: Provider) => button(() => login.restart(provider)),
  }
}
