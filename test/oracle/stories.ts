import { type EventName, type Move, type Options, replies } from "./contract.ts"
import type { Sequence } from "./sequences.ts"

/** The inputs and presses of a story. */
const events: Record<string, EventName> = {
  credentials: "credentials.submit",
  code: "code.submit",
  number: "phone.submit",
  approve: "inApp.approve",
  switch: "method.switch",
  cancel: "intent.cancel",
}

/** Parses one word of a story: an event, a name of `replies`, a numbered word below, or a host's advance. */
function toMove(word: string): Move {
  if (word.startsWith("host ")) {
    const [what = "", reply] = word.slice("host ".length).split(" / ")
    const event = what === "poll" ? what : events[what]
    return { do: "advanceIntent", ...(event && { event }), ...(reply && { reply }) }
  }
  const [name = "", ms] = word.split(":")
  const event = events[name.replace("spent ", "")]
  if (event) return { do: "event", event, ...(name.startsWith("spent ") && { spent: true }) }
  if (name === "reload" || name === "late") return { do: name }
  if (name === "wait") return { do: "advance", ms: Number(ms) }
  if (name === "jump") return { do: "jump", ms: Number(ms) }
  if (name === "timer" || name === "deadline") return { do: name, offset: Number(ms ?? 0) }
  if (replies[name]) return { do: "reply", reply: name }
  throw new Error(`No word of a story: ${word}`)
}

const defaults: Options = { intentLifetime: 300_000, solveGrace: 10_000, inAppPollInterval: 5_000 }

/** Options at the beginning of a story, such as `grace:0`. */
const optionNames: Record<string, keyof Options> = {
  lifetime: "intentLifetime",
  grace: "solveGrace",
  interval: "inAppPollInterval",
}

/** Builds a sequence from a story. Its words are separated by `>`, options first; `poll` is a poll's timer. */
function toSequence(story: string): Sequence {
  const options = { ...defaults }
  const moves: Move[] = []
  for (const word of story.replaceAll("> poll ", "> timer > ").split(" > ")) {
    const [name = "", value] = word.split(":")
    const option = optionNames[name]
    if (option) options[option] = Number(value)
    else moves.push(toMove(word))
  }
  return { options, moves }
}

const all = Object.keys(replies)

/** The words that lead to each request, and those that repeat it. */
const requests = [
  { reach: "credentials", again: "credentials" },
  { reach: "credentials > 2FA > code", again: "code" },
  { reach: "credentials > phone > number", again: "number" },
  { reach: "credentials > inApp > approve", again: "approve" },
  { reach: "credentials > 2FA, approvable > approve", again: "approve" },
  { reach: "credentials > phone, approvable > approve", again: "number" },
  { reach: "credentials > 2FA > switch", again: "switch" },
  { reach: "credentials > inApp > timer", again: "timer" },
]
const solving = requests.slice(1)
/** All requests except approvals that a code or a number can replace. */
const plain = requests.filter(({ reach }) => !reach.includes("approvable"))

