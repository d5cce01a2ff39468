-- Managed nodes by platform, largest group first.
SELECT platformtype, platformname, platformversion, count(DISTINCT resourceid) AS nodes
FROM aws_instanceinformation
WHERE instancestatus NOT IN ('Terminated', 'Stopped')
GROUP BY platformtype, platformname, platformversion
ORDER BY nodes DESC, platformname, platformversion
