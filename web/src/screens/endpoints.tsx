// SPDX-License-Identifier: Apache-2.0
// What does each server show?

import { endpointList } from "../lists/endpoints.tsx";
import { Listing } from "../parts/listing.tsx";

export const Endpoints = () => <Listing title="Endpoints" spec={endpointList} />;
