-- What became of the sources of each folder, and which rules did they break most often?

SELECT
    split_part(source, '/', 1) AS folder,
    count(DISTINCT source) AS sources,
    count(DISTINCT source) FILTER (status = 'accepted') AS accepted,
    mode(code || ' ' || name) AS most_frequent_finding,
    count(code) AS findings
FROM sources
LEFT JOIN findings USING (source)
GROUP BY folder
ORDER BY findings DESC, folder;
