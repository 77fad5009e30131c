// What the register says of a model, and of its exams.

import { date } from './dom';
import { t } from './i18n';
import type { Words } from './link';

/** Of a class of an exam; `low` is the lower end of the 95 % interval, near-duplicates are one group. */
export interface Score { cases: number; groups: number; share: number; low: number }
export interface Certificate {
  vertical: string;
  passed: boolean;
  in_force: boolean;
  changed: string | null; // the input of the exam that is not as it was
  issued_s: number;
  expires_s: number;
  inputs: number;
  bank_sha256: string;
  scores: Record<string, number | Score> | null;
}
export interface Model {
  name: string;
  organisation: string;
  kind?: 'planner' | 'policy';
  licence?: string;
  summary?: Words;
  identity: string;
  standing: 'submitted' | 'approved' | 'suspended' | 'revoked';
  in_force: boolean;
  expires_s: number;
  verticals?: string[];
  certificates: Certificate[];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;

/** A certificate of old has shares alone. */
export function percentOf(score: number | Score | undefined): string {
  return score === undefined ? '–' : percent(typeof score === 'number' ? score : score.share);
}

/** With how sure it is. */
export function scoreWords(score: number | Score | undefined): string {
  if (score === undefined || typeof score === 'number') return percentOf(score);
  return t('scoreWords', { share: percent(score.share), low: percent(score.low), n: score.groups });
}

export function stateOf(c: Certificate): string {
  if (c.in_force) return t('inForceUntil', { date: date(c.expires_s) });
  if (c.changed) return t('changedSince', { name: c.changed });
  return t(c.passed ? 'expired' : 'notInForce');
}