/** Families of stories: the effect of one event on another, with every variant of both. */
const familiesInWords: Record<string, string[]> = {
  "every reply to every request, then a reload": solving.flatMap(({ reach }) =>
    all.map((reply) => `${reach} > ${reply} > reload`),
  ),
  "every reply to every request around the deadline, then a reload": plain
    .slice(1)
    .flatMap(({ reach }) =>
      ["-1", "0"].flatMap((offset) => all.map((reply) => `${reach} > deadline:${offset} > ${reply} > reload`)),
    ),
  "every reply to credentials, then a reload": all.map((reply) => `credentials > ${reply} > reload`),
  "every reply after a response to the same request was lost, then a cancel": plain.flatMap(({ reach, again }) =>
    all.map((reply) => `${reach} > network > ${again} > ${reply} > cancel`),
  ),
  "every reply to a poll, again and again": all.map(
    (reply) =>
      `credentials > inApp > ${`poll ${reply} > `.repeat(4)}poll 503 > poll inApp > ${`poll ${reply} > `.repeat(2)}reload`,
  ),
  "every reply to a poll, where a person's failure stands": all.map(
    (reply) => `credentials > inApp > switch > 400 > ${`poll ${reply} > `.repeat(4)}reload`,
  ),
  "every reply to a poll, where an interruption stands": all.map(
    (reply) => `credentials > inApp > approve > reload > ${`poll ${reply} > `.repeat(4)}reload`,
  ),
  "every reply between a 408 near the deadline and a 400": all.flatMap((reply) => [
    `credentials > 2FA > deadline:-30000 > code > 408 > code > ${reply} > code > 400`,
    `credentials > 2FA > deadline:-30000 > code > 408 > switch > ${reply} > code > 400`,
    `interval:0 > credentials > inApp > deadline:-30000 > approve > 408 > approve > ${reply} > approve > 400`,
  ]),
  "every reply to a request of a host's, which then looks": plain.flatMap(({ reach, again }) =>
    all.map((reply) => `${reach.replace(/(> )?\w+$/, "$1host look")} > host ${again} / ${reply} > host look`),
  ),
  "a 400 after a 408, by when the 408 came": solving.flatMap(({ reach, again }) =>
    ["-30001", "-30000", "-1", "0"].flatMap((offset) =>
      ["408", "408 stop"].flatMap((first) =>
        ["400", "400 stop"].map(
          (second) =>
            `${again === "approve" ? "interval:0 > " : ""}${reach} > deadline:${offset} > ${first} > ${again} > ${second}`,
        ),
      ),
    ),
  ),
  "a response after its request was left": requests.flatMap(({ reach }) =>
    ["cancel > late", "deadline:10000 > late", "switch > late > phone", "reload > late > cancel"].map(
      (end) => `${reach} > ${end}`,
    ),
  ),
  "a clock that was set, around every solution": solving.flatMap(({ reach }) =>
    ["jump:-3600000", "jump:299999", "jump:300000", "jump:3600000"].flatMap((jump) => [
      `${reach} > ${jump} > wait:299999 > wait:1 > wait:9999 > wait:1`,
      `${reach} > ${jump} > network > wait:60000 > reload > timer:-1 > timer`,
      reach.replace(/ > (\w+)$/, ` > ${jump} > $1 > timer:-1 > timer`),
    ]),
  ),
}

