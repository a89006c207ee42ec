-- Which roles have the most skills in common at senior level, and how many of them?

WITH expected AS (
    SELECT DISTINCT role, skill
    FROM requirements
    WHERE level = 'senior'
)
SELECT
    one.role AS role,
    two.role AS other_role,
    count(*) AS shared,
    string_agg(skill, ', ' ORDER BY skill) AS skills
FROM expected AS one
JOIN expected AS two USING (skill)
WHERE one.role < two.role
GROUP BY ALL
HAVING shared > 1
ORDER BY shared DESC, role, other_role;
