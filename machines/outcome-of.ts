/** Returns the outcome in a finished actor's event, if the outcome is of this kind. */
export function outcomeOf<Output extends { kind: string }, Kind extends Output["kind"]>(
  { output }: { type: string; output?: Output },
  kind: Kind,
): Extract<Output, { kind: Kind }> | undefined {
  return output?.kind === kind ? (output as Extract<Output, { kind: Kind }>) : undefined
}
