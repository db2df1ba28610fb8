/** Returns the outcome that a finished actor's event brings, if it is of that kind. */
export function outcomeOf<Outcome extends { kind: string }, Kind extends Outcome["kind"]>(
  { output }: { type: string; output?: Outcome },
  kind: Kind,
): Extract<Outcome, { kind: Kind }> | undefined {
  return output?.kind === kind ? (output as Extract<Outcome, { kind: Kind }>) : undefined
}
