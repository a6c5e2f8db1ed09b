/** DuckDB in Node. Arguments: data file, answer, SQL file. Plain JavaScript, so that nothing has to be compiled first. */
const { readFileSync } = require("node:fs");
const { DuckDBInstance } = require("@duckdb/node-api");

async function main(dataFile, answer, sqlFile) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const sql = readFileSync(sqlFile, "utf8").replaceAll(":data", dataFile).replaceAll(":answer", answer);
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

void main(...process.argv.slice(2));
