-- What did the current release change, skill by skill?
-- Needs a release, as `skillprofiles ingest` publishes it.

SELECT
    skill,
    language,
    count(*) FILTER (change = 'added' AND role IS NOT NULL) AS cells_added,
    count(*) FILTER (change = 'removed' AND role IS NOT NULL) AS cells_removed,
    count(*) FILTER (field = 'mandatory' AND after = 'true') AS became_mandatory,
    count(*) FILTER (field = 'mandatory' AND after = 'false') AS became_optional,
    count(*) FILTER (field = 'description') AS texts_changed
FROM changes
WHERE role IS NOT NULL OR field IS NULL
GROUP BY skill, language
ORDER BY skill, language;
