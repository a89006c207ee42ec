-- Which skills have an edition in which language, and is one of them older than the others?

SELECT
    skill,
    string_agg(language, ', ' ORDER BY language) AS languages,
    max(updated_on) AS newest,
    date_diff('day', min(updated_on), max(updated_on)) AS days_apart
FROM profiles
GROUP BY skill
HAVING count(*) > 1
ORDER BY days_apart DESC, skill;
