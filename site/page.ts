/** Shows what the pipeline published in this page's own bucket, and keeps it up to date while the page is open. */
import type { Report } from "../analytics/report";
import type { Status } from "../functions/shared/status";
import { everything } from "./bestYears/selection";
import type { BestYearsTable, TableState } from "./bestYears/table";
import { byId, type Child, element } from "./dom";
import { ago, moment } from "./format";
import { findNotices, type Notice } from "./health";
import { type Published, readPublished } from "./objects";
import { bestYearsView } from "./views/bestYears";
import { changesView } from "./views/changes";
import { freshnessCards, freshnessView } from "./views/freshness";
import { historyView } from "./views/history";
import { overview } from "./views/overview";
import { populationView } from "./views/population";
import { seriesPopulationView } from "./views/seriesPopulation";

const tableState: TableState = { selection: everything(), openSeries: null };
let table: BestYearsTable | undefined;
/** What was read last. */
let latest: Published | undefined;
/** What is shown now, to tell whether something else is there. */
let shown: { report: string; status: string; notices: string } | undefined;

async function refresh(): Promise<void> {
  const read = await readPublished().catch((error: Error) => error);
  if (!(read instanceof Error)) latest = read;
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
  const isFirst = report !== undefined && table === undefined;
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
  byId("overview").replaceChildren(...(report === undefined ? [] : [overview(report)]));
  if (report === undefined) {
    table = undefined;
    for (const id of ["population", "best-years", "series-population", "changes"]) {
      fill(id, [element("p", {}, "There is no report to show.")]);
    }
    return;
  }
  const best = bestYearsView(report, tableState);
  table = best.table;
  fill("population", populationView(report));
  fill("best-years", best.children);
  fill("series-population", seriesPopulationView(report));
  fill("changes", changesView(report));
}

function noticeElement({ level, title, text }: Notice): HTMLElement {
  return element("div", { class: `notice ${level}` }, element("strong", {}, title), element("p", {}, text));
}

/** How far the numbers can be trusted, in two words. */
function standing(notices: readonly Notice[]): HTMLElement {
  const levels = notices.map(({ level }) => level);
  if (levels.includes("error")) return element("span", { class: "badge bad" }, "not up to date");
  if (levels.includes("warning")) return element("span", { class: "badge late" }, "perhaps not up to date");
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

/** Whoever is in a field or on a button that has an id stays there. */
function fill(section: string, children: readonly Child[]): void {
  const focused = document.activeElement?.id ?? "";
  byId(section)
    .querySelector(".content")
    ?.replaceChildren(...children.filter(isShown));
  if (focused !== "" && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

function isShown(child: Child): child is Node | string {
  return typeof child === "string" || child instanceof Node;
}

/** Opens the series that the address names. */
function followAddress(): void {
  const id = location.hash.slice(1).replaceAll("%23", "#");
  if (!/^[\w#-]+$/.test(id)) return; // No id of a series or of a section is like it.
  (document.getElementById(id) ?? table?.open(id))?.scrollIntoView();
}

/** How often a page asks that could not read how often it should. */
const UNKNOWN_POLL_SECONDS = 30;

/** Asks again while somebody looks; the browser sends the ETags of what it has. */
async function keepUpToDate(): Promise<void> {
  for (;;) {
    const seconds = latest?.settings?.pollSeconds ?? UNKNOWN_POLL_SECONDS;
    if (seconds === 0) return;
    await new Promise((resume) => setTimeout(resume, seconds * 1000));
    while (document.hidden) await once("visibilitychange");
    await refresh();
  }
}

function once(event: string): Promise<Event> {
  return new Promise((resume) => document.addEventListener(event, resume, { once: true }));
}

addEventListener("hashchange", followAddress);
addEventListener("beforeprint", () => table?.showAll());
await refresh();
await keepUpToDate();
