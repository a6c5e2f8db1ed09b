import { DataFrame, type Series } from "danfojs-node";

/** A DataFrame of columns that are equally long, be it without a row (danfo's own constructor refuses those). */
export function frame(columns: Record<string, readonly unknown[]>): DataFrame {
  const names = Object.keys(columns);
  const empty = Object.values(columns).every((column) => column.length === 0);
  return empty ? new DataFrame([], { columns: names }) : new DataFrame(columns);
}

/** The rows for which the condition holds, indexed afresh: danfo selects wrong rows from a frame that was not. */
export function where(from: DataFrame, condition: Series): DataFrame {
  return from.shape[0] === 0 ? from : from.query(condition).resetIndex();
}

/** The frame's rows as objects, with only the columns named, in that order; danfo's own way is slow on many rows. */
export function records<Row>(from: DataFrame, columns: readonly (keyof Row & string)[]): Row[] {
  const values = columns.map((column) => from.column(column).values as unknown[]);
  return Array.from(
    { length: from.shape[0] ?? 0 },
    (_, row) => Object.fromEntries(columns.map((column, at) => [column, values[at]?.[row]])) as Row,
  );
}

/** A column's values. */
export function numbers(from: DataFrame, column: string): number[] {
  return from.column(column).values as number[];
}
