import { read } from "../schemas/check.ts"
import { code, phone } from "../schemas/person.schema.ts"
import { Secret } from "../secret.ts"
import type { Solution } from "../transports/auth-transport.ts"

/** Opens what a person typed and boxes it anew, tidied; `undefined` where no provider could take it. */
export function soundSolution(solution: Solution): Solution | undefined {
  switch (solution.kind) {
    case "code": {
      const typed = read(code, solution.secret.open())
      return typed === undefined ? undefined : { kind: "code", secret: new Secret(typed) }
    }
    case "phone": {
      const typed = read(phone, solution.secret.open())
      return typed === undefined ? undefined : { kind: "phone", secret: new Secret(typed) }
    }
    default:
      return solution
  }
}
