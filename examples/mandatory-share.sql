-- How much of what a domain asks for is mandatory, at each level?
-- One edition of each skill counts: English where there is one, else the first by its code.

WITH edition AS (
    SELECT skill, min_by(language, (language <> 'en', language)) AS language
    FROM profiles
    GROUP BY skill
)
SELECT
    domain,
    level,
    count(*) AS expectations,
    round(100 * avg(requirements.mandatory::INT)) AS mandatory_percent
FROM requirements
JOIN edition USING (skill, language)
JOIN profiles USING (skill, language)
GROUP BY domain, level
ORDER BY domain, level;
