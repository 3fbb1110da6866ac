/* path.h - names made into paths. Pure. Results are malloced, the caller frees. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

char	*path_join(const char *dir, const char *name);		/* dir/name */
char	*path_join3(const char *dir, const char *sub, const char *name);
/*
 * A file name that any folder or account name maps to, one to one, in any file system: letters, digits
 * and - _ . (not first) stay, all else becomes %XX. Too long (> 200): cut, and the MD5 of the whole appended.
 */
char	*path_encode(const char *name);

#endif
