import type { AnyStateMachine } from "xstate"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import { authIntentCatalogue } from "./auth-intent/auth-intent-catalogue.ts"
import { hostedAuthCatalogue } from "./hosted-auth/hosted-auth-catalogue.ts"
import type { Catalogue } from "./model/catalogue.ts"
import type { Vocabulary } from "./scenario.ts"

/** The catalogue of a machine, by its id: a changed chart keeps the words in which it is told. */
export const catalogueOf = ({ id }: AnyStateMachine) =>
  (id === hostedAuthMachine.id ? hostedAuthCatalogue : authIntentCatalogue) as Catalogue<Vocabulary>
