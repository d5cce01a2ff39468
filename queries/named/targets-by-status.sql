-- Targets by status and reason from the latest verdicts; a target with two reasons counts under both.
SELECT status, coalesce(reason, '-') AS reason, count(*) AS targets
FROM sync_verdicts
LEFT JOIN UNNEST(reasons) AS t (reason) ON TRUE
GROUP BY status, coalesce(reason, '-')
ORDER BY targets DESC, status, reason
