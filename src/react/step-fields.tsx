import { type ComponentProps, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react"
import type { Provider } from "../../machines/providers.ts"
import { getCountries } from "../page/countries.ts"
import { getCodeLength } from "../page/form.ts"
import type { PageStep } from "../page/page-intent.types.ts"
import type { PageMessages } from "../page/page-messages.ts"
import type { PageView } from "../page/page-view.ts"
import { ProviderMark } from "./identity.tsx"
import type { UseAuthIntent } from "./use-auth-intent.ts"

interface StepFieldsProps {
  step: Exclude<PageStep, { kind: "done" }>
  login: UseAuthIntent
  view: PageView
  providers: readonly Provider[]
  texts: PageMessages
  lang: string | undefined
  helpId: string
  codeLength: number | undefined
}

/** Renders the help of a step, or in its place the failure of the last try, and the fields of the step. */
export function StepFields({ step, login, view, providers, texts, lang, helpId, codeLength }: StepFieldsProps) {
  const described = { "aria-describedby": helpId }
  return (
    <>
      {step.kind === "credentials" && providers.length > 1 && <ProviderChoice {...{ login, providers, texts }} />}
      <div className="ai-help" id={helpId} data-tone={view.tone}>
        <p role={view.isAlert ? "alert" : undefined}>{view.text}</p>
      </div>
      {step.kind === "credentials" && (
        <>
          <Field label={texts["label.username"]} {...login.getUsernameProps()} {...described} />
          <PasswordField texts={texts} {...login.getPasswordProps()} {...described} />
        </>
      )}
      {step.kind === "code" && (
        <Field
          label={texts["label.code"]}
          inputClass="ai-code"
          {...login.getCodeProps({ length: codeLength ?? getCodeLength(step.checkpoint) })}
          {...described}
        />
      )}
      {step.kind === "phone" && <PhoneFields {...{ login, texts, lang, helpId }} />}
      {step.kind === "approval" && (
        <div className="ai-phone" aria-hidden="true">
          <ProviderMark provider={login.provider} />
        </div>
      )}
      {step.kind !== "credentials" && (
        <div className="ai-others">
          {view.canApproveInstead && (
            <button className="ai-link" {...login.getApproveProps()}>
              {texts["action.approveInstead"]}
            </button>
          )}
          {view.canSwitchMethod && (
            <button className="ai-link" {...login.getSwitchMethodProps()}>
              {texts["action.switchMethod"]}
            </button>
          )}
        </div>
      )}
    </>
  )
}

function ProviderChoice({ login, providers, texts }: Pick<StepFieldsProps, "login" | "providers" | "texts">) {
  const { provider, busy, actor, restart } = login
  const root = useRef<HTMLFieldSetElement>(null)

  // A server-rendered form can be used before hydration: the provider chosen meanwhile is kept.
  useEffect(() => {
    const chosen = root.current?.querySelector<HTMLInputElement>(":checked")
    const found = actor.getSnapshot()
    // After going back, the browser has restored the choice, which is the saved login's provider.
    const isOther = chosen?.defaultChecked === false && chosen.value !== found.context.provider
    if (isOther && found.matches("idle")) restart(chosen.value as Provider)
  }, [actor, restart])

  return (
    <fieldset className="ai-providers" ref={root}>
      <legend className="ai-hidden">{texts["label.provider"]}</legend>
      {providers.map((each) => (
        <label className="ai-provider" key={each}>
          <input
            type="radio"
            name="provider"
            value={each}
            checked={each === provider}
            aria-disabled={busy}
            onChange={() => busy || restart(each)}
          />
          <ProviderMark provider={each} />
          <span>{texts[`provider.${each}`]}</span>
        </label>
      ))}
    </fieldset>
  )
}

function PhoneFields({ login, texts, lang, helpId }: Pick<StepFieldsProps, "login" | "texts" | "lang" | "helpId">) {
  const countries = useMemo(() => getCountries(lang), [lang])
  const [code, setCode] = useState(countries[0]?.code ?? "")
  const id = useId()
  return (
    <>
      <div className="ai-field">
        <label htmlFor={id}>{texts["label.country"]}</label>
        <select
          className="ai-input"
          id={id}
          defaultValue={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
          {...login.getCountryCodeProps()}
        >
          {countries.map(({ region, name, code, isLargest }) => (
            <option key={region} value={code} data-largest={isLargest || undefined}>{`${name} (+${code})`}</option>
          ))}
        </select>
      </div>
      <Field label={texts["label.number"]} {...login.getNumberProps()} aria-describedby={helpId}>
        <span className="ai-dial" dir="ltr" aria-hidden="true">{`+${code}`}</span>
      </Field>
    </>
  )
}

function PasswordField({ texts, ...input }: ComponentProps<"input"> & { texts: PageMessages }) {
  const [isShown, show] = useState(false)
  return (
    <Field label={texts["label.password"]} {...input} type={isShown && !input.readOnly ? "text" : "password"}>
      <button
        className="ai-show"
        type="button"
        aria-label={texts[isShown ? "action.hidePassword" : "action.showPassword"]}
        onClick={() => show(!isShown)}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M2 12c4-8 16-8 20 0-4 8-16 8-20 0Z" />
          <circle cx="12" cy="12" r="3" />
          {isShown && <path d="M4 20 20 4" />}
        </svg>
      </button>
    </Field>
  )
}

interface Labelled extends ComponentProps<"input"> {
  label: string
  inputClass?: string
  children?: ReactNode
}

function Field({ label, inputClass = "", children, ...input }: Labelled) {
  const id = useId()
  return (
    <div className="ai-field">
      <label htmlFor={id}>{label}</label>
      <div className="ai-box">
        <input className={`ai-input ${inputClass}`} id={id} {...input} />
        {children}
      </div>
    </div>
  )
}
