// The chain of causes of a moment, from torque back to sentence, as `longmen why` has it.

import { button, make } from './dom';
import { say, t, type Key } from './i18n';
import { ApiError, type Link, type Words } from './link';

interface Why { at_s: number; chain: (Words & { link: string })[] }

const TRIES = 4; // a moment reaches the record's file up to a second after it was
const PAUSE_MS = 700;

async function ask(link: Link, path: string): Promise<Why> {
  for (let i = 1; ; ++i) {
    try {
      return await link.get<Why>(path);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404 || i === TRIES) throw error;
    }
    await new Promise((done) => window.setTimeout(done, PAUSE_MS));
  }
}

/** A button that asks once and then shows the chain in its place. */
export function whyButton(link: Link, path: string, label: string): HTMLElement {
  const box = make('div', 'why');
  const asks = button(t('wholeChain'), '', async () => {
    asks.disabled = true;
    asks.textContent = t('asking');
    try {
      const why = await ask(link, path);
      box.replaceChildren(make('dl', '', ...why.chain.flatMap((one) =>
        [make('dt', '', t(`link_${one.link}` as Key)), make('dd', '', say(one))])));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      box.replaceChildren(make('p', 'hint', say(error.words)));
    }
  });
  asks.setAttribute('aria-label', `${t('wholeChain')} ${label}`);
  box.append(asks);
  return box;
}
