import { expect } from "chai";
import { ListingError, parseListing } from "../../../functions/dataset/listing";

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

  it("may have names with # and ?, percent-encoded or not", () => {
    const encoded = ["pr.data%231", "pr.what%3F", "pr.%23a%3Fb%2523"];
    const raw = ["pr.data#1", "pr.what?", "pr.#a?b%2523"];
    const expected = [
      ["pr.data#1", `${FOLDER}pr.data%231`],
      ["pr.what?", `${FOLDER}pr.what%3F`],
      ["pr.#a?b%23", `${FOLDER}pr.%23a%3Fb%2523`],
    ];
    for (const names of [encoded, raw]) {
      const html = listing(
        ...names.map((name) => link("8/6/2026  8:30 AM", 1, `/pub/time.series/pr/${name}`)),
      );
      expect(parseListing(html, FOLDER).map(({ name, url }) => [name, url])).to.deep.equal(expected);
    }
  });

  it("skips sub-folders and links that lead elsewhere", () => {
    const html = listing(
      link("8/6/2026  8:30 AM", "&lt;dir&gt;", "/pub/time.series/pr/old/"),
      link("8/6/2026  8:30 AM", 9, "https://elsewhere.example.com/pub/time.series/pr/evil"),
      link("8/6/2026  8:30 AM", 9, "/pub/time.series/ce/ce.txt"),
      link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/pr.txt"),
    );
    expect(parseListing(html, FOLDER).map(({ name }) => name)).to.deep.equal(["pr.txt"]);
  });

  const UNUSABLE: [title: string, html: string, expected: RegExp][] = [
    [
      "an error page",
      "<html><body>Service unavailable</body></html>",
      /a link to .*\/pub\/time\.series\/ is missing/,
    ],
    ["nothing", "", /a link to .* is missing/],
    ["a listing without files", listing(), /has no files/],
    [
      "a listing of another folder",
      listing(link("8/6/2026  8:30 AM", 9, "/pub/time.series/ce/x")),
      /has no files/,
    ],
    [
      "a file without a date",
      listing('<A HREF="/pub/time.series/pr/pr.txt">pr.txt</A>'),
      /does not show a date and size/,
    ],
    [
      "a name with a slash in it",
      listing(link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/..%2Fx")),
      /not a plain file name: "\.\.%2Fx"/,
    ],
    [
      "a name with # that leads out of the folder once decoded",
      listing(link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/a#%2F..%2F..%2Fx")),
      /not a plain file name: "a%23%2F\.\.%2F\.\.%2Fx"/,
    ],
    [
      "a link to an anchor in the listing itself",
      listing(link("8/6/2026  8:30 AM", 9, "#top")),
      /not a plain file name: "#top"/,
    ],
    [
      "a link that sorts the listing",
      listing(link("8/6/2026  8:30 AM", 9, "?C=M;O=A")),
      /not a plain file name: "\?C=M;O=A"/,
    ],
    [
      "a name that cannot be decoded",
      listing(link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/%FF")),
      /not a plain/,
    ],
    [
      "a duplicate name",
      listing(
        link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/a"),
        link("8/6/2026  8:30 AM", 9, "/pub/time.series/pr/%61"),
      ),
      /names a file twice/,
    ],
  ];
  for (const [title, html, expected] of UNUSABLE) {
    it(`is refused if it is or has ${title}`, () => {
      expect(() => parseListing(html, FOLDER)).to.throw(ListingError, expected);
    });
  }
});

/** The same folder, listed by other servers. */
const NGINX = `<html>
<head><title>Index of /pub/time.series/pr/</title></head>
<body>
<h1>Index of /pub/time.series/pr/</h1><hr><pre><a href="../">../</a>
<a href="pr.class">pr.class</a>                                           06-Aug-2026 12:30                  85
<a href="pr.data.0.Current">pr.data.0.Current</a>                                  06-Aug-2026 12:30             1613575
</pre><hr></body>
</html>
`;

const APACHE = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of /pub/time.series/pr</title>
 </head>
 <body>
<h1>Index of /pub/time.series/pr</h1>
  <table>
   <tr><th valign="top"><img src="/icons/blank.gif" alt="[ICO]"></th><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th><th><a href="?C=S;O=A">Size</a></th><th><a href="?C=D;O=A">Description</a></th></tr>
   <tr><th colspan="5"><hr></th></tr>
<tr><td valign="top"><img src="/icons/back.gif" alt="[PARENTDIR]"></td><td><a href="/pub/time.series/">Parent Directory</a></td><td>&nbsp;</td><td align="right">  - </td><td>&nbsp;</td></tr>
<tr><td valign="top"><img src="/icons/unknown.gif" alt="[   ]"></td><td><a href="pr.class">pr.class</a></td><td align="right">2026-08-06 12:30  </td><td align="right"> 85 </td><td>&nbsp;</td></tr>
<tr><td valign="top"><img src="/icons/unknown.gif" alt="[   ]"></td><td><a href="pr.data.0.Current">pr.data.0.Current</a></td><td align="right">2026-08-06 12:30  </td><td align="right">1.5M</td><td>&nbsp;</td></tr>
   <tr><th colspan="5"><hr></th></tr>
</table>
<address>Apache/2.4.62 (Debian) Server at mirror.example.com Port 80</address>
</body></html>
`;

const APACHE_PLAIN = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of /pub/time.series/pr</title>
 </head>
 <body>
<h1>Index of /pub/time.series/pr</h1>
<pre>      <a href="?C=N;O=D">Name</a>                    <a href="?C=M;O=A">Last modified</a>      <a href="?C=S;O=A">Size</a>  <hr>      <a href="/pub/time.series/">Parent Directory</a>                             -   
      <a href="pr.class">pr.class</a>                2026-08-06 12:30   85   
<hr></pre>
</body></html>
`;

const PYTHON = `<!DOCTYPE HTML>
<html lang="en">
<head>
<meta charset="utf-8">
<style type="text/css">
:root {
color-scheme: light dark;
}
</style>
<title>Directory listing for /pub/time.series/pr/</title>
</head>
<body>
<h1>Directory listing for /pub/time.series/pr/</h1>
<hr>
<ul>
<li><a href="pr.class">pr.class</a></li>
<li><a href="pr.data.0.Current">pr.data.0.Current</a></li>
</ul>
<hr>
</body>
</html>
`;

describe("a listing from another server", () => {
  for (const [server, html, found] of [
    ["nginx", NGINX, 'nginx or Apache ("Index of /pub/time.series/pr/")'],
    ["Apache", APACHE, 'nginx or Apache ("Index of /pub/time.series/pr")'],
    ["Apache, without a table", APACHE_PLAIN, 'nginx or Apache ("Index of /pub/time.series/pr")'],
    ["Python", PYTHON, 'Python ("Directory listing for /pub/time.series/pr/")'],
  ] as const) {
    it(`${server}: is refused in one sentence that says what it is, what the sync can read, and what to do`, () => {
      const message = refusal(html);
      expect(message).to.include(`${FOLDER} answered with a folder listing from ${found}`);
      expect(message).to.include("only listings in the format of BLS's server (IIS) can be read");
      expect(message).to.include("(npm start -- --upstream DIR)");
      expect(message.match(/\. |\.$/g)).to.deep.equal(["."]);
    });
  }

  it("is still read if only its title differs from BLS's", () => {
    const html = listing(link("8/6/2026  8:30 AM", 1, "/pub/time.series/pr/pr.txt"));
    const titled = html.replace(/<title>[^<]*/, "<title>Index of /pub/time.series/pr/");
    expect(parseListing(titled, FOLDER).map(({ name }) => name)).to.deep.equal(["pr.txt"]);
  });

  it("escapes control characters in a title, as in JSON", () => {
    const message = refusal(NGINX.replace(/<title>[^<]*/, "<title>Index of /\u001b[2J"));
    expect(message).to.include('("Index of /\\u001b[2J")');
  });

  function refusal(html: string): string {
    try {
      parseListing(html, FOLDER);
    } catch (error) {
      expect(error).to.be.instanceOf(ListingError);
      return (error as ListingError).message;
    }
    throw new Error("It was read.");
  }
});
