import type { Plan } from "./plan";

/** One line per resource, cut to `width` characters, and a summary. */
export function formatPlan({ project, stack, resources }: Plan, width: number): string {
  const rows = resources.map(({ type, name, inputs, protect }) => ({
    type: shortType(type),
    name,
    inputs: [
      ...(protect ? ["protected"] : []),
      ...Object.entries(inputs).map(([key, value]) => `${key}=${abbreviate(value)}`),
    ],
  }));
  const columns = [
    Math.max(...rows.map(({ type }) => type.length)),
    Math.max(...rows.map(({ name }) => name.length)),
  ];
  const lines = rows.map(({ type, name, inputs }) => {
    const line =
      `${type.padEnd(columns[0] ?? 0)}  ${name.padEnd(columns[1] ?? 0)}  ${inputs.join(" ")}`.trimEnd();
    return line.length > width ? `${line.slice(0, width - 1)}…` : line;
  });
  const reasons = new Map(
    resources.flatMap(({ type, localLimitation }) =>
      localLimitation ? [[shortType(type), localLimitation]] : [],
    ),
  );
  const notes = [...reasons].map(([type, reason]) => `  ${type}: ${reason}`);
  return [
    `${project}, stack ${stack}: ${resources.length} resources, each after those that it depends on`,
    "",
    ...lines,
    ...(notes.length > 0 ? ["", "Without effect on the local cloud:", ...notes] : []),
  ].join("\n");
}

/** `aws:s3/bucket:Bucket` → `aws:s3:Bucket`, as in Pulumi's own programs. */
function shortType(type: string): string {
  return type.replace(/\/[^:]+:/, ":");
}

function abbreviate(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "archive" in value) {
    return Object.keys(value.archive as object).join("+");
  }
  return JSON.stringify(value);
}
