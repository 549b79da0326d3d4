// A run in the browser beside the terminal: the page's address and faults, and each line of progress on both. It must never know
// what the page shows.
import { serviceSettings } from '#core/settings.ts';
import type { CloudOptions } from '../cloud/options.ts';
import { type LocalPage, startPage } from '../page/page.ts';
import { progressText } from './narrate.ts';
import type { Screen } from './screen.ts';

/** Its address is told with the first step: declarations that are refused start nothing. */
export const progressOf = (screen: Screen, page: LocalPage | undefined): CloudOptions['reporter'] => {
  let told = page === undefined;
  return (line) => {
    if (!told) screen.say(screen.paint.bold(`page: ${page?.url}`));
    told = true;
    page?.say(progressText(line));
    screen.say(progressText(line));
  };
};

/** The page of this run, of the default prefix. */
export const openPage = (screen: Screen, sweepPeriodMs: number): Promise<LocalPage> => {
  const told = new Set<string>();
  return startPage({
    prefix: serviceSettings.parse({}).prefix,
    sweepPeriodMs,
    // It is drawn anew twice a second: one fault is told once.
    onError: ({ message }) => {
      if (!told.has(message)) screen.say(screen.paint.red(`the page: ${message}`));
      told.add(message);
    },
  });
};
