// The plan as it is formed, what the plan gate says to it, and how far it has come.

import { $, make } from './dom';
import { onLanguage, say, t, type Key } from './i18n';
import type { PlanStep, RobotEvent, Verdict } from './link';
import type { State } from './protocol';
import { readReceipt, receiptView, type Receipt } from './receipt';

const MARKS = { pending: '○', running: '▸', done: '✓', failed: '✕' } as const;
type Mark = keyof typeof MARKS;

export class PlanPanel {
  private steps: PlanStep[] = [];
  private marks: Mark[] = [];
  private verdict: Verdict | null = null;
  private judged: number | undefined; // request of the plan that the verdict is of
  private bars: (HTMLProgressElement | null)[] = [];
  private receipts: (Receipt | null)[] = [];
  private readonly open = new Set<number>(); // receipts that somebody reads

  constructor() { onLanguage(() => this.draw()); }

  /** A plan of the mind, before the gate has spoken; where it was proposed already, with its request: the verdict may
   *  come before the answer that names it. */
  propose(steps: PlanStep[], sentence: string, request?: number): void {
    if (request !== undefined && request === this.judged) return this.draw(sentence);
    this.steps = steps;
    this.marks = steps.map(() => 'pending');
    this.forgetReceipts();
    this.verdict = null;
    this.draw(sentence);
  }

  take(event: RobotEvent): void {
    if (event.kind === 'verdict' && event.verdict) {
      this.verdict = event.verdict;
      this.judged = event.request;
      if (event.verdict.steps.length > 0) this.steps = event.verdict.steps;
      this.marks = this.steps.map(() => 'pending');
      this.forgetReceipts();
    } else if (event.kind === 'step_began') {
      this.marks[event.step] = 'running';
    } else if (event.kind === 'step_ended') {
      this.marks[event.step] = event.detail === 0 ? 'done' : 'failed';
    } else {
      return;
    }
    if (event.kind !== 'verdict') this.receipts[event.step] = readReceipt(event.text);
    this.draw();
  }

  follow(state: State): void {
    const bar = this.bars[state.step];
    if (bar && state.plan === 2) bar.value = state.progress;
  }

  reset(): void {
    this.steps = [];
    this.marks = [];
    this.forgetReceipts();
    this.verdict = null;
    this.draw('');
  }

  private forgetReceipts(): void {
    this.receipts = [];
    this.open.clear();
  }

  private draw(sentence?: string): void {
    const asked = $('asked');
    if (sentence !== undefined) asked.textContent = sentence;
    else if (this.verdict?.text) asked.textContent = this.verdict.text;
    asked.hidden = !asked.textContent;
    $('plan-empty').hidden = this.steps.length > 0 || this.verdict !== null;
    const badge = $('verdict');
    badge.hidden = !this.verdict;
    if (this.verdict) {
      badge.className = `badge ${this.verdict.status}`;
      badge.textContent = t(this.verdict.status as Key);
    }
    this.bars = [];
    $('steps').replaceChildren(...this.steps.map((step, i) => {
      const mark = this.marks[i] ?? 'pending';
      const item = make('li', mark, make('span', '', say(step)));
      item.dataset.mark = MARKS[mark];
      item.setAttribute('aria-label', `${i + 1}. ${say(step)}`);
      let bar: HTMLProgressElement | null = null;
      if (mark === 'running') {
        item.setAttribute('aria-current', 'step');
        bar = make('progress');
        bar.max = 1;
        bar.value = 0;
        bar.setAttribute('aria-label', say(step));
        item.append(bar);
      }
      const receipt = this.receipts[i];
      if (receipt && mark !== 'running')
        item.append(receiptView(receipt, this.open.has(i),
          (isOpen) => void (isOpen ? this.open.add(i) : this.open.delete(i))));
      this.bars.push(bar);
      return item;
    }));
    const reasons = this.verdict?.reasons ?? [];
    const notes = reasons.map((reason) => {
      const note = make('div', 'reason', say(reason), ' ', make('code', '', reason.rule));
      if (reason.facts?.length) note.append(make('div', 'hint', reason.facts.join(' · ')));
      return note;
    });
    if (this.verdict && !this.verdict.registered && this.verdict.status !== 'refused')
      notes.unshift(make('div', 'reason', t('unregistered')));
    if (this.verdict?.cause) notes.unshift(make('div', 'hint', `${t('replanned')} ${this.verdict.cause}`));
    $('reasons').replaceChildren(...notes);
  }
}
