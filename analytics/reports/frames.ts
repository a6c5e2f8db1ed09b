import { DataFrame, type Series } from "danfojs-node";

/** Creates a DataFrame of equal-length columns; zero rows are allowed. */
export function frame(columns: Record<string, ArrayLike<unknown>>): DataFrame {
  const names = Object.keys(columns);
  const values = Object.values(columns);
  const rows = Array.from({ length: values[0]?.length ?? 0 }, (_, row) =>
    values.map((column) => column[row]),
  );
  // By default danfo stores every frame twice, by row and by column, and copies both whenever it derives a frame.
  return new DataFrame(rows, { columns: names, config: { lowMemoryMode: true } });
}

/** The rows that match the condition, with a new index: danfo selects wrong rows when querying a query result. */
export function where(from: DataFrame, condition: Series): DataFrame {
  if (from.shape[0] === 0) return from;
  const rows = from.query(condition);
  if (rows.shape[0] !== 0) rows.resetIndex({ inplace: true }); // danfo cannot reset the index of an empty frame.
  return rows;
}

/** The frame's rows as objects with these properties, in this order; NaN, danfo's missing value, becomes null. */
export function records<Row extends object>(
  from: DataFrame,
  columns: readonly (keyof Row & string)[],
): Row[] {
  const positions = columns.map((column) => from.columns.indexOf(column));
  return (from.values as unknown[][]).map((values) => {
    const row: Record<string, unknown> = {};
    for (const [at, column] of columns.entries()) {
      const value = values[positions[at] as number];
      row[column] = Number.isNaN(value) ? null : value;
    }
    return row as Row;
  });
}

/** A column's values. */
export function numbers(from: DataFrame, column: string): number[] {
  return from.column(column).values as number[];
}
