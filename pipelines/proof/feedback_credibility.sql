-- Every message believed alike: no model is trained for the proof.
select feedback_id, 1.0::double as weight from feedback order by feedback_id
