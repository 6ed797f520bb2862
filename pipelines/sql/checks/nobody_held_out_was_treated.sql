-- Members of the hold-out whom an action has reached since they were assigned.
select actions.action_id, holdout.customer_id, actions.started_at
from actions
join holdout on holdout.customer_id = actions.unit_id
where actions.unit = 'customer' and actions.arm = 'treated' and actions.started_at >= holdout.assigned_on + interval 1 day
