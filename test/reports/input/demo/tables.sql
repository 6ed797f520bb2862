create table monthly as
select (date '2024-12-01' + to_months(i::integer))::date as month,
  31 + 4 * sin(i / 3.0) - (case when i >= 18 then (i - 17) * 1.6 else 0 end) as nps,
  500 + 35 * i as answers
from range(24) as t (i);

create table friction as
select * from (values
  ('late_delivery', 'Consegna in ritardo', 'Late delivery', 1843, 182400.00, 141300.00, 226800.00, 412),
  ('refund_slow', 'Rimborso lento', 'Slow refund', 902, 74100.00, 52000.00, 98800.00, 187),
  ('size_wrong', 'Taglia sbagliata', 'Wrong size', 1377, 51900.00, 33400.00, 71100.00, 131),
  ('app_login', 'Accesso all’app', 'Signing in to the app', 611, 23800.00, 9900.00, 38500.00, 64),
  ('queue_store', 'Coda in cassa', 'Queue at the till', 540, 11200.00, -2300.00, 25100.00, 29),
  ('parking', 'Parcheggio', 'Parking', 88, 1900.00, -8600.00, 12700.00, 5)
) as t (cause, label_it, label_en, customers, cost, cost_low, cost_high, lost);

create table channels as
select * from (values ('web', 0.184, 0.171, 0.197, 4120), ('app', 0.121, 0.109, 0.133, 3380), ('store', 0.093, 0.085, 0.101, 6015))
  as t (channel, churn, low, high, n);
