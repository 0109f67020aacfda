-- One dialect for SQLite and PostgreSQL. Times are seconds since 1970; 0 is never.
create table class (
    id text primary key,
    name text not null,
    code text not null,
    secret text not null,
    opened bigint not null,
    ended bigint not null,
    is_open bigint not null,
    version bigint not null,
    phase text not null,
    question text not null,
    round bigint not null
);
create unique index class_open on class (is_open) where is_open = 1;

-- Its options are JSON: [{"value", "text", "right"}]. `base` is the first round of the pair that is compared.
create table question (
    class text not null references class (id) on delete cascade,
    id text not null,
    page text not null,
    title text not null,
    prompt text not null,
    options text not null,
    base bigint not null,
    asked bigint not null,
    revealed bigint not null,
    primary key (class, id)
);

-- No name, no address: two words, and the hash of a cookie.
create table person (
    class text not null references class (id) on delete cascade,
    id bigint not null,
    token text not null,
    alias text not null,
    primary key (class, id)
);
create unique index person_token on person (class, token);
create unique index person_alias on person (class, alias);

create table vote (
    class text not null references class (id) on delete cascade,
    question text not null,
    round bigint not null,
    person bigint not null,
    choice text not null,
    at bigint not null,
    primary key (class, question, round, person)
);

create table mark (
    class text not null references class (id) on delete cascade,
    page text not null,
    person bigint not null,
    state text not null,
    primary key (class, page, person)
);
