import * as v from "valibot"
import { text } from "../values.schema.ts"

/**
 * The credentials of postpress, of which the user name is not blank.
 * @see postpress, Instagram guide, step 1.
 */
export const postpressCredentials = v.object({ username: text(1000), password: text(1000) })
