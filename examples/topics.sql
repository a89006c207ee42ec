-- What are the skills of each domain about? The topics their summaries list, one edition a skill.

WITH edition AS (
    SELECT skill, min_by(profiles, (language <> 'en', language)) AS page
    FROM profiles
    GROUP BY skill
),
topics AS (
    SELECT skill, page.domain AS domain, unnest(page.tags) AS topic
    FROM edition
)
SELECT
    domain,
    count(DISTINCT skill) AS skills,
    count(DISTINCT lower(topic)) AS topics,
    string_agg(topic, ', ' ORDER BY lower(topic)) AS list
FROM topics
GROUP BY domain
ORDER BY topics DESC, domain;
