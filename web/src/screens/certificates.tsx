// SPDX-License-Identifier: Apache-2.0
// Which certificates, exactly? All of it is in lists/certificates.tsx and parts/listing.tsx.

import { certificateList } from "../lists/certificates.tsx";
import { Listing } from "../parts/listing.tsx";
import { links, route } from "../router.ts";

export function Certificates() {
  const query = route.value.query.get("q");
  return <Listing title="Certificates" spec={certificateList} actions={<a class="button" href={links.timeline(query)}>{query ? "These on the timeline" : "Timeline"}</a>} />;
}
