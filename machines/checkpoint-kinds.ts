/**
 * The checkpoint types that the chart has a state for: the state below `checkpoint`, and what is required of the person.
 * A new type is one line here, and then a state and a guard of that name in the chart.
 * @see postpress, "Solve a code checkpoint".
 */
export const checkpointKinds = {
  "2FA": { state: "twoFactor", requires: "code" },
  OTP: { state: "otp", requires: "code" },
  IN_APP_VALIDATION: { state: "inApp", requires: "approval" },
  PHONE_REGISTER: { state: "phone", requires: "phone" },
} as const satisfies Record<string, { state: string; requires: "code" | "approval" | "phone" }>

/** A checkpoint type that the chart has a state for. */
export type CheckpointType = keyof typeof checkpointKinds

/** Types that APIs of this family are known to use, and for which the chart has no state of its own. */
export const unsupportedTypes = ["CAPTCHA", "QRCODE", "CONTRACT_CHOOSER"] as const

/** A checkpoint's type: one that is known, with completion in editors, or one that the host declared. */
export type AnyCheckpointType = CheckpointType | (typeof unsupportedTypes)[number] | "UNKNOWN" | (string & {})

/** Returns what a type requires of the person, and its state where it has one of its own. */
export function checkpointKind(type: AnyCheckpointType): {
  state?: (typeof checkpointKinds)[CheckpointType]["state"]
  requires: "code" | "approval" | "phone"
} {
  return isKnown(type) ? checkpointKinds[type] : { requires: "code" }
}

const isKnown = (type: string): type is CheckpointType => Object.hasOwn(checkpointKinds, type)
