-- The exact tables of a whole report: each series' yearly sums, and its best year with the years that tie, as two
-- CSVs sorted by series. A series with any quarter is ranked by the sum of its quarters, any other one by its Q05.
CREATE TEMP TABLE sums AS
  WITH years AS (
    SELECT trim(series_id) AS series_id, year,
      sum(value) FILTER (period <> 'Q05') AS quarter_sum,
      count(*) FILTER (period <> 'Q05') AS quarters,
      sum(value) FILTER (period = 'Q05') AS annual
    FROM read_csv(':data', delim = '\t', header = false, skip = 1, quote = '', escape = '', auto_detect = false,
      columns = {'series_id': 'VARCHAR', 'year': 'SMALLINT', 'period': 'VARCHAR', 'value': 'DECIMAL(18, 3)',
                 'footnotes': 'VARCHAR'})
    WHERE period IN ('Q01', 'Q02', 'Q03', 'Q04', 'Q05')
    GROUP BY ALL
  ), quarterly AS (
    SELECT series_id, max(quarters) > 0 AS is_quarterly FROM years GROUP BY series_id
  )
  SELECT series_id, year, if(is_quarterly, quarter_sum, annual) AS value, quarters,
    if(is_quarterly, 'quarterly', 'annual') AS basis
  FROM years JOIN quarterly USING (series_id)
  WHERE if(is_quarterly, quarters > 0, annual IS NOT NULL);

COPY (SELECT series_id, year, value, quarters, basis FROM sums ORDER BY series_id, year)
  TO ':answer/yearly-sums.csv' (FORMAT csv, HEADER true);

COPY (
  WITH best AS (
    SELECT series_id, max(value) AS value FROM sums GROUP BY series_id
  )
  SELECT series_id, min(year) AS year, value, any_value(basis) AS basis, arg_min(quarters, year) AS quarters,
    array_to_string(list_sort(list(year))[2:], ' ') AS tied_years
  FROM sums JOIN best USING (series_id, value)
  GROUP BY series_id, value
  ORDER BY series_id
) TO ':answer/best-years.csv' (FORMAT csv, HEADER true);
