// Counts the requests that Pebble received, by its own log: the CA's side of what the functions did. It must never write.
import { readFileSync } from 'node:fs';

/** One line a request: `Pebble <date> <time> POST /order-plz -> calling handler()`. */
const REQUEST = /(GET|HEAD|POST) \S+ -> calling handler\(\)/g;

export const requestsIn = (log: string): number => log.match(REQUEST)?.length ?? 0;

/** Requests so far. */
export const acmeRequests = (logFile: string): number => requestsIn(readFileSync(logFile, 'utf8'));
