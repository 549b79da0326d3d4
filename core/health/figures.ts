// What is said of all certificates together, as plain JSON: metrics, the page and the digest read the same. It must never know
// how it was found.
import type { FleetCounts } from '../view/model.ts';

/** `managed` and `ready` are 0, and `countedAt` is absent, until all rows have been counted once. */
export interface FleetFigures extends FleetCounts {
  readonly countedAt?: string;
  /** Of what is due within a day, else of what is due next: it is what has least left. Absent: nothing is current. */
  readonly leastRemainingPercent?: number;
  readonly leastRemainingHours?: number;
  /** Since it should have been renewed; 0: nothing is overdue. */
  readonly oldestOverdueHours: number;
  /** Issuer (`Kind/name`) -> managed, and overdue or expired among them. */
  readonly byIssuer: Readonly<Record<string, IssuerFigures>>;
}

export interface IssuerFigures {
  readonly managed: number;
  readonly overdue: number;
}
