-- Features that are given as reasons, for which pipelines/policy/feature_names.yaml has no words.
select reasons.feature, count(*) as reasons
from reasons
left join feature_names using (feature)
where feature_names.feature is null
group by reasons.feature
order by reasons.feature
