-- Full-text search, and each party's messages. The text stays in its own table; rows are indexed in batches after
-- the commit that stored them (stores/search.ts). Bodies, senders and recipients are never changed or deleted.
create virtual table messages_fts using fts5(body, content='messages', content_rowid='seq', tokenize='unicode61 remove_diacritics 2');
create virtual table digests_fts using fts5(body, content='digests', content_rowid='seq', tokenize='unicode61 remove_diacritics 2');
create table message_parties (party text not null, seq integer not null, primary key (party, seq)) without rowid;
create table search_progress (name text primary key not null, seq integer not null) without rowid;
insert into search_progress (name, seq) values ('messages', 0), ('digests', 0), ('parties', 0);
