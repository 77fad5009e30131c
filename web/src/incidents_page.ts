// Incidents for everyone: what the motion gate had to stop or change much, what people did about it, why it was,
// and the proof that it stands in the machine's log.

import { $, button, date, make } from './dom';
import { onLanguage, say, t, type Key } from './i18n';
import { ApiError, type Link } from './link';
import { canCheck, check, type Checked, type Proof } from './proof';
import { whyButton } from './why';

interface Step { state: 'open' | 'explained' | 'remedied' | 'closed'; time_s: number; entry: number; text?: string }
interface Incident {
  number: number;
  id: string;
  state: Step['state'];
  from_s: number;
  to_s: number;
  rung: string;
  rule: string;
  joint: string;
  margin: number;
  change_max_Nm: number;
  steps: Step[];
}
interface Log { entries: number; note: string; key: string }

const RUNGS = ['none', 'slow', 'hold', 'settle', 'brace'];
const BADGES = { open: 'refused', explained: 'ask', remedied: 'ask', closed: 'approved' } as const;

export class IncidentsPage {
  private incidents: Incident[] = [];
  private log: Log | null = null;

  constructor(private readonly link: Link) { onLanguage(() => this.draw()); }

  async open(): Promise<void> {
    try {
      const read = await this.link.get<{ incidents: Incident[]; log: Log | null }>('/api/incidents');
      this.incidents = read.incidents;
      this.log = read.log;
      $('incidents-answer').textContent = '';
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      $('incidents-answer').textContent = say(error.words);
    }
    this.draw();
  }

  private draw(): void {
    const head = $('log-head');
    if (this.log) {
      const [origin, , root] = this.log.note.split('\n');
      head.replaceChildren(make('p', '', t('logHead', { n: this.log.entries, name: origin })),
        make('p', 'facts', make('code', '', root)), this.proveButton(this.log.entries - 1, t('newestEntry')));
    } else {
      head.replaceChildren(make('p', 'hint', t('noLog')));
    }
    $('incidents').replaceChildren(...(this.incidents.length > 0
      ? [...this.incidents].reverse().map((incident) => this.entryOf(incident))
      : [make('p', 'hint', t('incidentsEmpty'))]));
  }

  private entryOf(is: Incident): HTMLElement {
    const steps = is.steps.map((step) => make('li', '', make('time', '', date(step.time_s)), ' ',
      make('b', '', t(step.state)), step.text ? ` ${step.text}` : '',
      this.proveButton(step.entry, `${is.id} ${t(step.state)}`)));
    return make('article', 'entry',
      make('h3', '', is.id, ' ', make('span', `badge ${BADGES[is.state]}`, t(is.state))),
      make('p', 'facts', t('incidentFacts', {
        rule: is.rule, joint: is.joint || '–', rung: t(`rung${Math.max(0, RUNGS.indexOf(is.rung))}` as Key),
        from: is.from_s.toFixed(2), to: is.to_s.toFixed(2), change: is.change_max_Nm.toFixed(1) })),
      make('ol', 'steps', ...steps), whyButton(this.link, `/api/incidents/${is.number}/why`, is.id));
  }

  /** Fetches an entry's proof and checks it here. */
  private proveButton(entry: number, label: string): HTMLElement {
    const box = make('span', 'proof');
    const proves = button(t('prove'), '', async () => {
      proves.disabled = true;
      if (!canCheck()) return box.replaceChildren(t('cannotCheck'));
      try {
        const proof = await this.link.get<Proof>(`/api/log/${entry}/proof`);
        box.replaceChildren(...wordsOf(proof, await check(proof)));
      } catch (error) {
        box.replaceChildren(make('span', 'bad', error instanceof ApiError ? say(error.words) : t('notProved')));
      }
    });
    proves.setAttribute('aria-label', `${t('prove')}: ${label}`);
    box.setAttribute('role', 'status');
    box.append(proves);
    return box;
  }
}

function wordsOf(proof: Proof, is: Checked): HTMLElement[] {
  const isGood = is.isProved && is.isSigned !== false;
  const words = !is.isProved ? t('notProved')
    : is.isSigned === false ? t('notSigned')
    : t(is.isSigned === null ? 'provedUnsigned' : 'proved',
        { n: proof.index + 1, all: is.size, hashes: proof.hashes.length, name: is.signer });
  return [make('span', isGood ? 'good' : 'bad', `${isGood ? '✓' : '✗'} ${words}`)];
}
