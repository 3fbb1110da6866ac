/* fs_is_local.c - a list of what is known to be good; everything else is treated with more care. */
#include "compat.h"

#ifdef __linux__
#include <sys/vfs.h>

bool
compat_fs_is_local(const char *path)
{
	static const uint32_t known[] = {
		0x0000ef53,	/* ext2, ext3, ext4 */
		0x58465342,	/* xfs */
		0x9123683e,	/* btrfs */
		0xf2f52010,	/* f2fs */
		0x01021994,	/* tmpfs */
		0x24051905,	/* ubifs */
		0x000072b6,	/* jffs2 */
	};
	struct statfs fs;
	size_t i;

	if (statfs(path, &fs) < 0)
		return false;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((uint32_t)fs.f_type == known[i])
			return true;
	return false;
}

#else

bool
compat_fs_is_local(const char *path)
{
	(void)path;
	return false;
}

#endif
