-- Where several servers share a class: the run that is shown to all, whose it is, and its output as far as it is kept. What `about`
-- and `said` tell is the servers' own. `beat` grows for as long as the run's server lives.
create table stage (
    class text primary key references class (id) on delete cascade,
    run text not null,
    server text not null,
    about text not null,
    said text not null,
    beat bigint not null,
    stop bigint not null
);
create table stage_piece (
    class text not null references class (id) on delete cascade,
    run text not null,
    at_byte bigint not null,
    bytes bytea not null,
    primary key (class, run, at_byte)
);
-- How often the teacher ended everybody's runs.
alter table class add column stops bigint not null default 0;
