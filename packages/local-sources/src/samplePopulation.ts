/**
 * The population of the United States by year, from the American Community Survey's 1-year estimates, table B01003
 * (US Census Bureau, public domain). There is no 2020: the survey was not published for that year.
 */
const POPULATION: Readonly<Record<number, number>> = {
  2013: 316128839,
  2014: 318857056,
  2015: 321418821,
  2016: 323127515,
  2017: 325719178,
  2018: 327167439,
  2019: 328239523,
  2021: 331893745,
  2022: 333287562,
  2023: 334914896,
  2024: 340110990,
};

/** DataUSA's response with these figures, in its format: annotations, page, columns, one record per year. */
export function populationAnswer(): string {
  const data = Object.entries(POPULATION).map(([year, population]) => ({
    "Nation ID": "01000US",
    Nation: "United States",
    Year: Number(year),
    Population: population,
  }));
  const answer = JSON.stringify({
    annotations: {
      source_name: "Census Bureau",
      dataset_name: "ACS 1-year Estimate",
      table_id: "B01003",
      topic: "Diversity",
      subtopic: "Demographics",
    },
    page: { limit: 0, offset: 0, total: data.length },
    columns: ["Nation ID", "Nation", "Year", "Population"],
    data,
  });
  // The API sends the figures as floating-point numbers, which JSON.stringify does not.
  return answer.replaceAll(/"Population":\d+/g, "$&.0");
}
