/**
 * Shows the report object of the page's own bucket. Everything is set as text, never as markup: the words in the
 * report come from upstream.
 */
const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 4 });

async function readJson(path) {
  const response = await fetch(path, { cache: "no-cache" });
  if (response.status === 403 || response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** A link to an object of this bucket; the address is built from the key, never taken from the report. */
function link(key) {
  const href = key.split("/").map(encodeURIComponent).join("/");
  return element("a", { href, textContent: key });
}

function cell(tag, value) {
  if (value instanceof Node) return element(tag, {}, value);
  const isNumber = typeof value === "number";
  const text = isNumber ? number.format(value) : String(value ?? "–");
  return element(tag, { className: isNumber ? "number" : "", textContent: text });
}

function table(title, columns, rows) {
  const head = element(
    "tr",
    {},
    ...columns.map((name) => element("th", { scope: "col", textContent: name })),
  );
  const body = rows.map((row) => element("tr", {}, ...row.map((value) => cell("td", value))));
  return element(
    "section",
    {},
    element("h2", { textContent: title }),
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)),
  );
}

function sections({ populationSummary: population, bestYears, seriesPopulation, inputs }) {
  return [
    table(
      `US population ${population.from}–${population.to}`,
      ["Years", "Mean", "Std. deviation (sample)", "Std. deviation (population)"],
      [
        [
          population.years.join(", "),
          population.mean,
          population.sampleStandardDeviation,
          population.populationStandardDeviation,
        ],
      ],
    ),
    table(
      `${seriesPopulation.seriesId} in ${seriesPopulation.period}, with the year's population`,
      ["Year", "Value", "Population"],
      seriesPopulation.rows.map(({ year, value, population: people }) => [String(year), value, people]),
    ),
    table(
      "Best year of every series",
      ["Series", "Year", "Value", "Title"],
      bestYears.map(({ seriesId, year, value, title }) => [seriesId, String(year), value, title]),
    ),
    table(
      "Made from",
      ["File", "Bytes", "Rows", "Changed upstream", "SHA-256"],
      inputs.map(({ key, bytes, rows, upstreamDate, sha256 }) => [
        link(key),
        bytes,
        rows,
        upstreamDate,
        sha256,
      ]),
    ),
  ];
}

async function show() {
  const state = document.getElementById("state");
  try {
    const [report, status] = await Promise.all([
      readJson("reports/latest.json"),
      readJson("reports/status/analysis.json"),
    ]);
    if (report === undefined) {
      state.textContent = status?.error ?? "There is no report yet.";
      return;
    }
    state.textContent = [
      `Report of ${new Date(report.generatedAt).toLocaleString()}.`,
      status?.error ?? "",
    ].join(" ");
    document.getElementById("report").replaceChildren(...sections(report));
  } catch (error) {
    state.textContent = `The report cannot be shown: ${error.message}`;
  }
}

show();
