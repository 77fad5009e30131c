// Cards of what happened: interventions with their why, arming, stops, words; each can be seen again.

import { $, button, clock, make } from './dom';
import { onLanguage, say, t, type Key } from './i18n';
import type { Link, RobotEvent, Session } from './link';
import { whyButton } from './why';

const CARDS_MAX = 60;
const TOLD_RUNGS = 2; // from hold on

export class EventsPanel {
  private events: RobotEvent[] = [];
  private session: Session | null = null;

  constructor(private readonly link: Link, private readonly replay: (time_s: number) => void) { onLanguage(() => this.draw()); }

  setSession(session: Session): void {
    this.session = session;
    this.draw();
  }
  reset(events: RobotEvent[]): void {
    this.events = events.filter((event) => this.isTold(event)).slice(-CARDS_MAX);
    this.draw();
  }
  take(event: RobotEvent): void {
    if (!this.isTold(event)) return;
    this.events.push(event);
    if (this.events.length > CARDS_MAX) this.events.shift();
    const list = $('events');
    list.prepend(this.cardOf(event));
    while (list.children.length > CARDS_MAX) list.lastElementChild!.remove();
    $('events-empty').hidden = true;
  }

  private isTold(event: RobotEvent): boolean {
    return event.kind === 'intervention' || event.kind === 'arming' || event.kind === 'speech' ||
      event.kind === 'record' || event.kind === 'plan_ended' || event.kind === 'verdict' ||
      (event.kind === 'rung' && event.detail >= TOLD_RUNGS);
  }

  private draw(): void {
    $('events').replaceChildren(...this.events.map((event) => this.cardOf(event)).reverse());
    $('events-empty').hidden = this.events.length > 0;
  }

  private ruleOf(event: RobotEvent): [string, string] {
    for (const [name, rule] of Object.entries(this.session?.rules ?? {})) {
      if (rule.number !== event.rule) continue;
      const words = say(rule)
        .replace('{joint}', event.text ?? '')
        .replace('{margin}', Math.abs(event.margin).toFixed(2))
        .replace('{change}', event.value.toFixed(1));
      return [name, words];
    }
    return [String(event.rule), `${t('motionGate')}: ${event.rule}`];
  }

  private wordsOf(event: RobotEvent): [string, string] { // class and sentence
    switch (event.kind) {
      case 'intervention': return ['change', this.ruleOf(event)[1]];
      case 'arming': return [event.detail === 3 ? 'bad' : event.detail === 1 ? 'good' : '', t(`armingState${event.detail}` as Key)];
      case 'speech': return ['voice', `“${event.text}”`];
      case 'record': return ['bad', t('recordFailed')];
      case 'rung': return [event.detail >= 3 ? 'bad' : 'change', t('rungEvent', { rung: t(`rung${event.detail}` as Key) })];
      case 'plan_ended': return event.detail === 0 ? ['good', t('planDone')]
        : ['bad', `${t('planFailed')}: ${t(`fault${event.detail}` as Key)}`];
      case 'verdict': return [event.verdict?.status === 'refused' ? 'bad' : event.verdict?.status === 'approved' ? 'good' : 'change',
        `${t('plan')}: ${t((event.verdict?.status ?? 'refused') as Key)}`];
      default: return ['', ''];
    }
  }

  private cardOf(event: RobotEvent): HTMLElement {
    const [kind, words] = this.wordsOf(event);
    const header = make('header', '', make('time', '', clock(event.time_s)));
    if (event.kind !== 'arming') {
      const again = button(t('replay'), '', () => this.replay(event.time_s - 1.5));
      again.setAttribute('aria-label', `${t('replay')} ${clock(event.time_s)}`);
      header.append(again);
    }
    const card = make('li', `event ${kind}`, header, make('div', '', words));
    if (event.kind === 'intervention') {
      const [rule] = this.ruleOf(event);
      card.append(make('details', '', make('summary', '', t('why')),
        make('div', '', make('code', '', t('details', {
          rule, margin: event.margin.toPrecision(3), change: event.value.toFixed(1), tick: event.tick }))),
        // An event is told after its tick.
        whyButton(this.link, `/api/moments/${Math.max(0, event.tick - 1)}/why`, clock(event.time_s))));
    }
    if (event.kind === 'verdict' && event.verdict?.reasons.length)
      card.append(make('details', '', make('summary', '', t('why')),
        ...event.verdict.reasons.map((reason) => make('div', '', say(reason), ' ', make('code', '', reason.rule)))));
    return card;
  }
}
