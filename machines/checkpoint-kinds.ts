/**
 * What is required of the person at each checkpoint type that the chart has a state for.
 * @see docs/contributing.md, "Add a checkpoint kind", for what a new one takes.
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

/** Types that APIs of this family are known to use, and for which the chart has no state of its own. */
export const unsupportedTypes = ["CAPTCHA", "QRCODE", "CONTRACT_CHOOSER"] as const

/** A checkpoint's type: one that is known, with completion in editors, or one that the host declared. */
export type AnyCheckpointType = CheckpointType | (typeof unsupportedTypes)[number] | "UNKNOWN" | (string & {})

/** Returns what a type requires of the person: a code, unless the table says otherwise. */
export const requirementOf = (type: AnyCheckpointType): Requirement =>
  Object.hasOwn(checkpointKinds, type) ? checkpointKinds[type as CheckpointType] : "code"
