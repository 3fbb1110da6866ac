/*
 * download.c - new messages of the server: streamed into tmp/, each synced, then published in
 * batches, so that a batch costs two directory syncs and one of the state file (DESIGN rule 7).
 */
#include <stdio.h>
#include <stdlib.h>

#include "../base/prof.h"
#include "job.h"

enum {
	BATCH_MESSAGES = 64, BATCH_BYTES = 4 << 20,
	FIRST_MESSAGES = 1024, FIRST_BYTES = 16 << 20,	/* first download: nothing to lose */
	PROGRESS_BYTES = 1 << 20
};

struct got {
	struct md_delivery d;
	uint32_t uid;
	unsigned flags;
	uint64_t wire;
};

struct download {
	struct job *j;
	struct uidset wanted, done;
	uint64_t total, count;
	struct got *v;			/* complete in tmp/, not yet published */
	size_t n, max;
	uint64_t bytes, max_bytes;
	struct md_delivery d;		/* of the message that is coming in, if receiving */
	bool receiving;
};

static int
publish(struct download *w, struct err *e)
{
	struct job *j = w->j;
	size_t i;
	int bad = 0;

	for (i = 0; i < w->n; i++) {
		struct got *g = &w->v[i];
		struct state_rec rec = { 0 };
		struct md_name name;
		char *file;

		if (bad || maildir_deliver_publish(&j->md, &g->d, g->uid, g->flags, &file, e) < 0) {
			maildir_deliver_abort(&g->d);
			bad = -1;
			continue;
		}
		j->names_changed = true;
		md_name_parse(file, &name);
		free(file);
		rec.uid = g->uid;
		rec.flags = (uint8_t)g->flags;
		rec.base = name.base;
		rec.size = g->wire;
		state_put(&j->st, &rec);
	}
	w->n = 0;
	w->bytes = 0;
	return bad < 0 ? bad : job_commit(j, e);
}

static int
receive(struct download *w, const struct fetched *f, struct err *e)
{
	struct event ev = job_event(w->j, EV_PROGRESS);
	uint64_t next = PROGRESS_BYTES;
	struct slice piece;

	if (maildir_deliver_start(&w->j->md, &w->d, e) < 0)
		return -1;
	w->receiving = true;
	ev.n = w->count + 1;
	ev.total = w->total;
	for (;;) {
		if (imap_body(w->j->c, &piece, e) < 0)
			return -1;
		if (piece.len == 0)
			return 0;
		if (maildir_deliver_data(&w->d, piece.p, piece.len, e) < 0)
			return -1;
		if (f->size > PROGRESS_BYTES && w->d.wire >= next) {
			ev.bytes = w->d.wire;
			event_post(&ev);
			next += PROGRESS_BYTES;
		}
	}
}

/* All of one message is known: it joins the batch, unless nobody asked for it. */
static int
accept(struct download *w, const struct fetched *f, struct err *e)
{
	struct event ev = job_event(w->j, EV_DOWNLOAD);
	struct got *g = &w->v[w->n];

	if (!w->receiving)
		return 0;
	w->receiving = false;
	if (!f->has_body || !uidset_has(&w->wanted, f->uid) || uidset_has(&w->done, f->uid)) {
		maildir_deliver_abort(&w->d);
		return 0;
	}
	if (maildir_deliver_end(&w->j->md, &w->d, f->date, e) < 0) {
		maildir_deliver_abort(&w->d);
		return -1;
	}
	g->d = w->d;
	g->uid = f->uid;
	g->flags = f->flags;
	g->wire = w->d.wire;
	w->n++;
	w->bytes += w->d.size;
	uidset_add(&w->done, f->uid);
	ev.uid = f->uid;
	ev.n = ++w->count;
	ev.total = w->total;
	ev.bytes = f->size;
	event_post(&ev);
	prof_add(PROF_MESSAGES_DOWN, 1);
	return w->n == w->max || w->bytes >= w->max_bytes ? publish(w, e) : 0;
}

static int
receive_all(struct download *w, struct err *e)
{
	struct fetched f = { 0 };

	imap_fetch_start(w->j->c, &w->wanted);
	for (;;)
		switch (imap_fetch_next(w->j->c, &f, e)) {
		case FETCH_ERROR:
			return -1;
		case FETCH_DONE:
			return 0;
		case FETCH_BODY:
			if (receive(w, &f, e) < 0)
				return -1;
			break;
		case FETCH_MESSAGE:
			if (accept(w, &f, e) < 0)
				return -1;
		}
}

/* What was asked for and did not come: told once, tried again in the next run. */
static void
report_missing(struct download *w)
{
	struct buf text = BUF_INIT;
	struct uidset missing = UIDSET_INIT;
	const char *refusal = imap_fetch_refusal(w->j->c);
	struct err e = ERR_INIT;
	size_t i, at = 0;

	for (i = 0; i < w->j->remote.n; i++) {
		uint32_t uid = w->j->remote.v[i].uid;

		if (uidset_has(&w->wanted, uid) && !uidset_has(&w->done, uid))
			uidset_add(&missing, uid);
	}
	if (missing.n > 0) {
		uidset_format(&missing, &at, 100, &text);
		err_set(&e, ERR_MESSAGE, "the server did not send message%s %s%s%s (next run "
		    "tries again)", uidset_count(&missing) == 1 ? "" : "s", buf_str(&text),
		    refusal ? ": " : "", refusal ? refusal : "");
		job_failed(w->j, &e);
	}
	uidset_free(&missing);
	buf_free(&text);
}

static void
announce(struct download *w)
{
	size_t i;

	for (i = 0; i < w->j->remote.n; i++) {
		struct event ev = job_event(w->j, EV_DOWNLOAD);

		if (!uidset_has(&w->wanted, w->j->remote.v[i].uid))
			continue;
		ev.uid = w->j->remote.v[i].uid;
		ev.n = ++w->count;
		ev.total = w->total;
		event_post(&ev);
	}
}

static int
run(struct download *w, struct err *e)
{
	struct err later = ERR_INIT;
	int got = receive_all(w, e);

	if (w->receiving)
		maildir_deliver_abort(&w->d);
	if (got < 0 && e->radius != ERR_CONNECTION)
		w->j->r->connection_spoilt = true;	/* our disk failed in mid-answer */
	/* What is complete stays, whatever ended the download. */
	if (publish(w, got < 0 ? &later : e) < 0)
		return -1;
	return got;
}

int
download_new(struct job *j, struct err *e)
{
	struct download w = { 0 };
	int got = 0;

	w.j = j;
	w.max = j->st.existed ? BATCH_MESSAGES : FIRST_MESSAGES;
	w.max_bytes = j->st.existed ? BATCH_BYTES : FIRST_BYTES;
	job_uids(j, ACT_DOWNLOAD, &w.wanted);
	job_uids(j, ACT_UNMARK, &w.wanted);
	w.total = uidset_count(&w.wanted);
	if (w.total > 0 && j->dry)
		announce(&w);
	else if (w.total > 0) {
		w.v = xcalloc(w.max, sizeof(*w.v));
		got = run(&w, e);
		if (got == 0)
			report_missing(&w);
		free(w.v);
	}
	uidset_free(&w.wanted);
	uidset_free(&w.done);
	return got;
}
