-- The tables as views, for the DuckDB command line, from the folder that holds normalized/:
--     duckdb -init examples/views.sql < examples/mandatory-share.sql
-- In Python `sp.load("normalized").duckdb()` has the same views. Where `skillprofiles normalize`
-- wrote the tables, they lie in the folder itself, without latest/ and without changes.

CREATE OR REPLACE TYPE level AS ENUM ('junior', 'middle', 'senior', 'lead', 'principal');

CREATE OR REPLACE VIEW requirements AS
SELECT * REPLACE (level::level AS level) FROM 'normalized/latest/requirements.parquet';

CREATE OR REPLACE VIEW profiles AS FROM 'normalized/latest/profiles.parquet';

CREATE OR REPLACE VIEW findings AS
SELECT * REPLACE (level::level AS level) FROM 'normalized/latest/findings.parquet';

CREATE OR REPLACE VIEW sources AS FROM 'normalized/latest/sources.parquet';

CREATE OR REPLACE VIEW changes AS
SELECT * REPLACE (level::level AS level) FROM 'normalized/latest/changes.parquet';
