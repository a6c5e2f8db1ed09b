import type { Plan, PlannedResource } from "./plan";

/** The tree of resources, one per line, cut to `width` characters. */
export function formatPlan({ project, stack, resources }: Plan, width: number): string {
  const rows = inTreeOrder(resources).map(({ resource, depth }) => {
    const { type, name, inputs, protect } = resource;
    return {
      type: "  ".repeat(depth) + shortType(type),
      name,
      inputs: [
        ...(protect ? ["protected"] : []),
        ...Object.entries(inputs).map(([key, value]) => `${key}=${abbreviate(value)}`),
      ],
    };
  });
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
    `${project}, stack ${stack}: ${resources.length} resources, each below its parent`,
    "",
    ...lines,
    ...(notes.length > 0 ? ["", "Without effect on the local cloud:", ...notes] : []),
  ].join("\n");
}

/** Orders resources depth first: each is followed by its children; siblings stay in the given order. */
function inTreeOrder(resources: readonly PlannedResource[]): { resource: PlannedResource; depth: number }[] {
  const below = Map.groupBy(resources, ({ parent }) => parent);
  const withChildren = (resource: PlannedResource, depth: number): ReturnType<typeof inTreeOrder> => [
    { resource, depth },
    ...(below.get(resource.urn) ?? []).flatMap((child) => withChildren(child, depth + 1)),
  ];
  return (below.get(undefined) ?? []).flatMap((root) => withChildren(root, 0));
}

/** `aws:s3/bucket:Bucket` → `aws:s3:Bucket`, as in Pulumi's own programs. */
function shortType(type: string): string {
  return type.replace(/\/[^:]+:/, ":");
}

function abbreviate(value: unknown): string {
  if (typeof value === "string") return value.replaceAll(/\s+/g, " ");
  if (typeof value === "object" && value !== null && "archive" in value) {
    return Object.keys(value.archive as object).join("+");
  }
  return JSON.stringify(value);
}
