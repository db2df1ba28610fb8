// Prints the coverage of each machine by its generated scenarios.
import { authIntentMachine, hostedAuthMachine } from "auth-intent"
import { getCoverage, getScenarios } from "auth-intent/testing"

const rows = [authIntentMachine, hostedAuthMachine].map((machine) => {
  const scenarios = getScenarios({ strategy: "transitions", machine })
  const { states, transitions, conditions, failures } = getCoverage(scenarios, { machine })
  const counts = [states, transitions, conditions, failures].map(({ covered, total }) => `${covered} of ${total}`)
  return [machine.id, String(scenarios.length), ...counts]
})
console.log(JSON.stringify({ rows }))
