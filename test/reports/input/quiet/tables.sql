create table alerts (topic_en varchar, topic_it varchar, rate double);
create table calm as select 12 as n, 0.25 as rate, null::double as change, ['web', 'app'] as channels;
