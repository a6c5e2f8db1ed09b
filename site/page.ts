/** Shows what the pipeline published in the page's bucket, and updates it while the page is open. */
import type { Report } from "../analytics/report";
import type { Status } from "../functions/shared/status";
import { BestYearsTable } from "./bestYears/table";
import { YearlySums } from "./bestYears/yearlySums";
import { byId, type Child, element } from "./dom";
import { formatTime, formatTimeAgo } from "./format";
import { findNotices, type Notice } from "./notices";
import { untilReleased, watchPresses } from "./pressState";
import { isBeingPublished, secondsToNextRead } from "./publication";
import { type Published, readPublished } from "./publishedObjects";
import { replaceContent } from "./redraw";
import { bestYearsView } from "./views/bestYears";
import { changesView } from "./views/changes";
import { freshnessCards, freshnessView } from "./views/freshness";
import { historyView } from "./views/history";
import { overview } from "./views/overview";
import { populationView } from "./views/population";
import { seriesPopulationView } from "./views/seriesPopulation";

/** One table for all reports, so the selection stays when a new report arrives. */
const table = new BestYearsTable();
/** The last successful read. */
let latest: Published | undefined;
/** Identifies what is shown, so that the page updates only what is new. */
let shown: { report: string; status: string; notices: string } | undefined;
let hasShownReport = false;
/** How many reads in a row found an incomplete publication. */
let incompleteReads = 0;

async function refresh(): Promise<void> {
  const result = await readPublished().catch((error: Error) => error);
  if (!(result instanceof Error)) {
    latest = result;
    incompleteReads = isBeingPublished(result, new Date()) ? incompleteReads + 1 : 0;
  }
  await untilReleased();
  try {
    // Even after a failed read: times such as '5 minutes ago' change.
    if (latest !== undefined) show(latest);
    if (result instanceof Error) throw result;
  } catch (error) {
    byId("state").textContent = `The published data cannot be read. ${(error as Error).message}`;
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
  const isFirstReport = report !== undefined && !hasShownReport;
  const isNewReport = identity.report !== shown?.report;
  if (isNewReport) showReport(report);
  if (isNewReport || identity.status !== shown?.status) {
    fillSection("freshness", freshnessView(published, now));
    fillSection("history", historyView(history, report));
  } else {
    // Only the times change; everything that is open stays open.
    document.querySelector("#freshness .cards")?.replaceChildren(...freshnessCards(published, now));
  }
  if (shown !== undefined && isNewReport && report !== undefined) {
    byId("announcement").textContent =
      `The page now shows the new report from ${formatTime(report.generatedAt)}.`;
  }
  // Screen readers announce every change here.
  if (identity.notices !== shown?.notices) byId("notices").replaceChildren(...notices.map(noticeElement));
  shown = identity;
  byId("state").replaceChildren(
    ...(report === undefined ? [] : [stateBadge(notices), ` ${describeState(report, sources, now)}`]),
  );
  // Only now does everything above the target have its final height.
  if (isFirstReport) followHash();
}

function showReport(report: Report | undefined): void {
  replaceContent(byId("overview"), report === undefined ? [] : [overview(report)]);
  if (report === undefined) {
    for (const id of ["population", "best-years", "series-population", "changes"]) {
      fillSection(id, [element("p", {}, "There is no report to show.")]);
    }
    return;
  }
  hasShownReport = true;
  table.update(report, new YearlySums(report, () => readNow()));
  fillSection("population", populationView(report));
  fillSection("best-years", bestYearsView(report, table));
  fillSection("series-population", seriesPopulationView(report));
  fillSection("changes", changesView(report));
}

function noticeElement({ level, title, text }: Notice): HTMLElement {
  return element("div", { class: `notice ${level}` }, element("strong", {}, title), element("p", {}, text));
}

/** Whether the report matches its sources, in a few words. */
function stateBadge(notices: readonly Notice[]): HTMLElement {
  if (notices.some(({ level }) => level === "error")) {
    return element("span", { class: "badge bad" }, "out of date");
  }
  const [warning] = notices.filter(({ level }) => level === "warning");
  if (warning !== undefined) {
    return element("span", { class: "badge late" }, warning.badge ?? "may be out of date");
  }
  return element("span", { class: "badge good" }, "up to date");
}

function describeState(report: Report, sources: ReadonlyMap<string, Status | undefined>, now: Date): string {
  const checks = [...sources.values()]
    .flatMap((status) => (status === undefined ? [] : [status.lastCheck]))
    .sort();
  const oldest = checks[0];
  const checked = oldest === undefined ? "" : ` · sources checked ${formatTimeAgo(oldest, now)}`;
  return `Report from ${formatTime(report.generatedAt)}${checked}`;
}

/** Replaces the content of a section; what the reader opened in it stays open. */
function fillSection(id: string, children: readonly Child[]): void {
  const elements = children.filter((child) => child instanceof Element);
  replaceContent(byId(id).querySelector(".content") as Element, elements);
}

/** Scrolls to the section, or opens the series, that the address names. */
function followHash(): void {
  const id = location.hash.slice(1).replaceAll("%23", "#");
  if (!/^[\w#-]+$/.test(id)) return; // Not the id of a section or a series.
  (document.getElementById(id) ?? table.open(id))?.scrollIntoView();
}

/** Ends the wait before the next read. */
let readNow = (): void => {};

/** Keeps reading while the page is visible. */
async function keepUpToDate(): Promise<void> {
  for (;;) {
    const seconds = secondsToNextRead(latest, incompleteReads);
    const requested = new Promise<void>((resume) => {
      readNow = resume;
    });
    await (seconds === 0 ? requested : Promise.race([requested, sleep(seconds * 1000)]));
    while (document.hidden) await nextEvent("visibilitychange");
    await refresh();
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, milliseconds));
}

function nextEvent(name: string): Promise<Event> {
  return new Promise((resume) => document.addEventListener(name, resume, { once: true }));
}

watchPresses();
addEventListener("hashchange", followHash);
addEventListener("beforeprint", () => table.showAll());
await refresh();
await keepUpToDate();
