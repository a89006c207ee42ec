-- What changes for data engineers on the way from middle to senior, over all skills?
-- `skillprofiles role normalized "data engineer" --have middle --level senior` answers the same.

WITH edition AS (
    SELECT skill, min_by(language, (language <> 'en', language)) AS language
    FROM requirements
    WHERE role = 'Data Engineer'
    GROUP BY skill
),
expected AS (
    SELECT requirements.*
    FROM requirements
    JOIN edition USING (skill, language)
    WHERE role = 'Data Engineer'
)
SELECT
    skill,
    language,
    CASE
        WHEN below.skill IS NULL THEN 'new'
        WHEN above.skill IS NULL THEN 'ends'
        WHEN above.mandatory > below.mandatory THEN 'becomes mandatory'
        WHEN above.mandatory < below.mandatory THEN 'becomes optional'
        WHEN above.description <> below.description THEN 'text changes'
        ELSE 'carried on'
    END AS change,
    above.mandatory,
    left(above.description, 60) AS expected
FROM (FROM expected WHERE level = 'middle') AS below
FULL JOIN (FROM expected WHERE level = 'senior') AS above USING (skill, language)
ORDER BY mandatory DESC, skill;
