/*
 * world.h - what a history of simtest is made of: a server, a Maildir on the simulated disk, the letters that
 * people write, and the book (book.c) in which is kept what ought to be where.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "../../src/base/buf.h"
#include "../../src/conf/settings.h"
#include "../../src/maildir/name.h"
#include "../fake-imapd/fake.h"
#include "sim.h"

enum { FOLDERS = 5, LETTERS = 100 };
#define USER	"user"
#define ROOT	"/home/sim/mail"

enum side { LOCAL, REMOTE };

/* What is expected of one letter in one folder. Copies of a letter cannot be told apart. */
struct slot {
	unsigned min, max;		/* copies there ought to be; they differ only in doubt */
	unsigned peak;			/* copies there have been since both sides were in step */
	bool removed[2];		/* by a user on that side since then */
	unsigned licence[2];		/* copies the program may remove on that side since then */
	unsigned base[2];		/* copies that were on that side when the users had last been there */
	unsigned marked;		/* licences for the server ever: copies that may remain there with \Deleted */
	unsigned flags[3];		/* on LOCAL, on REMOTE, and when both were last in step */
	bool flags_known, touched, trashed;	/* trashed: a user has used \Deleted or T */
};

struct world {
	uint64_t seed, rng;
	struct fake_server *server;
	struct settings settings;
	struct account_conf account;
	bool there[FOLDERS];		/* the folder was made, on either side */
	bool keeps_marked;		/* no UID EXPUNGE: what is deleted locally may stay on the server, marked */
	struct buf letter[LETTERS];	/* with LF line ends */
	unsigned nletters;
	struct slot slot[FOLDERS][LETTERS];
	unsigned nfiles;		/* names given to files so far */
	bool virgin[FOLDERS];		/* never in step: what both sides have is to be paired */
	bool stuck;			/* an upload's outcome is unknown for good: nothing more is expected */
	bool doubt;			/* users act while the program is at work or was interrupted */
	struct buf complaints;		/* what is wrong, one a line */
	unsigned verdict;		/* BAD_ bits */
};

enum { BAD_LOST = 1, BAD_DUPLICATED = 2, BAD_OTHER = 4 };

/* A message as it is found. */
struct item {
	enum side side;
	unsigned folder, letter;	/* letter LETTERS: nobody wrote this */
	unsigned flags;			/* MD_ bits */
	uint32_t uid;			/* REMOTE */
	char *path;			/* LOCAL */
	uint64_t base;			/* LOCAL: hash of the base name */
};
struct view {
	struct item *v;
	size_t n, cap;
};

/* ---- world.c ---- */
void	world_make(struct world *w, uint64_t seed);
void	world_free(struct world *w);
const char *world_folder(unsigned folder, enum side side);
void	world_look(struct world *w, struct view *v);	/* all messages of both sides */
void	view_free(struct view *v);
unsigned world_write(struct world *w);			/* a new letter; LETTERS: enough of them */
void	world_flag_names(unsigned flags, char out[64]);	/* "\\Seen \\Flagged" */
void	world_complain(struct world *w, unsigned bad, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- book.c ---- */
void	book_add(struct world *w, enum side side, unsigned folder, unsigned letter, unsigned flags);
bool	book_may_remove(const struct world *w, enum side side, unsigned folder, unsigned letter);
void	book_remove(struct world *w, enum side side, unsigned folder, unsigned letter);
void	book_flag(struct world *w, enum side side, unsigned folder, unsigned letter, unsigned bits);
void	book_users_left(struct world *w);	/* counts what is on each side now */
/* At any instant: nothing lost, nothing half there, nothing removed that no user removed. */
void	book_judge(struct world *w, const char *when);
/* When the program has nothing left to do: both sides equal, and as the users want them. Then they are in step. */
void	book_check(struct world *w);

/* ---- users.c ---- */
void	users_before(struct world *w);		/* what is there when the program is run for the first time */
void	users_act(struct world *w, unsigned times);
void	users_fidget(struct world *w);		/* a reader renames one file by changing its flags */
bool	users_lose_state(struct world *w);	/* all metadata, while both sides are in step; false: they did not */

#endif
