/**
 * What each checkpoint type requires of the person. The chart has a state for each of these types.
 * @see docs/contributing.md, "Add a checkpoint kind".
 * @see postpress, "Solve a code checkpoint".
 */
export const checkpointKinds = {
  "2FA": "code",
  OTP: "code",
  IN_APP_VALIDATION: "approval",
  PHONE_REGISTER: "phone",
} as const satisfies Record<string, Requirement>

/** What a checkpoint requires of the person. */
export type Requirement = "code" | "approval" | "phone"

/** A checkpoint type that the chart has a state for. */
export type CheckpointType = keyof typeof checkpointKinds

/** Other types that APIs of this family use. The chart has no state of their own for them. */
export const unsupportedTypes = ["CAPTCHA", "QRCODE", "CONTRACT_CHOOSER"] as const

/** A checkpoint's type: a known type, with completion in editors, or a type that the host declared. */
export type AnyCheckpointType = CheckpointType | (typeof unsupportedTypes)[number] | "UNKNOWN" | (string & {})

/** Returns what a type requires of the person: a code, unless the table says otherwise. */
export const requirementOf = (type: AnyCheckpointType): Requirement =>
  Object.hasOwn(checkpointKinds, type) ? checkpointKinds[type as CheckpointType] : "code"
