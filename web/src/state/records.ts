// SPDX-License-Identifier: Apache-2.0
// The records of a scan as they come. Whenever the scan moved on, what is new is read, at most once a second: the last
// page is asked again until it is full, then the next one begins.

import { ask, Problem, withQuery } from "../api/client.ts";
import type { List, ScanRecord } from "../api/types.ts";

const PAGE = 50;
const PAUSE_MS = 1000;
/** More are not kept in the page; the lists have them. */
export const KEPT = 1000;

export interface RecordsRead {
  records: ScanRecord[];
  problem: Problem | null;
  cut: boolean;
}

export class RecordsReader {
  private full: ScanRecord[] = [];
  private cursor = "";
  private busy = false;
  private wanted = false;
  private ended = false;

  constructor(
    private readonly id: string,
    private readonly tell: (read: RecordsRead) => void,
  ) {}

  end(): void {
    this.ended = true;
  }

  /** There may be more. */
  more(): void {
    this.wanted = true;
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.wanted && !this.ended) {
      this.wanted = false;
      await this.readOn();
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
    this.busy = false;
  }

  private async readOn(): Promise<void> {
    try {
      for (let next = true; next && !this.ended && this.full.length < KEPT; ) {
        const page: List<ScanRecord> = await ask(withQuery(`/scans/${encodeURIComponent(this.id)}/records`, { limit: PAGE, cursor: this.cursor }));
        const records = [...this.full, ...page.items];
        next = page.next_cursor !== null;
        if (page.next_cursor) {
          this.full = records;
          this.cursor = page.next_cursor;
        }
        if (!this.ended) this.tell({ records, problem: null, cut: this.full.length >= KEPT });
      }
    } catch (error) {
      if (!this.ended && error instanceof Problem) this.tell({ records: this.full, problem: error, cut: false });
    }
  }
}
