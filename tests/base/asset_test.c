/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include "base/asset.h"

TEST(every_embedded_file_is_found_by_its_path)
{
	struct str path;
	struct bytes content;
	size_t at = 0, count = 0;

	while (asset_next(&at, &path, &content)) {
		assert_ptr_equal(asset_find(path).data, content.data);
		count++;
	}
	assert_true(count >= 4);
	assert_true(asset_find(STR("data/trust/mozilla_tls_roots.pem")).len > 100000);
	assert_null(asset_find(STR("data/absent")).data);
	(void)state;
}

TESTS(RUN(every_embedded_file_is_found_by_its_path))
