import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { AuthIntentMachine } from "../../machines/auth-intent.machine-type.ts"
import type { SolveInput, SubmitInput } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { Secret } from "../secret.ts"
import { type AuthTransport, type Solution, unsent } from "../transports/auth-transport.ts"
import { normalizeCode, normalizePhone } from "../transports/normalize.ts"
import { parse } from "../values.schema.ts"
import { withTransportArguments } from "./intent-options.schema.ts"
import { createMistakeReporter, createSlot, isUnspent, logMistake, type OnMistake, refuseSecret } from "./slot.ts"

const provided = new WeakMap<object, WeakMap<OnMistake, AuthIntentMachine>>()

/**
 * Returns `authIntentMachine` with a transport in its slots, for `createActor`, `useActor` or a parent's `invoke`. The
 * machine is built once per transport and `onMistake`, however many intents run on it. `onMistake` is called once per
 * intent and message; by default it writes to `console.error`.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const actor = createActor(withTransport(transport), { input: { provider: "INSTAGRAM" } }).start()
 */
export function withTransport<Credentials>(
  transport: AuthTransport<Credentials>,
  options: { onMistake?: OnMistake | undefined } = {},
): AuthIntentMachine<Credentials> {
  parse(withTransportArguments, { transport, options }, "invalid_option", "withTransport")
  const machine = withParsedTransport(transport, options.onMistake)
  const { implementations } = machine
  // @xstate/react writes a component's later implementations into its first machine, which all components share here.
  const guarded = { get: () => implementations, set() {}, configurable: true }
  return Object.defineProperty(machine, "implementations", guarded)
}

/** Returns the machine of `withTransport` for a parsed transport. */
export function withParsedTransport<Credentials>(
  transport: AuthTransport<Credentials>,
  onMistake: OnMistake = logMistake,
): AuthIntentMachine<Credentials> {
  const machines = provided.get(transport) ?? new WeakMap<OnMistake, AuthIntentMachine>()
  const machine = machines.get(onMistake) ?? provide(transport, onMistake)
  provided.set(transport, machines.set(onMistake, machine))
  return machine as AuthIntentMachine<Credentials>
}

/** Returns a mistake if the transport does not serve the provider. */
export const findProviderMistake = (
  { providers }: Pick<AuthTransport, "providers">,
  provider: Provider,
): AuthIntentError | undefined =>
  providers?.includes(provider) === false
    ? new AuthIntentError("invalid_provider", `the transport does not serve ${provider}`)
    : undefined

function provide<Credentials>(transport: AuthTransport<Credentials>, onMistake: OnMistake): AuthIntentMachine {
  const report = createMistakeReporter(onMistake)
  return authIntentMachine.provide({
    actors: {
      submitCredentials: createSlot<SubmitInput>("submit", report, async ({ provider, credentials }, context) => {
        const mistake = findProviderMistake(transport, provider)
        if (mistake) {
          context.onMistake(mistake)
          return unsent("client/unexpected")
        }
        if (!isUnspent(credentials)) return refuseSecret("credentials.submit", context)
        return transport.submit({ provider, credentials: credentials as Secret<Credentials> }, context)
      }),
      solveCheckpoint: createSlot<SolveInput>(
        "solve",
        report,
        async ({ provider, accountId, expiresAt, solution }, context, secrets) => {
          // After a sleep past the deadline, a late timer must not let anything out.
          if (context.now() >= expiresAt) return unsent("client/timeout")
          if ("secret" in solution && !isUnspent(solution.secret))
            return refuseSecret(`${solution.kind}.submit`, context)
          const normalized = normalizeSolution(solution as Solution)
          if (normalized === undefined) return unsent("client/invalid_input")
          secrets.push("secret" in normalized && normalized.secret)
          const mistake = findProviderMistake(transport, provider)
          if (transport.solve && !mistake) {
            const request = { provider, accountId, solution: normalized }
            return transport.solve(request, Object.assign(context, { expiresAt }))
          }
          context.onMistake(mistake ?? new AuthIntentError("invalid_option", "the transport has no solve"))
          return unsent("client/unexpected", { recovery: "retry" })
        },
      ),
    },
  })
}

/** Opens what a person typed and boxes it again, normalized. Returns `undefined` if no provider could accept it. */
export function normalizeSolution(solution: Solution): Solution | undefined {
  if (solution.kind === "code") {
    const code = normalizeCode(solution.secret.open())
    return code === undefined ? undefined : { kind: "code", secret: new Secret(code) }
  }
  if (solution.kind === "phone") {
    const phone = normalizePhone(solution.secret.open())
    return phone && { kind: "phone", secret: new Secret(phone) }
  }
  return solution
}
