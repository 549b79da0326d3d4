// Questions to a page that a person would answer by looking: contrast, what is cut off, where the focus is. Each is an expression
// that the browser evaluates. It must never know which page.
import type { Tab } from './tab.ts';

/** Text whose contrast to its ground is below 4.5 (WCAG 2.2, 1.4.3; 3 for large text), with the ratio. */
export const faintTexts = (tab: Tab): Promise<string[]> =>
  tab.evaluate(`(() => {
    const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const ground = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = parse(getComputedStyle(at).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
      }
      return [255, 255, 255];
    };
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement: element, nodeValue: text } = walker.currentNode;
      if (text.trim() === '' || element.closest('noscript, title') !== null) continue;
      const style = getComputedStyle(element);
      const [one, other] = [light(parse(style.color)), light(ground(element))].sort((a, b) => b - a);
      const ratio = (one + 0.05) / (other + 0.05);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (isLarge ? 3 : 4.5)) faint.push(text.trim().slice(0, 60) + ': ' + ratio.toFixed(2));
    }
    return faint;
  })()`);

/** What is drawn beyond the right edge of the window. */
export const cutOff = (tab: Tab): Promise<string[]> =>
  tab.evaluate(`[...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && element.closest('.weeks, .unseen') === null)
    .map((element) => element.tagName + ' ' + element.textContent.slice(0, 60))`);

/** Names of all elements and attributes below the body. */
export const vocabulary = (tab: Tab): Promise<{ elements: string[]; attributes: string[] }> =>
  tab.evaluate(`(() => {
    const all = [...document.querySelectorAll('body, body *')];
    return {
      elements: [...new Set(all.map(({ localName }) => localName))].sort(),
      attributes: [...new Set(all.flatMap((one) => one.getAttributeNames()))].sort(),
    };
  })()`);

/** Where the focus is: an address of this page, or the element's name. */
export const focused = (tab: Tab): Promise<string> =>
  tab.evaluate(`document.activeElement.getAttribute('href') ?? document.activeElement.localName`);

/** Whether the focus can be seen. */
export const isFocusSeen = (tab: Tab): Promise<boolean> =>
  tab.evaluate(`(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  })()`);

/** Presses Tab until the focus is on that address; the number of presses, or an error after a hundred. */
export const tabTo = async (tab: Tab, address: string): Promise<number> => {
  for (let presses = 1; presses <= 100; presses++) {
    await tab.press('Tab');
    if ((await focused(tab)) === address) return presses;
  }
  throw new Error(`the keyboard does not reach ${address}`);
};
