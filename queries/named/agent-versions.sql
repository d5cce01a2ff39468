-- SSM agent versions across accounts: how many nodes run each.
SELECT agentversion, platformtype, count(DISTINCT resourceid) AS nodes, count(DISTINCT accountid) AS accounts
FROM aws_instanceinformation
WHERE instancestatus NOT IN ('Terminated', 'Stopped')
GROUP BY agentversion, platformtype
ORDER BY nodes DESC, agentversion
