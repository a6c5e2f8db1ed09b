import { expect } from "chai";
import { parseSettings, SettingsError } from "../../infra/settings";

const GOOD: Record<string, string> = {
  contact: "someone@example.com",
  surveys: '["pr","ce"]',
  blsUrl: "https://download.example.com/pub/time.series/",
  populationUrl: "https://api.example.com/tesseract/data.jsonrecords?cube=c",
  schedule: "cron(0 14 * * ? *)",
  publish: "true",
  audit: "false",
  dataFile: "pr.data.0.Current",
  populationFrom: "2013",
  populationTo: "2018",
  seriesId: "PRS30006032",
  period: "Q01",
  pagePollSeconds: "300",
  batchWindowSeconds: "30",
  analysisTimeoutSeconds: "120",
  maxDeletes: "5",
  maxDeletePercent: "50",
  verifyEveryDays: "7",
  maxRowLossPercent: "10",
  maxRefusedPercent: "1",
  populationChange: "warn",
  noncurrentVersionDays: "30",
  logRetentionDays: "14",
  alarmEmail: "",
  protectData: "false",
};

function config(changes: Record<string, string | undefined> = {}): Record<string, string> {
  const entries = Object.entries({ ...GOOD, ...changes }).filter(([, value]) => value !== undefined);
  const own = entries.map(([key, value]) => [key.includes(":") ? key : `data-quest:${key}`, String(value)]);
  return { "aws:region": "us-east-1", ...Object.fromEntries(own) };
}

function messageFor(changes: Record<string, string | undefined>): string {
  try {
    parseSettings("data-quest", "dev", config(changes));
  } catch (error) {
    expect(error).to.be.instanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error("these settings were accepted");
}

describe("settings", () => {
  it("are parsed into one typed object", () => {
    const settings = parseSettings("data-quest", "dev", { ...config(), "other:key": "of another project" });
    expect(settings).to.deep.equal({
      ...GOOD,
      project: "data-quest",
      stack: "dev",
      region: "us-east-1",
      surveys: ["pr", "ce"],
      publish: true,
      audit: false,
      protectData: false,
      populationFrom: 2013,
      populationTo: 2018,
      pagePollSeconds: 300,
      batchWindowSeconds: 30,
      analysisTimeoutSeconds: 120,
      maxDeletes: 5,
      maxDeletePercent: 50,
      verifyEveryDays: 7,
      maxRowLossPercent: 10,
      maxRefusedPercent: 1,
      noncurrentVersionDays: 30,
      logRetentionDays: 14,
    });
  });

  it("that are invalid are all named, with the expected and the actual value, and where to set them", () => {
    const message = messageFor({
      contact: undefined,
      surveys: "pr",
      publish: "yes",
      period: "Q06",
      colour: "red",
    });
    expect(message.split("\n")).to.deep.equal([
      "The settings of stack 'dev' are wrong:",
      "  - data-quest:contact should be an e-mail address where the sources can reach you; it is not set",
      '  - data-quest:surveys should be a list of survey codes such as ["pr"], each two lower-case letters, without repeats; it is "pr"',
      '  - data-quest:publish should be true or false; it is "yes"',
      '  - data-quest:period should be Q01, Q02, Q03, Q04 or Q05; it is "Q06"',
      "  - data-quest:colour is not a setting; Pulumi.yaml lists them all",
      "Set them with 'pulumi config set --stack dev <key> <value>' or in Pulumi.dev.yaml.",
    ]);
  });

  it("that contradict each other are named together with invalid ones", () => {
    const lines = messageFor({
      period: "Q06",
      populationFrom: "2019",
      dataFile: "la.data.1.AllData",
      "aws:region": "home",
    }).split("\n");
    expect(lines.slice(1, -1).map((line) => line.replace(/ should be.*/, ""))).to.deep.equal([
      "  - data-quest:period",
      "  - data-quest:populationFrom",
      "  - data-quest:dataFile",
      "  - aws:region",
    ]);
  });

  const BAD: [key: string, value: string, expected: RegExp][] = [
    ["contact", "no address", /e-mail address/],
    ["contact", "a@b.c\r\nX-Header: 1", /e-mail address/],
    ["surveys", "[]", /list of survey codes/],
    ["surveys", '["pr","pr"]', /without repeats/],
    ["surveys", '["../pr"]', /list of survey codes/],
    ["blsUrl", "https://download.example.com/pub", /ends in \//],
    ["blsUrl", "file:///etc/", /http/],
    ["populationUrl", "nowhere", /http/],
    ["schedule", "every day", /EventBridge schedule/],
    ["dataFile", "../pr.data", /BLS data file/],
    ["dataFile", "la.data.1.AllData", /one of the surveys \(pr, ce\)/],
    ["populationFrom", "2019", /not after populationTo \(2018\)/],
    ["populationTo", "20.5", /whole number/],
    ["seriesId", "prs", /series id/],
    ["schedule", "rate(5 bananas)", /EventBridge schedule/],
    ["contact", "中@b.co", /e-mail address/],
    ["batchWindowSeconds", "0", /from 1 to 300/],
    ["batchWindowSeconds", "301", /from 1 to 300/],
    ["analysisTimeoutSeconds", "0", /from 1 to 900/],
    ["maxDeletes", "-1", /from 0/],
    ["maxDeletePercent", "101", /from 0 to 100/],
    ["verifyEveryDays", "x", /whole number/],
    ["maxRowLossPercent", "101", /from 0 to 100/],
    ["maxRefusedPercent", "-1", /from 0 to 100/],
    ["logRetentionDays", "8", /one of 1, 3, 5, 7/],
    ["alarmEmail", "me", /empty for no e-mails/],
  ];
  for (const [key, value, expected] of BAD) {
    it(`${key} = ${JSON.stringify(value)} is refused`, () => {
      const lines = messageFor({ [key]: value }).split("\n");
      expect(lines).to.have.length(3);
      expect(lines[1])
        .to.match(new RegExp(`^  - data-quest:${key} should be `))
        .and.to.match(expected);
    });
  }
});
