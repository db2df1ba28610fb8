import * as v from "valibot"
import { custom, matches } from "../values.schema.ts"

/**
 * Problem Details (RFC 9457), of which only the type is read.
 * @see postpress, "Solve a code checkpoint", Errors.
 */
export const problemDetails = v.object({ type: custom<string>("a text", (value) => matches(value, /./)) })
