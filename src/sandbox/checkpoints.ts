import type { Intent } from "./sandbox-state.ts"

export type CheckpointType = "2FA" | "OTP" | "IN_APP_VALIDATION" | "PHONE_REGISTER" | "CAPTCHA"

/** What a solution is worth: `pending` is an approval that has not come yet. */
export type Verdict = "solved" | "pending" | "wrong" | "malformed"

interface CheckpointKind {
  /** What comes with its type on the wire. */
  data?: object
  /** Where `TRY_ANOTHER_WAY` leads, if anywhere. */
  otherWay?: CheckpointType
  judge(code: string, intent: Intent): Verdict
}

export const approval = "in_app_validation"

const judgeCode = (code: string): Verdict => (code === "123456" ? "solved" : "wrong")

/** What is demanded of a person, by type. @see postpress, "Solve a code checkpoint", Request body; Messenger guide, step 3. */
export const checkpoints: Record<CheckpointType, CheckpointKind> = {
  "2FA": {
    otherWay: "OTP",
    judge: (code, { provider }) => (provider === "MESSENGER" && code === approval ? "solved" : judgeCode(code)),
  },
  OTP: { judge: judgeCode },
  IN_APP_VALIDATION: {
    otherWay: "2FA",
    judge: (code, { questions, scenario: { approvedAt = 1 } }) => {
      if (code !== approval) return "wrong"
      return questions >= approvedAt ? "solved" : "pending"
    },
  },
  PHONE_REGISTER: {
    judge: (code) => {
      if (code === approval) return "wrong"
      return /^\(\+\d{1,3}\)\d{4,15}$/.test(code) ? "solved" : "malformed"
    },
  },
  // Made up, so that a host meets a type that it does not know.
  CAPTCHA: { otherWay: "2FA", data: { public_key: "sandbox", attempts_left: 3 }, judge: judgeCode },
}
