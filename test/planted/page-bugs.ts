/** A mistake in the page: a text that the sources hold once, and its replacement. */
export interface PageBug {
  name: string
  file: string
  from: string
  to: string
}

/** Returns the bugs of one file. */
const inFile = (file: string, bugs: [name: string, from: string, to: string][]): PageBug[] =>
  bugs.map(([name, from, to]) => ({ name, file: `src/${file}`, from, to }))

/** Mistakes that a programmer of the form could make. */
export const pageBugs: PageBug[] = [
  ...inFile("react/connect-account.tsx", [
    ["a field keeps what was typed for the step before", "key={place}", ""],
    ["a button looks as if it could send while it counts down", "aria-disabled={!view.canSubmit}", ""],
    ["the pause that the provider wants can be passed by with Enter", "{view.canSubmit ? onSubmit", "{form ? onSubmit"],
    ["the countdown is never drawn anew", "if (!isTimed) return", "if (isTimed) return"],
    ["the focus is never moved", "!busy && used.current", "!busy && used.current?.hidden"],
  ]),
  ...inFile("react/step-fields.tsx", [
    ["the chosen provider is not the one that is sent", "busy || restart(each)", "busy || restart(provider)"],
    ["another way is not offered", "{view.canSwitchMethod && (", "{view.canSwitchMethod && step.failure && ("],
  ]),
  ...inFile("react/use-auth-intent.ts", [
    ["a code field is not for one-time codes", 'autoComplete: "one-time-code"', 'autoComplete: "off"'],
    ["another way can be tried while a request is in flight", "isOff = busy)", "isOff = false)"],
    ["a cancel does nothing while a request is in flight", "button(login.cancel, false)", "button(login.cancel)"],
    ["the first callbacks are called for ever", "    latest.current = options\n", "    void options\n"],
  ]),
  ...inFile("react/identity.tsx", [["the last minute is not announced", "secondsLeft > 60 ?", "secondsLeft < 60 ?"]]),
  ...inFile("page/form.ts", [
    [
      "what is empty is not reported",
      '  if (step.kind === "code") login',
      '  if (empty) return empty\n  if (step.kind === "code") login',
    ],
    [
      "the third wrong code is the last",
      'if (step.kind === "code") login',
      'if (step.kind === "code" && step.attempts < 3) login',
    ],
    ["a code is cut short", "login.submitCode(code)", "login.submitCode(code.slice(0, 5))"],
    ["a code is sent as a digit of it is deleted", " || /^(delete|history)/.test(how)", ""],
    ["the country of a number is dropped", "{ countryCode, number }", '{ countryCode: "1", number }'],
  ]),
  ...inFile("page/page-intent.ts", [
    ["another way is sent as an approval", "send(events.switchMethod())", "send(events.approveInApp())"],
    [
      "a request in flight is not saved",
      "      save()\n      announcements",
      '      if (!snapshot.hasTag("busy")) save()\n      announcements',
    ],
    ["nothing is saved", "      save()\n      announcements", "      announcements"],
    ["what was saved is not resumed", "createActor(provider, kept?.saved)", "createActor(provider)"],
    ["a failure stays while the next try is on its way", "const { failure, ...shown }", "const { ...shown }"],
    ["the account's name is gone after a reload", "{ saved, account, isSeen,", "{ saved, isSeen,"],
  ]),
  ...inFile("page/watch-page.ts", [
    ["a page that is left keeps its timers and requests", 'listen("pagehide", onLeave)', 'listen("unload", onLeave)'],
  ]),
  ...inFile("page/page-view.ts", [
    ["a failure is not shown", "if (step.failure === undefined)", "if (step.failure !== null)"],
    [
      "a failure shows at a code alone",
      "if (step.failure === undefined) return",
      'if (step.failure === undefined || step.kind !== "code") return',
    ],
    ["a countdown never lets go", "const isPaused = retryAt > now", "const isPaused = retryAt > 0"],
  ]),
  ...inFile("page/page-messages.ts", [
    ["that an account may be connected is not said", "if (step.mayBeConnected)", "if (step.canCancel)"],
    [
      "a code by text message is looked for in an app",
      'if (hint === "SMS") return "codeBySms"',
      'if (hint === "SMS") return "codeInApp"',
    ],
  ]),
]
