/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* landlock - by system calls, with the structures of newer kernels than Debian 12's headers know. */

#include "base/err.h"

/* The ABI the kernel has, 0 for none. */
int landlock_abi(void);

/* No file may be opened, made or run; from ABI 4 no TCP port bound; from ABI 6 no signal sent out. */
MUST_CHECK bool landlock_nothing(int abi, struct err *err);
/* The same, but all files and folders may be read. From ABI 4 no TCP connection either. */
MUST_CHECK bool landlock_reading(int abi, struct err *err);
