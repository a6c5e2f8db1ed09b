/** What is known of a request, by IAM's context keys (in any case), e.g. `{ "s3:prefix": "raw/" }`. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/**
 * Where a wildcard ends. In `text` nowhere; in an ARN, which has six parts, at the colon after each of the first five:
 * strictly in `arn` (ArnEquals, ArnLike), and in `resource` unless a `*` is the last character of its part
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html).
 */
export type Scope = "text" | "arn" | "resource";

const VARIABLE = /\$\{([^}]*)\}/g;
const PIECE = /\$\{([^}]*)\}|[*?]|[^$*?]+|\$/g;
/** `${aws:username}`, or `${aws:username, 'somebody'}` with what stands for it when the request has no such key. */
const KEY = /^([\w-]+:[\w/.:-]+)(?:\s*,\s*'([^']*)')?$/;
/** `${*}`, `${?}` and `${$}` are these characters themselves. */
const ESCAPED = /^[*?$]$/;

/** The values of a context key, none when the request does not have it. */
export function valuesOf(context: Context, key: string): readonly string[] {
  const wanted = key.toLowerCase();
  return Object.entries(context).flatMap(([name, value]) => (name.toLowerCase() === wanted ? value : []));
}

/** The first policy variable in the text that is none by IAM's grammar, or nothing. */
export function malformedVariable(text: string): string | undefined {
  const variables = [...text.matchAll(VARIABLE)];
  const rest = text.replace(VARIABLE, "");
  if (rest.includes("${")) return rest.slice(rest.indexOf("${"));
  return variables.find(([, name = ""]) => !ESCAPED.test(name) && !KEY.test(name))?.[0];
}

/** The text without its policy variables, whose colons and stars are no part of an ARN's shape. */
export function withoutVariables(text: string): string {
  return text.replace(VARIABLE, "x");
}

/** The text with its policy variables replaced; nothing when the request lacks one of them: then it matches nothing. */
export function expand(text: string, context: Context): string | undefined {
  let complete = true;
  const expanded = text.replace(VARIABLE, (_, variable: string) => {
    const value = resolve(variable, context);
    complete &&= value !== undefined;
    return value ?? "";
  });
  return complete ? expanded : undefined;
}

/** Whether the text matches a pattern with `*` and `?`; a variable's value stands for itself, also when it holds those. */
export function matches(pattern: string, text: string, scope: Scope, context: Context = {}): boolean {
  let complete = true;
  const source = pattern.replace(PIECE, (piece, variable: string | undefined, at: number) => {
    if (piece === "*" || piece === "?") return wildcard(pattern, at, scope);
    const literal = variable === undefined ? piece : resolve(variable, context);
    complete &&= literal !== undefined;
    return escapeRegExp(literal ?? "");
  });
  return complete && new RegExp(`^${source}$`, "su").test(text);
}

/** A variable with several values stands for none, as IAM has it. */
function resolve(variable: string, context: Context): string | undefined {
  if (ESCAPED.test(variable)) return variable;
  const [, key = "", fallback] = KEY.exec(variable) ?? [];
  const values = valuesOf(context, key);
  return values.length === 0 ? fallback : values.length === 1 ? values[0] : undefined;
}

function wildcard(pattern: string, at: number, scope: Scope): string {
  const part = withoutVariables(pattern.slice(0, at)).split(":").length;
  const isLast = at + 1 === pattern.length || pattern[at + 1] === ":";
  const isFree = scope === "text" || part > 5 || (scope === "resource" && pattern[at] === "*" && isLast);
  return `${isFree ? "." : "[^:]"}${pattern[at] === "*" ? "*" : ""}`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
