/** Shows what the pipeline published in this page's own bucket, and keeps it up to date while the page is open. */
import type { Report } from "../analytics/report";
import type { Status } from "../functions/shared/status";
import { BestYearsTable } from "./bestYears/table";
import { YearlySums } from "./bestYears/yearlySums";
import { byId, type Child, element } from "./dom";
import { ago, moment } from "./format";
import { findNotices, type Notice } from "./health";
import { replaceContent } from "./keep";
import { type Published, readPublished } from "./objects";
import { untilReleased, watchPresses } from "./press";
import { isBeingPublished, secondsToNextRead } from "./publication";
import { bestYearsView } from "./views/bestYears";
import { changesView } from "./views/changes";
import { freshnessCards, freshnessView } from "./views/freshness";
import { historyView } from "./views/history";
import { overview } from "./views/overview";
import { populationView } from "./views/population";
import { seriesPopulationView } from "./views/seriesPopulation";

/** Stays from report to report, and with it what the reader made of it. */
const table = new BestYearsTable();
/** What was read last. */
let latest: Published | undefined;
/** What is shown now, to tell whether something else is there. */
let shown: { report: string; status: string; notices: string } | undefined;
let hasShownReport = false;
/** Reads in a row that found a publication incomplete. */
let incompleteReads = 0;

async function refresh(): Promise<void> {
  const read = await readPublished().catch((error: Error) => error);
  if (!(read instanceof Error)) {
    latest = read;
    incompleteReads = isBeingPublished(read, new Date()) ? incompleteReads + 1 : 0;
  }
  await untilReleased();
  try {
    // Time goes on, whatever can be read.
    if (latest !== undefined) show(latest);
    if (read instanceof Error) throw read;
  } catch (error) {
    byId("state").textContent = `What is published cannot be read. ${(error as Error).message}`;
  }
}

function show(published: Published): void {
  const { report, analysis, history, sources } = published;
  const now = new Date();
  const notices = findNotices(published, now);
  const identity = {
    report: `${report?.fingerprint} ${report?.generatedAt}`,
    status: JSON.stringify([analysis, [...sources.values()], history]),
    notices: JSON.stringify(notices),
  };
  const isFirst = report !== undefined && !hasShownReport;
  const isOther = identity.report !== shown?.report;
  if (isOther) showReport(report);
  if (isOther || identity.status !== shown?.status) {
    fill("freshness", freshnessView(published, now));
    fill("history", historyView(history, report));
  } else {
    // What is open stays open; only the times go on.
    document.querySelector("#freshness .cards")?.replaceChildren(...freshnessCards(published, now));
  }
  if (shown !== undefined && isOther && report !== undefined) {
    byId("announcement").textContent = `A new report of ${moment(report.generatedAt)} is shown.`;
  }
  // Screen readers read what is new there.
  if (identity.notices !== shown?.notices) byId("notices").replaceChildren(...notices.map(noticeElement));
  shown = identity;
  byId("state").replaceChildren(
    ...(report === undefined ? [] : [standing(notices), ` ${stateOf(report, sources, now)}`]),
  );
  // Whatever is above has its height only now.
  if (isFirst) followAddress();
}

function showReport(report: Report | undefined): void {
  replaceContent(byId("overview"), report === undefined ? [] : [overview(report)]);
  if (report === undefined) {
    for (const id of ["population", "best-years", "series-population", "changes"]) {
      fill(id, [element("p", {}, "There is no report to show.")]);
    }
    return;
  }
  hasShownReport = true;
  table.update(report, new YearlySums(report, () => readSoon()));
  fill("population", populationView(report));
  fill("best-years", bestYearsView(report, table));
  fill("series-population", seriesPopulationView(report));
  fill("changes", changesView(report));
}

function noticeElement({ level, title, text }: Notice): HTMLElement {
  return element("div", { class: `notice ${level}` }, element("strong", {}, title), element("p", {}, text));
}

/** How far the numbers can be trusted, in two words. */
function standing(notices: readonly Notice[]): HTMLElement {
  if (notices.some(({ level }) => level === "error")) {
    return element("span", { class: "badge bad" }, "not up to date");
  }
  const [warning] = notices.filter(({ level }) => level === "warning");
  if (warning !== undefined) {
    return element("span", { class: "badge late" }, warning.badge ?? "perhaps not up to date");
  }
  return element("span", { class: "badge good" }, "up to date");
}

function stateOf(report: Report, sources: ReadonlyMap<string, Status | undefined>, now: Date): string {
  const checks = [...sources.values()]
    .flatMap((status) => (status === undefined ? [] : [status.lastCheck]))
    .sort();
  const oldest = checks[0];
  const checked = oldest === undefined ? "" : ` · sources checked ${ago(oldest, now)}`;
  return `Report of ${moment(report.generatedAt)}${checked}`;
}

/** Replaces what a section shows; what the reader opened in it stays open. */
function fill(section: string, children: readonly Child[]): void {
  const elements = children.filter((child) => child instanceof Element);
  replaceContent(byId(section).querySelector(".content") as Element, elements);
}

/** Opens the series that the address names. */
function followAddress(): void {
  const id = location.hash.slice(1).replaceAll("%23", "#");
  if (!/^[\w#-]+$/.test(id)) return; // No id of a series or of a section is like it.
  (document.getElementById(id) ?? table.open(id))?.scrollIntoView();
}

/** Ends the wait for the next read. */
let readSoon = (): void => {};

/** Reads again while somebody looks; the browser sends the ETags of what it has. */
async function keepUpToDate(): Promise<void> {
  for (;;) {
    const seconds = secondsToNextRead(latest, incompleteReads);
    const soon = new Promise<void>((resume) => {
      readSoon = resume;
    });
    await (seconds === 0 ? soon : Promise.race([soon, sleep(seconds * 1000)]));
    while (document.hidden) await once("visibilitychange");
    await refresh();
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, milliseconds));
}

function once(event: string): Promise<Event> {
  return new Promise((resume) => document.addEventListener(event, resume, { once: true }));
}

watchPresses();
addEventListener("hashchange", followAddress);
addEventListener("beforeprint", () => table.showAll());
await refresh();
await keepUpToDate();
