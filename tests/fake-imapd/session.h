/* session.h - the commands that need no mailbox: capabilities, ENABLE, ID, IDLE, the end. */
#ifndef FAKE_SESSION_H
#define FAKE_SESSION_H

#include "conn.h"

enum verdict cmd_capability(struct fake_conn *c, struct words *w);
enum verdict cmd_noop(struct fake_conn *c, struct words *w);
enum verdict cmd_logout(struct fake_conn *c, struct words *w);
enum verdict cmd_id(struct fake_conn *c, struct words *w);
enum verdict cmd_enable(struct fake_conn *c, struct words *w);
enum verdict cmd_idle(struct fake_conn *c, struct words *w);

#endif
