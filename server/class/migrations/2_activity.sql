-- When somebody last did anything in it; and since when it is due to be deleted, as far as the clock is right: 0 for not at all.
alter table class add column seen bigint not null default 0;
alter table class add column due bigint not null default 0;
update class set seen = coalesce((select max(at) from vote where vote.class = class.id), 0);
update class set seen = opened where seen < opened;
