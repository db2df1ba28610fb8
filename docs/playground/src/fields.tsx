import { type Failure, getMessage, type IntentStep, type Provider } from "auth-intent"
import { type ComponentProps, useId } from "react"
import { countries } from "./countries.ts"
import { groupDigits } from "./group-digits.ts"
import { helpFor, providers } from "./texts.ts"
import { Clock } from "./time-left.tsx"

interface FieldsProps {
  step: IntentStep
  busy: boolean
  failure: Failure | undefined
  provider: Provider
  choose: (provider: Provider) => void
  now: () => number
}

/** The fields of a step. React leaves what is typed in them alone: it would copy a controlled value into the page's HTML. */
export function Fields({ step, busy, failure, provider, choose, now }: FieldsProps) {
  const field = {
    readOnly: busy,
    required: true,
    "aria-invalid": failure?.recovery === "correct",
    "aria-describedby": "connect-help",
  }
  return (
    <>
      {step.kind === "credentials" && (
        <fieldset className="providers">
          <legend>Account</legend>
          {Object.entries(providers).map(([value, name]) => (
            <label key={value}>
              <input
                type="radio"
                name="provider"
                value={value}
                checked={value === provider}
                onChange={() => busy || choose(value as Provider)}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      <div className="help" id="connect-help">
        {failure ? <p role="alert">{getMessage(failure)}</p> : <p>{helpFor(step, provider)}</p>}
        {failure?.retryAt && (
          <p>
            Next try in <Clock until={failure.retryAt} now={now} />
          </p>
        )}
      </div>
      {step.kind === "credentials" && (
        <>
          <Field label="Username or email" name="username" autoComplete="username" autoCapitalize="none" {...field} />
          <Field label="Password" name="password" type="password" autoComplete="current-password" {...field} />
        </>
      )}
      {step.kind === "code" && (
        <Field
          label="Code"
          name="code"
          className="code"
          autoComplete="one-time-code"
          inputMode={["2FA", "OTP"].includes(step.checkpoint?.type ?? "") ? "numeric" : "text"}
          onInput={({ currentTarget }) => groupDigits(currentTarget)}
          {...field}
        />
      )}
      {step.kind === "phone" && (
        <div className="phone">
          <div className="field">
            <label htmlFor="country">Country</label>
            <select id="country" name="countryCode" autoComplete="tel-country-code" defaultValue={countries[0]?.code}>
              <option value="">Choose</option>
              {countries.map(({ region, name, code }) => (
                <option key={region} value={code}>{`${name} +${code}`}</option>
              ))}
            </select>
          </div>
          <Field label="Number" name="number" type="tel" autoComplete="tel-national" {...field} />
        </div>
      )}
      {step.kind === "approval" && <div className="waiting" aria-hidden="true" />}
    </>
  )
}

function Field({ label, ...input }: ComponentProps<"input"> & { label: string }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} spellCheck={false} {...input} />
    </div>
  )
}
