/** A request's context: values by IAM's context keys, which are case-insensitive, e.g. `{ "s3:prefix": "raw/" }`. */
export type Context = Readonly<Record<string, string>>;

/**
 * How far a wildcard reaches. In `text` anywhere. In an ARN, which has six parts separated by colons, only within its
 * part: always for `arn` (ArnEquals, ArnLike), and for `resource` unless a `*` is the last character of its part
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html).
 */
type Scope = "text" | "arn" | "resource";

/** The value of a context key; undefined if the request lacks it. */
export function contextValue(context: Context, key: string): string | undefined {
  const wanted = key.toLowerCase();
  return Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** Whether the text contains a policy variable, e.g. `${aws:username}`; these are not implemented. */
export function hasVariable(text: string): boolean {
  return text.includes("${");
}

/** Whether the text matches a pattern with `*` and `?`. */
export function matches(pattern: string, text: string, scope: Scope): boolean {
  const source = pattern.replace(/[*?]|[^*?]+/g, (piece, at: number) =>
    piece === "*" || piece === "?" ? wildcard(pattern, at, scope) : escapeRegExp(piece),
  );
  return new RegExp(`^${source}$`, "su").test(text);
}

function wildcard(pattern: string, at: number, scope: Scope): string {
  const part = pattern.slice(0, at).split(":").length;
  const isLast = at + 1 === pattern.length || pattern[at + 1] === ":";
  const isFree = scope === "text" || part > 5 || (scope === "resource" && pattern[at] === "*" && isLast);
  return `${isFree ? "." : "[^:]"}${pattern[at] === "*" ? "*" : ""}`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
