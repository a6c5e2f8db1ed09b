import { type Reply, textReply } from "./reply";
import { POPULATION_FILE, type ServedFile, type ServedFolder } from "./servedFolder";

const CUBE = "acs_yg_total_population_1";
/** The path of DataUSA's API, without a leading `/`. */
export const POPULATION_PATHNAME = "tesseract/data.jsonrecords";

/** Path and query of the population at DataUSA's API. */
export const POPULATION_PATH = `${POPULATION_PATHNAME}?cube=${CUBE}&drilldowns=Year%2CNation&locale=en&measures=Population`;

/** DataUSA's API over the folder's population: every call returns the same `data`, with varying annotations. */
export function populationApi(folder: ServedFolder): (url: string) => Promise<Reply> {
  let calls = 0;
  return async (url) => {
    const json = { "Content-Type": "application/json" };
    const cube = new URLSearchParams(url.split("?", 2)[1]).get("cube");
    const file = cube === CUBE ? await folder.open([POPULATION_FILE]) : undefined;
    if (file === undefined)
      return textReply(404, JSON.stringify({ error: true, detail: `No cube ${cube}` }), json);
    return textReply(200, varyAnnotations(await textOf(file), calls++), json);
  };
}

/** The answer with its annotations rotated; every second call also leaves out one, if there are several. */
function varyAnnotations(answer: string, call: number): string {
  return answer.replace(/("annotations"\s*:\s*)(\{[^{}]*\})/, (found, name: string, object: string) => {
    const annotations = parseProperties(object);
    if (annotations === undefined) return found;
    const start = call % Math.max(annotations.length, 1);
    const rotated = [...annotations.slice(start), ...annotations.slice(0, start)];
    const keepAll = call % 2 === 0 || rotated.length === 1;
    return name + JSON.stringify(Object.fromEntries(keepAll ? rotated : rotated.slice(1)));
  });
}

/** The properties of a JSON object; `undefined` if the text is not JSON, which a file on disk may not be. */
function parseProperties(object: string): [string, unknown][] | undefined {
  try {
    return Object.entries(JSON.parse(object));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function textOf({ content }: ServedFile): Promise<string> {
  if (content instanceof Uint8Array) return Buffer.from(content).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of content()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
