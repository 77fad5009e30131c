// A step's receipt: when it was asked for, let through, begun and done, and what was seen of its result.

import { clock, make } from './dom';
import { t, type Key } from './i18n';

interface Seen { what: string; value: number | null; at_most?: number | null; at_least?: number | null }
export interface Receipt {
  id: string;
  lease: number;
  requested_s: number | null;
  approved_s: number | null;
  started_s: number | null;
  deadline_s: number | null;
  ended_s: number | null;
  evidence: Seen[];
}

/** What an event of a step carries, if it is one. */
export function readReceipt(text: string | undefined): Receipt | null {
  try {
    const receipt = JSON.parse(text ?? '') as Receipt;
    return Array.isArray(receipt?.evidence) ? receipt : null;
  } catch {
    return null;
  }
}

const UNITS: [RegExp, (value: number) => string][] = [
  [/_m_s$/, (v) => `${v.toFixed(2)} m/s`],
  [/_m$/, (v) => `${(100 * v).toFixed(1)} cm`],
  [/_rad$/, (v) => `${(180 / Math.PI * v).toFixed(1)}°`],
  [/_s$/, (v) => `${v.toFixed(2)} s`],
  [/_share$/, (v) => `${(100 * v).toFixed(0)} %`],
];
function number(what: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return UNITS.find(([ending]) => ending.test(what))?.[1](value) ?? value.toPrecision(3);
}

function seenRow(seen: Seen): HTMLElement {
  const least = seen.at_least;
  const limit = least ?? seen.at_most;
  const isMet = seen.value !== null && limit !== null && limit !== undefined &&
    (least === undefined ? seen.value <= limit : seen.value >= limit);
  return make('div', isMet ? 'met' : 'unmet', `${isMet ? '✓' : '✕'} ${t(`seen_${seen.what}` as Key)} `,
    make('b', '', number(seen.what, seen.value)),
    ` ${least === undefined ? '≤' : '≥'} ${number(seen.what, limit)}`);
}

const TIMES = [['requested', 'requested_s'], ['letThrough', 'approved_s'], ['began', 'started_s'], ['ended', 'ended_s'],
  ['deadline', 'deadline_s']] as const;

export function receiptView(receipt: Receipt, isOpen: boolean, onToggle: (open: boolean) => void): HTMLDetailsElement {
  const times = TIMES.filter(([, key]) => receipt[key] !== null)
    .map(([name, key]) => `${t(name)} ${clock(receipt[key] as number)}`).join(' · ');
  const view = make('details', 'receipt', make('summary', '', t('receipt')),
    make('div', 'seen', ...receipt.evidence.map(seenRow)), make('p', 'hint', times), make('code', '', receipt.id));
  view.open = isOpen;
  view.addEventListener('toggle', () => onToggle(view.open));
  return view;
}
