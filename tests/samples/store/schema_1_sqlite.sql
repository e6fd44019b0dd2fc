CREATE TABLE code_map (
	agency VARCHAR(35) NOT NULL,
	kind VARCHAR(30) NOT NULL,
	local VARCHAR(100) NOT NULL,
	national VARCHAR(100) NOT NULL,
	changed_at DATETIME NOT NULL,
	PRIMARY KEY (agency, kind, local)
);
CREATE TABLE dossiers (
	agency VARCHAR(35) NOT NULL,
	dossier VARCHAR(80) NOT NULL,
	procedure VARCHAR(20) NOT NULL,
	status INTEGER NOT NULL,
	outcome VARCHAR(50) NOT NULL,
	reason VARCHAR(100) NOT NULL,
	changed_at DATETIME NOT NULL,
	PRIMARY KEY (agency, dossier)
);
CREATE TABLE events (
	id INTEGER NOT NULL,
	agency VARCHAR(35) NOT NULL,
	system VARCHAR(50) NOT NULL,
	dossier VARCHAR(80) NOT NULL,
	"key" VARCHAR(200) NOT NULL,
	operation VARCHAR(100) NOT NULL,
	fingerprint VARCHAR(64) NOT NULL,
	payload BLOB NOT NULL,
	state VARCHAR(20) NOT NULL,
	tries INTEGER NOT NULL,
	error VARCHAR(100) NOT NULL,
	result BLOB,
	created_at DATETIME NOT NULL,
	changed_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (agency, system, "key")
);
CREATE INDEX events_by_dossier ON events (agency, dossier, id);
CREATE TABLE inbound_look_ups (
	id INTEGER NOT NULL,
	agency VARCHAR(35) NOT NULL,
	path VARCHAR(100) NOT NULL,
	subject VARCHAR(80) NOT NULL,
	outcome VARCHAR(20) NOT NULL,
	asked_at DATETIME NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX look_ups_by_subject ON inbound_look_ups (agency, subject, id);
CREATE TABLE inbox (
	id INTEGER NOT NULL,
	agency VARCHAR(35) NOT NULL,
	system VARCHAR(50) NOT NULL,
	"key" VARCHAR(200) NOT NULL,
	fingerprint VARCHAR(64) NOT NULL,
	body BLOB NOT NULL,
	path VARCHAR(200) NOT NULL,
	deliveries INTEGER NOT NULL,
	handled INTEGER NOT NULL,
	received_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (agency, system, "key")
);
CREATE TABLE leases (
	agency VARCHAR(35) NOT NULL,
	dossier VARCHAR(80) NOT NULL,
	owner VARCHAR(32) NOT NULL,
	until INTEGER NOT NULL,
	PRIMARY KEY (agency, dossier)
);
CREATE TABLE look_ups (
	id INTEGER NOT NULL,
	asked INTEGER,
	at DATETIME NOT NULL,
	day VARCHAR(10) NOT NULL,
	agency VARCHAR(35) NOT NULL,
	officer VARCHAR(20) NOT NULL,
	operation VARCHAR(100) NOT NULL,
	procedure VARCHAR(20) NOT NULL,
	dossier VARCHAR(80) NOT NULL,
	legal_basis VARCHAR(500) NOT NULL,
	request_id VARCHAR(40) NOT NULL,
	subject VARCHAR(64) NOT NULL,
	outcome VARCHAR(100) NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX look_ups_answered ON look_ups (asked);
CREATE INDEX look_ups_of_a_day ON look_ups (agency, day, officer);
CREATE INDEX look_ups_of_a_person ON look_ups (subject);
CREATE TABLE numbers (
	agency VARCHAR(35) NOT NULL,
	day VARCHAR(8) NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (agency, day)
);
CREATE TABLE orders (
	agency VARCHAR(35) NOT NULL,
	system VARCHAR(50) NOT NULL,
	reference VARCHAR(50) NOT NULL,
	dossier VARCHAR(80) NOT NULL,
	amount INTEGER NOT NULL,
	state VARCHAR(20) NOT NULL,
	"transaction" VARCHAR(100) NOT NULL,
	"order" BLOB NOT NULL,
	link BLOB,
	changed_at DATETIME NOT NULL,
	PRIMARY KEY (agency, system, reference)
);
CREATE INDEX orders_by_dossier ON orders (agency, dossier);
CREATE TABLE payment_news (
	id INTEGER NOT NULL,
	agency VARCHAR(35) NOT NULL,
	system VARCHAR(50) NOT NULL,
	reference VARCHAR(50) NOT NULL,
	source VARCHAR(20) NOT NULL,
	state VARCHAR(20) NOT NULL,
	"transaction" VARCHAR(100) NOT NULL,
	raw_code VARCHAR(20) NOT NULL,
	raw_time VARCHAR(50) NOT NULL,
	alarm VARCHAR(20) NOT NULL,
	settled VARCHAR(200) NOT NULL,
	told_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (agency, system, reference, source, state, "transaction")
);
CREATE INDEX payment_news_by_transaction ON payment_news (agency, system, "transaction");
CREATE TABLE payment_polls (
	agency VARCHAR(35) NOT NULL,
	system VARCHAR(50) NOT NULL,
	reference VARCHAR(50) NOT NULL,
	tries INTEGER NOT NULL,
	due_at DATETIME NOT NULL,
	given_up INTEGER NOT NULL,
	PRIMARY KEY (agency, system, reference)
);
CREATE INDEX payment_polls_due ON payment_polls (agency, system, given_up, due_at);
CREATE TABLE payment_rejects (
	id INTEGER NOT NULL,
	agency VARCHAR(35) NOT NULL,
	system VARCHAR(50) NOT NULL,
	fingerprint VARCHAR(64) NOT NULL,
	reason VARCHAR(50) NOT NULL,
	body BLOB NOT NULL,
	times INTEGER NOT NULL,
	first_at DATETIME NOT NULL,
	last_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (agency, system, fingerprint)
);
CREATE TABLE raw_messages (
	id INTEGER NOT NULL,
	agency VARCHAR(35) NOT NULL,
	path VARCHAR(200) NOT NULL,
	fingerprint VARCHAR(64) NOT NULL,
	length INTEGER NOT NULL,
	body BLOB,
	reason VARCHAR(200) NOT NULL,
	received_at DATETIME NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX raw_messages_by_agency ON raw_messages (agency, id);
CREATE TABLE receipts (
	agency VARCHAR(35) NOT NULL,
	"key" VARCHAR(100) NOT NULL,
	symbol VARCHAR(20) NOT NULL,
	year INTEGER NOT NULL,
	number INTEGER NOT NULL,
	amount INTEGER NOT NULL,
	state VARCHAR(20) NOT NULL,
	receipt BLOB NOT NULL,
	changed_at DATETIME NOT NULL,
	PRIMARY KEY (agency, "key"),
	UNIQUE (agency, symbol, year, number)
);
CREATE TABLE refunds (
	agency VARCHAR(35) NOT NULL,
	system VARCHAR(50) NOT NULL,
	"key" VARCHAR(100) NOT NULL,
	reference VARCHAR(50) NOT NULL,
	amount INTEGER NOT NULL,
	state VARCHAR(20) NOT NULL,
	"transaction" VARCHAR(100) NOT NULL,
	refund BLOB NOT NULL,
	changed_at DATETIME NOT NULL,
	PRIMARY KEY (agency, system, "key")
);
CREATE INDEX refunds_by_reference ON refunds (agency, system, reference);
CREATE TABLE released_files (
	id VARCHAR(36) NOT NULL,
	agency VARCHAR(35) NOT NULL,
	dossier VARCHAR(80) NOT NULL,
	reference BLOB NOT NULL,
	content_type VARCHAR(100) NOT NULL,
	released_at DATETIME NOT NULL,
	withdrawn INTEGER NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX released_files_by_dossier ON released_files (agency, dossier);
CREATE TABLE steps (
	agency VARCHAR(35) NOT NULL,
	dossier VARCHAR(80) NOT NULL,
	name VARCHAR(100) NOT NULL,
	value BLOB NOT NULL,
	made_at DATETIME NOT NULL,
	PRIMARY KEY (agency, dossier, name)
);
