const isKind = <Outcome extends { kind: string }, Kind extends Outcome["kind"]>(
  outcome: Outcome | undefined,
  kind: Kind,
): outcome is Extract<Outcome, { kind: Kind }> => outcome?.kind === kind

/** Returns the outcome that a finished actor's event brings, if it is of that kind. */
export function outcomeOf<Outcome extends { kind: string }, Kind extends Outcome["kind"]>(
  event: { type: string; output?: Outcome },
  kind: Kind,
): Extract<Outcome, { kind: Kind }> | undefined {
  const { output } = event
  return isKind(output, kind) ? output : undefined
}
