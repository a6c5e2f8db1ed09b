import { SURVEYS } from "@data-quest/local-sources/servedFolder";
import { expect } from "chai";
import type { Report } from "../../../analytics/report";
import { checkReport } from "../../../commands/session/checkReport";
import type { DayEvents } from "../../../commands/session/session";
import type { Status } from "../../../functions/shared/status";
import { startTestSession, type TestSession } from "../../support/session";

const POPULATION = "raw/population/nation.json";

describe("the pipeline, day after day", function () {
  this.timeout(120_000);
  let session: TestSession;
  let report: Report;

  before(async () => {
    session = await startTestSession();
  });
  after(async () => {
    await session?.close();
  });

  const readReport = () => session.buckets.readJson<Report>("reports/latest.json");
  const readStatus = (part: string) => session.buckets.readJson<Status>(`reports/status/${part}.json`);

  async function expectMirror(): Promise<void> {
    const folder = `${SURVEYS}/pr/`;
    const upstream = [...session.files.keys()].filter((path) => path.startsWith(folder));
    expect(await session.buckets.keys("raw/bls/pr/")).to.deep.equal(
      upstream.map((path) => `raw/bls/pr/${path.slice(folder.length)}`).sort(),
    );
    for (const path of upstream) {
      const key = `raw/bls/pr/${path.slice(folder.length)}`;
      expect(await session.buckets.read(key), key).to.equal(String(session.files.get(path)?.content));
    }
  }

  function notified(day: DayEvents): string[] {
    return (day.notifications ?? []).map(({ event, key }) => `${event} ${key}`);
  }

  it("mirrors the sources and creates the report on the first day", async () => {
    const day = await session.runDay();
    await expectMirror();
    expect(notified(day).filter((text) => text.startsWith("ObjectCreated:"))).to.have.length(13);
    expect(await checkReport(session, day))
      .to.have.property("problems")
      .that.deep.equals([]);
    report = await readReport();
    const best = (seriesId: string) => {
      const { year, value } = report.bestYears.find((row) => row.seriesId === seriesId) ?? {};
      return [year, value];
    };
    expect(best("PRS30006011")).to.deep.equal([1996, 7]);
    expect(best("PRS30006012")).to.deep.equal([2000, 8]);
    expect(report.seriesPopulation.rows.find(({ year }) => year === 2018)).to.deep.equal({
      year: 2018,
      value: 1.9,
      population: 327167439,
    });
    expect(report.populationSummary?.mean).to.equal(322069808);
    expect(report.bestYears).to.have.length(282);
  });

  it("publishes the report with its tables, its history and the page", async () => {
    const names = [
      ...["best-years.csv", "population-summary.csv", "population.csv", "series-population.csv"],
      "yearly-sums.csv",
    ];
    expect(await session.buckets.keys("reports/latest/")).to.deep.equal(
      names.map((name) => `reports/latest/${name}`),
    );
    const { reports } = await session.buckets.readJson<{ reports: { key: string; fingerprint: string }[] }>(
      "reports/history/index.json",
    );
    expect(reports.at(-1)?.fingerprint).to.equal(report.fingerprint);
    for (const { key } of reports) await session.buckets.readJson<Report>(key);
    expect(await session.buckets.read(reports.at(-1)?.key ?? "")).to.equal(
      await session.buckets.read("reports/latest.json"),
    );
    const site = session.output("websiteUrl");
    expect(await (await fetch(`${site}/`)).text()).to.include("<title>data-quest</title>");
    expect(await (await fetch(`${site}/reports/latest.json`)).json()).to.deep.equal(report);
    const missing = await fetch(`${site}/nothing`);
    // Not 404: the public may not list the bucket, so S3 does not distinguish missing objects from forbidden ones.
    expect(missing.status).to.equal(403);
    expect(await missing.text()).to.include("<h1>Not found</h1>");
  });

  it("uploads nothing and creates no report if nothing has changed", async () => {
    const before = session.sources.requests.length;
    let day: DayEvents | undefined;
    const requests = await session.buckets.requestsDuring(async () => {
      day = await session.runDay();
    });
    const writes = requests.filter(({ operation }) => /^(Put|Delete|Create|Copy|Upload)/.test(operation));
    const dataBucket = session.output("dataBucket");
    expect(writes.map(({ resource }) => resource).sort()).to.deep.equal([
      `${dataBucket}/reports/status/bls-pr.json`,
      `${dataBucket}/reports/status/population.json`,
    ]);
    expect(day?.notifications).to.deep.equal([]);
    expect(session.sources.requests.slice(before)).to.have.length(2);
    expect(await readReport()).to.deep.equal(report);
  });

  it("follows an added, a changed and a removed file, with events and a new report", async () => {
    const data = await session.buckets.read("raw/bls/pr/pr.data.0.Current");
    session.setFile("pr.new file+é #1?", "new", 1);
    session.setFile(
      "pr.data.0.Current",
      data.replace(/^(PRS30006032\s+\t2018\tQ01\t\s*)\S+/m, (_, start: string) => `${start}2.1`),
      1,
    );
    session.removeFile("pr.contacts");
    const day = await session.runDay();
    await expectMirror();
    expect(notified(day).map((text) => text.replace(/:\w+/, ""))).to.have.members([
      "ObjectCreated raw/bls/pr/pr.new file+é #1?",
      "ObjectCreated raw/bls/pr/pr.data.0.Current",
      "ObjectRemoved raw/bls/pr/pr.contacts",
    ]);
    const published = `${session.output("websiteUrl")}/raw/bls/pr/${encodeURIComponent("pr.new file+é #1?")}`;
    expect(await (await fetch(published)).text()).to.equal("new");
    const next = await readReport();
    expect(next.seriesPopulation.rows.find(({ year }) => year === 2018)?.value).to.equal(2.1);
    expect(next.changes).to.deep.include({
      valuesRevised: 1,
      seriesRevised: 1,
      rowsAdded: 0,
      rowsRemoved: 0,
    });
    expect(next.changes?.previousFingerprint).to.equal(report.fingerprint);
    report = next;
  });

  it("creates no report if only a file that it does not read has changed", async () => {
    session.setFile("pr.txt", "other words", 2);
    expect(notified(await session.runDay())).to.deep.equal(["ObjectCreated:Put raw/bls/pr/pr.txt"]);
    expect(await readReport()).to.deep.equal(report);
    expect(await readStatus("analysis")).to.deep.include({ ok: true, lastChange: report.generatedAt });
  });

  it("keeps the last good report while the population is missing, and recovers when it is back", async () => {
    const population = await session.buckets.read(POPULATION);
    await session.buckets.remove(POPULATION);
    await session.cloud.settled(60_000);
    expect(await readReport()).to.deep.equal(report);
    const broken = await readStatus("analysis");
    expect(broken).to.deep.include({ ok: false, missing: ["nation.json"], lastChange: report.generatedAt });
    expect(broken.error).to.match(/nation\.json.*The last good report stays\./);

    const day = await session.runDay();
    expect(notified(day)).to.deep.equal([`ObjectCreated:Put ${POPULATION}`]);
    expect(await session.buckets.read(POPULATION)).to.equal(population);
    expect(await readStatus("analysis")).to.deep.include({ ok: true, missing: [], error: null });
    // The inputs are the same again, so the report is too.
    expect(await readReport()).to.deep.equal(report);

    await session.buckets.remove(POPULATION);
    await session.cloud.settled(60_000);
    await session.buckets.put(POPULATION, population.replace("327167439", "327167440"));
    await session.cloud.settled(60_000);
    const next = await readReport();
    expect(next.fingerprint).not.to.equal(report.fingerprint);
    expect(next.seriesPopulation.rows.find(({ year }) => year === 2018)?.population).to.equal(327167440);
  });

  it("keeps the last good report if the data file holds something else, and says why", async () => {
    report = await readReport();
    session.setFile("pr.data.0.Current", "<html>Service unavailable</html>", 3);
    await session.runDay();
    expect(await readReport()).to.deep.equal(report);
    const { ok, error } = await readStatus("analysis");
    expect(ok).to.equal(false);
    expect(error).to.match(/^pr\.data\.0\.Current.*The last good report stays\.$/);
  });
});
