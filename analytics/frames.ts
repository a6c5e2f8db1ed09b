import { DataFrame, type Series } from "danfojs-node";

/** A DataFrame of equal-length columns; zero rows are allowed. */
export function frame(columns: Record<string, ArrayLike<unknown>>): DataFrame {
  const names = Object.keys(columns);
  const values = Object.values(columns);
  const rows = Array.from({ length: values[0]?.length ?? 0 }, (_, row) =>
    values.map((column) => column[row]),
  );
  // Otherwise danfo keeps every frame twice, by row and by column, and copies each when it makes a frame of another.
  return new DataFrame(rows, { columns: names, config: { lowMemoryMode: true } });
}

/** The rows for which the condition holds, indexed afresh: danfo selects wrong rows from a frame that was not. */
export function where(from: DataFrame, condition: Series): DataFrame {
  if (from.shape[0] === 0) return from;
  const rows = from.query(condition);
  if (rows.shape[0] !== 0) rows.resetIndex({ inplace: true }); // Of no rows, danfo makes no index.
  return rows;
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
