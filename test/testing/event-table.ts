import type { PersonMove } from "../../src/testing/scenario.ts"

/** What decides whether an event applies. */
export interface Place {
  /** As a path, say `checkpoint.otp`. */
  state: string
  /** The checkpoint's type. */
  type?: string | undefined
  canApproveInApp?: boolean | undefined
  /** What is on its way. */
  solution?: string | undefined
}

const isAtCheckpoint = ({ state }: Place) => state.startsWith("checkpoint.")

const isApproving = ({ state, solution }: Place) => state === "solving" && solution === "approval"

const takesCode = ({ type }: Place) => type !== "IN_APP_VALIDATION" && type !== "PHONE_REGISTER"

/** Where each event applies, as the library promises it, whatever the chart says. */
export const eventTable: Record<Exclude<PersonMove["person"], "reload">, (place: Place) => boolean> = {
  "credentials.submit": ({ state }) => state === "idle",
  "code.submit": (place) => takesCode(place) && (isAtCheckpoint(place) || isApproving(place)),
  "phone.submit": ({ state }) => state === "checkpoint.phone",
  "inApp.approve": (place) =>
    isAtCheckpoint(place) && (place.type === "IN_APP_VALIDATION" || place.canApproveInApp === true),
  "method.switch": (place) => isAtCheckpoint(place) || isApproving(place),
  "intent.cancel": ({ state }) => !["connected", "expired", "failed"].includes(state),
}
