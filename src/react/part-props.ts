import type { FormEvent, InputHTMLAttributes } from "react"
import { chooseCountry, submitForm, tidyCode } from "../page/form.ts"
import type { PageIntent, PageState } from "../page/page-intent.types.ts"
import { isInvalid } from "../page/page-view.ts"

/** Props of a field. Nothing here controls its value: React would copy it into the page's HTML. */
export type FieldProps = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  "type" | "inputMode" | "autoComplete" | "autoCapitalize" | "autoCorrect" | "spellCheck" | "readOnly" | "defaultValue"
> & {
  name: string
  required: true
  "aria-invalid": boolean
  onInput?: (event: FormEvent<HTMLInputElement>) => void
}

/** Props of a button. It stays in reach while it is out of use, and is announced as such. */
export interface ButtonProps {
  type: "button"
  "aria-disabled": boolean
  onClick: () => void
}

/** Props for the parts of a form, whatever draws them. */
export interface PartProps {
  /** It submits the fields of the step: put them and a submit button into it. */
  getFormProps(): {
    /** A form that is sent before its page runs puts nothing into an address. */
    method: "post"
    noValidate: true
    "aria-busy": boolean
    onSubmit: (event: FormEvent<HTMLFormElement>) => void
  }
  /** The button that sends the form, or in a form without fields reports the approval. */
  getSubmitProps(): { type: "submit"; "aria-disabled": boolean }
  getUsernameProps(): FieldProps
  getPasswordProps(): FieldProps
  /** A code of a known length is sent when its last digit is entered. @param options.length - The number of digits. */
  getCodeProps(options?: { length?: number | undefined }): FieldProps
  /** For a `select` of country codes, or an input. */
  getCountryCodeProps(): Pick<FieldProps, "name" | "required" | "autoComplete">
  /** A number that begins with `+` chooses its country in a `select`. */
  getNumberProps(): FieldProps
  getApproveProps(): ButtonProps
  getSwitchMethodProps(): ButtonProps
  getCancelProps(): ButtonProps
  getRestartProps(): ButtonProps
}

interface PartsState {
  state: PageState
  /** The name of the field that was empty when the form was sent. */
  missing: string | undefined
  setMissing: (name: string | undefined) => void
}

/** Builds the props of the parts for a state. */
export function createPartProps<Credentials>(
  login: PageIntent<Credentials>,
  { state: { step, busy, account }, missing, setMissing }: PartsState,
): PartProps {
  const isWrong = isInvalid(step)
  const field = (name: string) => ({
    name,
    required: true as const,
    readOnly: busy,
    spellCheck: false,
    autoCapitalize: "none",
    autoCorrect: "off",
    "aria-invalid": isWrong && (missing === undefined || missing === name),
  })
  const button = (onClick: () => void, isOff = busy): ButtonProps => ({
    type: "button",
    "aria-disabled": isOff,
    onClick: () => isOff || onClick(),
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (!busy) setMissing(submitForm(login, event.currentTarget))
  }

  const cannotSubmit = busy || (step.kind === "approval" && !step.canApproveInApp)
  return {
    getFormProps: () => ({ method: "post", noValidate: true, "aria-busy": busy, onSubmit: submit }),
    getSubmitProps: () => ({ type: "submit", "aria-disabled": cannotSubmit }),
    getUsernameProps: () => ({ ...field("username"), autoComplete: "username", defaultValue: account }),
    getPasswordProps: () => ({ ...field("password"), type: "password", autoComplete: "current-password" }),
    getCodeProps: ({ length } = {}) => ({
      ...field("code"),
      autoComplete: "one-time-code",
      inputMode: step.kind === "code" && ["2FA", "OTP"].includes(step.checkpoint.type) ? "numeric" : "text",
      onInput: ({ currentTarget, nativeEvent }) => {
        if (tidyCode(currentTarget, nativeEvent, length)) currentTarget.form?.requestSubmit()
      },
    }),
    getCountryCodeProps: () => ({ name: "countryCode", required: true, autoComplete: "tel-country-code" }),
    getNumberProps: () => ({
      ...field("number"),
      type: "tel",
      autoComplete: "tel-national",
      onInput: ({ currentTarget }) => chooseCountry(currentTarget),
    }),
    getApproveProps: () => button(login.approveInApp),
    getSwitchMethodProps: () => button(login.switchMethod),
    getCancelProps: () => button(login.cancel, false),
    getRestartProps: () => button(() => login.restart()),
  }
}
