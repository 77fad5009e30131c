// The motion gate at work: the joints that are nearest to a limit, and the rung of the stop ladder.

import { $, make } from './dom';
import { onLanguage, t, type Key } from './i18n';
import { RUNGS, type State } from './protocol';

const ROWS = 6;
const PERIOD_MS = 120;
const NEAR = 0.75;
const AT = 0.95;
const FADE = 0.93; // of a joint's bar from one drawing to the next, so that eyes can follow
const SVG = 'http://www.w3.org/2000/svg';

interface Row { row: HTMLElement; name: HTMLElement; what: HTMLElement; rect: SVGRectElement; number: HTMLElement }

export class GatePanel {
  private readonly rows: Row[] = [];
  private readonly shown = new Map<string, number>();
  private joints: string[] = [];
  private drawnAt = 0;

  constructor() {
    const ladder = $('ladder');
    ladder.append(...RUNGS.map((_, i) => make('span', `r${i}`)));
    for (let i = 0; i < ROWS; ++i) this.rows.push(this.makeRow());
    $('bars').append(...this.rows.map(({ row }) => row));
    onLanguage(() => this.nameRungs());
    this.nameRungs();
  }

  private makeRow(): Row {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 100 8');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('aria-hidden', 'true');
    const rect = document.createElementNS(SVG, 'rect');
    rect.setAttribute('height', '8');
    svg.append(rect);
    const [name, what, number] = [make('span', 'name'), make('span', 'what'), make('span', 'number')];
    const row = make('div', 'meter', name, what);
    row.append(svg, number);
    return { row, name, what, rect, number };
  }

  setJoints(joints: string[]): void {
    this.joints = joints;
    this.shown.clear();
  }

  private nameRungs(): void {
    [...$('ladder').children].forEach((span, i) => { span.textContent = t(`rung${i}` as Key); });
    this.drawnAt = 0;
  }

  follow(state: State, now_ms: number): void {
    if (now_ms - this.drawnAt < PERIOD_MS) return;
    this.drawnAt = now_ms;
    const ladder = $('ladder');
    [...ladder.children].forEach((span, i) => span.classList.toggle('on', i === state.rung));
    ladder.setAttribute('aria-label', `${t('ladder')}: ${t(`rung${state.rung}` as Key)}`);
    $('changed').textContent = state.gateChanged.toLocaleString();
    $('held').textContent = state.gateStopped.toLocaleString();
    for (const [kind, shares] of [['torque', state.torque], ['velocity', state.velocity], ['range', state.range]] as const)
      for (let j = 0; j < this.joints.length; ++j) {
        const key = `${kind}/${j}`;
        this.shown.set(key, Math.max(shares[j] / 255, FADE * (this.shown.get(key) ?? 0)));
      }
    const nearest = [...this.shown].sort((a, b) => b[1] - a[1]).slice(0, ROWS);
    nearest.forEach(([key, share], i) => {
      const [kind, joint] = key.split('/');
      const { row, name, what, rect, number } = this.rows[i];
      row.className = `meter ${share >= AT ? 'at' : share >= NEAR ? 'near' : ''}`;
      name.textContent = this.joints[Number(joint)].replace(/^J_/, '').replaceAll('_', ' ');
      what.textContent = t(kind as Key);
      rect.setAttribute('width', String(100 * share));
      number.textContent = `${Math.round(100 * share)} %`;
    });
  }
}
