// SPDX-License-Identifier: Apache-2.0
// Names that somebody must keep valid, and whether somebody does.

import { lineageList } from "../lists/lineages.tsx";
import { Listing } from "../parts/listing.tsx";

export const Lineages = () => <Listing title="Lineages" spec={lineageList} lead={<p>A lineage is a name, or a set of names, that somebody must keep valid from one certificate to the next.</p>} />;
