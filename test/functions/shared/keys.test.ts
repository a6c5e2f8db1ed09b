import { expect } from "chai";
import { POPULATION_FILE } from "../../../analytics/analyzeFiles";
import { POPULATION_KEY, reportHistoryKey, surveyOf } from "../../../functions/shared/keys";

describe("object keys", () => {
  it("of reports in the history have date, time and fingerprint, in UTC", () => {
    expect(reportHistoryKey({ fingerprint: "0af", generatedAt: "2026-03-01T23:30:05.123-02:00" })).to.equal(
      "reports/history/2026/03/02/013005-0af.json",
    );
  });

  it("give the population the name that the analysis looks for", () => {
    expect(POPULATION_KEY.split("/").at(-1)).to.equal(POPULATION_FILE);
  });

  it("are below the folder of the survey that a file's name begins with", () => {
    expect(["pr.data.0.Current", "la.series", "pr"].map(surveyOf)).to.deep.equal(["pr", "la", "pr"]);
  });
});
