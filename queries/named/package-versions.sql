-- Installed versions of one package and on how many nodes; change the name to ask for another.
SELECT name, version, architecture, count(DISTINCT accountid || region || resourceid) AS nodes
FROM aws_application
WHERE name = 'aws-cfn-bootstrap'
GROUP BY name, version, architecture
ORDER BY nodes DESC, version