/** Stories of several requests in turn. */
const storiesInWords: Record<string, string> = {
  "a poll is made one interval after each response":
    "credentials > inApp > timer:-1 > timer > inApp > timer:-1 > timer > network > timer:-1 > timer > inApp > timer:-1",
  "polls are turned off by 0, also after an approval":
    "interval:0 > credentials > inApp > wait:100000 > approve > inApp > wait:199999 > wait:1",
  "Retry-After of credentials is kept": "credentials > 429, a minute > credentials > inApp > timer:-1 > timer > inApp",
  "Retry-After of an approval is kept": "credentials > inApp > approve > 429, a minute > timer:-1 > timer",
  "Retry-After of a switch is kept": "credentials > inApp > switch > 429, a minute > timer:-1 > timer",
  "Retry-After is undercut by no response after it, and kept through a reload":
    "credentials > inApp > poll 429, a minute > approve > 429 > approve > inApp > reload > timer:-1 > timer",
  "Retry-After beyond the deadline arms nothing beyond it":
    "lifetime:20000 > credentials > inApp > poll 429, a minute > timer:-1 > timer",
  "a poll that is put off by two intervals is not shown":
    "interval:3500 > credentials > inApp > poll 429 > poll 429, a minute > timer",
  "a poll that is put off by more is shown at once":
    "interval:3499 > credentials > inApp > poll 429 > poll 429, a minute > timer > inApp",
  "a success begins the count of failed polls anew":
    "credentials > inApp > poll network > poll network > poll inApp > poll network > poll network > poll network > poll inApp",
  "a wrong solution begins the count of failed polls anew":
    "credentials > inApp > poll network > poll network > poll 401 wrong solution > poll network > poll network > poll network > poll 401 wrong solution",
  "an approval that is not approved yet begins the count anew":
    "credentials > inApp > poll network > poll network > approve > inApp > poll network > poll network > poll network",
  "a wrong solution by an approval begins the count anew":
    "credentials > inApp > poll network > poll network > approve > 401 wrong solution > poll network > poll network > poll network",
  "a poll that another task overtook neither succeeds nor fails":
    "credentials > inApp > poll network > poll network > poll 409 overtaken > poll 409 overtaken > poll network > poll 409 overtaken",
  "not_approved_yet stands while polls succeed":
    "credentials > inApp > approve > inApp > poll inApp > poll 401 wrong solution > poll 409 overtaken > poll OTP",
  "a reload forgets neither the count nor who caused what is shown":
    "credentials > inApp > poll network > poll network > reload > poll network > reload > poll inApp",
  "a poll in flight at a reload keeps what was shown":
    "credentials > inApp > approve > 503 > timer > reload > poll inApp",
  "a failed poll whose response is late counts for nothing":
    "interval:90000 > credentials > inApp > poll 503 > poll 503 > timer > wait:30000 > 503",
  "a poll that is taken over is the person's":
    "credentials > inApp > poll network > poll network > poll network > timer > approve > inApp > approve > 503 > poll network",
  "a poll that is taken over keeps the end of its grace":
    "credentials > inApp > timer > approve > deadline:9999 > wait:1",
  "a poll that is taken over is interrupted by a reload": "credentials > inApp > timer > approve > reload",
  "a code that takes the place of an approval has the whole grace":
    "credentials > 2FA, approvable > approve > wait:200000 > code > deadline:9999 > wait:1",
  "an approval that is left for a number may have connected":
    "credentials > phone, approvable > approve > number > 503 > cancel",
  "an approval that is left for a code leaves the end after a 408 as it is":
    "interval:0 > credentials > 2FA, approvable > deadline:-30000 > code > 408 > approve > code > 400",
  "a reload leaves the end after a 408 as it is":
    "credentials > 2FA > deadline:-30000 > code > 408 > reload > code > 400",
  "408s to credentials are no sign that an intent is over":
    "credentials > 408 > credentials > 408 > credentials > 400 > credentials > 2FA > code > 400",
  "attempts count refused codes and numbers over all checkpoints":
    "credentials > phone > number > 401 wrong solution > number > 2FA > code > 401 wrong solution > switch > 401 wrong solution > code > connected",
  "a code is waited for until the end of a grace":
    "grace:20000 > credentials > 2FA > wait:100000 > code > timer:-1 > timer",
  "a code is waited for until the deadline where there is no grace":
    "grace:0 > credentials > 2FA > wait:100000 > code > timer:-1 > timer",
  "a spent secret leaves the approval that it was to replace":
    "credentials > 2FA, approvable > approve > spent code > code > connected",
  "a spent secret leaves the end after a 408 as it is":
    "credentials > 2FA > deadline:-30000 > code > 408 > spent code > code > 400",
  "a spent secret past the deadline is no mistake": "credentials > 2FA > jump:300000 > spent code",
  "a spent secret is refused where it is, once": "credentials > 500 > spent credentials > spent credentials > 2FA",
  "a login of a host's that keeps a record":
    "host credentials / phone > wait:10000 > host number / inApp > host approve / inApp > host switch / 2FA > host code / 401 wrong solution > jump:200000 > host credentials > host code / OTP > host code / connected > host cancel",
  "a host's request that it lets go of is interrupted":
    "host credentials > host credentials / 2FA > host code > host look > jump:300000 > host look > host code",
  "a host's poll where polling is off is none": "host credentials / inApp > host poll > host look > host poll / inApp",
  "a clock that was set back leaves at most one lifetime, through tries and reloads": `credentials > 2FA > jump:-3600000 > ${"code > network > wait:60000 > reload > ".repeat(5)}reload`,
}

const mapped = <From, To>(entries: Record<string, From>, map: (entry: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(entries).map(([title, entry]) => [title, map(entry)]))

export const families = mapped(familiesInWords, (family) => family.map(toSequence))
export const stories = mapped(storiesInWords, toSequence)
