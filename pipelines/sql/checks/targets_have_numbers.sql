-- Targets for a segment that no number has: misspelt, or gone.
select targets.*
from targets
semi join metrics as measured on measured.metric = targets.metric
anti join metrics on metrics.metric = targets.metric and metrics.segment = targets.segment
