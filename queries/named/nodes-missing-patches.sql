-- Nodes that miss or failed patches by their last patch operation, worst first. Counts arrive as strings.
SELECT accountid, region, resourceid, patchgroup,
       try_cast(missingcount AS integer) AS missing,
       try_cast(failedcount AS integer) AS failed,
       operationendtime
FROM aws_patchsummary
WHERE try_cast(missingcount AS integer) > 0 OR try_cast(failedcount AS integer) > 0
ORDER BY missing DESC, failed DESC, accountid, region, resourceid
