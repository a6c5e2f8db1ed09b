-- The exact best year of each series: values are read as decimals, and a tie goes to the earliest year.
COPY (
  WITH years AS (
    SELECT trim(series_id) AS series, year, sum(value) AS total
    FROM read_csv(':data', delim = '\t', header = false, skip = 1, quote = '', escape = '', auto_detect = false,
      columns = {'series_id': 'VARCHAR', 'year': 'SMALLINT', 'period': 'VARCHAR', 'value': 'DECIMAL(18, 3)',
                 'footnotes': 'VARCHAR'})
    WHERE period IN ('Q01', 'Q02', 'Q03', 'Q04')
    GROUP BY ALL
  )
  SELECT series, arg_max(year, (total, -year)) AS year, (max(total) * 1000)::BIGINT AS thousandths
  FROM years
  GROUP BY series
) TO ':answer' (FORMAT csv, HEADER false);
