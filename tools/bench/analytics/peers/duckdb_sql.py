"""DuckDB in Python. Arguments: data file, answer, SQL file."""

import sys

import duckdb

data, answer, sql = sys.argv[1:]
with open(sql, encoding="utf-8") as file:
    duckdb.connect().execute(file.read().replace(":data", data).replace(":answer", answer))
