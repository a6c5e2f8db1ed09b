import { expect } from "chai";
import { ListingError, parseListing } from "../../functions/dataset/listing";

const FOLDER = "https://download.bls.gov/pub/time.series/pr/";
const PARENT = '<A HREF="/pub/time.series/">[To Parent Directory]</A><br><br>';

function listing(...lines: string[]): string {
  return `<html><head><title>download.bls.gov - /pub/time.series/pr/</title></head><body><H1>download.bls.gov - /pub/time.series/pr/</H1><hr>
<pre>${PARENT}${lines.join("")}</pre><hr></body></html>`;
}

function link(date: string, size: string | number, href: string): string {
  return `  ${date}  ${String(size).padStart(12)} <A HREF="${href}">${href}</A><br>`;
}

describe("a BLS listing", () => {
  it("gives each file's name, address, date and size", () => {
    const html = listing(
      link("8/6/2026  8:30 AM", 1613575, "/pub/time.series/pr/pr.data.0.Current"),
      link("12/31/1994 12:05 PM", 146, "/pub/time.series/pr/pr.period"),
      link("1/1/2026 12:00 AM", 0, "/pub/time.series/pr/pr.txt"),
    );
    expect(parseListing(html, FOLDER)).to.deep.equal([
      {
        name: "pr.data.0.Current",
        url: `${FOLDER}pr.data.0.Current`,
        upstreamDate: "2026-08-06T08:30",
        size: 1613575,
      },
      { name: "pr.period", url: `${FOLDER}pr.period`, upstreamDate: "1994-12-31T12:05", size: 146 },
      { name: "pr.txt", url: `${FOLDER}pr.txt`, upstreamDate: "2026-01-01T00:00", size: 0 },
    ]);
  });

  it("may have names with spaces, percent signs and letters of any script", () => {
    const html = listing(link("8/6/2026  8:30 AM", 1, "/pub/time.series/pr/pr%20a%25%C3%A9"));
    expect(parseListing(html, FOLDER).map(({ name, url }) => [name, url])).to.deep.equal([
      ["pr a%é", `${FOLDER}pr%20a%25%C3%A9`],
    ]);
  });

  it("passes over sub-folders and links that lead elsewhere", () => {
    const html = listing(
      link("8/6/2026  8:30 AM", "&lt;dir&gt;", "/pub/time.series/pr/old/"),
      link("8/6/2026  8:30 AM", 9, "https://elsewhere.example.com/pub/time.series/pr/evil"),
      link("8/6/2026  8:30 AM", 9, "/pub/time.series/ce/ce.txt"),
      link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/pr.txt"),
    );
    expect(parseListing(html, FOLDER).map(({ name }) => name)).to.deep.equal(["pr.txt"]);
  });

  const UNUSABLE: [title: string, html: string, expected: RegExp][] = [
    ["an error page", "<html><body>Service unavailable</body></html>", /no link to .*\/pub\/time\.series\//],
    ["nothing", "", /no link to/],
    ["a listing without files", listing(), /names no file/],
    [
      "a listing of another folder",
      listing(link("8/6/2026  8:30 AM", 9, "/pub/time.series/ce/x")),
      /names no file/,
    ],
    ["a file without a date", listing('<A HREF="/pub/time.series/pr/pr.txt">pr.txt</A>'), /no date and size/],
    [
      "a name with a slash in it",
      listing(link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/..%2Fx")),
      /no plain file name: "\.\.%2Fx"/,
    ],
    [
      "a name that cannot be decoded",
      listing(link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/%FF")),
      /no plain/,
    ],
    [
      "a name twice",
      listing(
        link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/a"),
        link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/%61"),
      ),
      /names a file twice/,
    ],
  ];
  for (const [title, html, expected] of UNUSABLE) {
    it(`is not concluded from ${title}`, () => {
      expect(() => parseListing(html, FOLDER)).to.throw(ListingError, expected);
    });
  }
});
