/** A table of the page: its head and its rows. */
export interface Table {
  head: string[]
  rows: (string | number)[][]
}

/** Formats a table in Markdown. */
export const format = ({ head, rows }: Table): string =>
  [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n")
