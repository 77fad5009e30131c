// The register for everyone: which models may drive the robot, what they were examined for, and what was done.

import { percentOf, stateOf, type Model } from './certificates';
import { Comparison } from './comparison';
import { $, date, make } from './dom';
import { onLanguage, say, t, type Key } from './i18n';
import { ApiError, type Link } from './link';

interface Act { number: number; time_s: number; action: string; model: string; member?: string; detail?: string }

const SCORES = ['capability', 'lookalike', 'risk'] as const;
const BADGES = { submitted: 'ask', approved: 'approved', suspended: 'ask', revoked: 'refused' } as const;

export class ModelsPage {
  private models: Model[] = [];
  private history: Act[] = [];
  private readonly comparison = new Comparison();

  constructor(private readonly link: Link) { onLanguage(() => this.draw()); }

  async open(): Promise<void> {
    try {
      const read = await this.link.get<{ models: Model[]; history: Act[] }>('/api/models');
      this.models = read.models;
      this.history = read.history;
      this.comparison.setModels(read.models);
      $('models-answer').textContent = '';
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      $('models-answer').textContent = say(error.words);
    }
    this.draw();
  }

  private draw(): void {
    $('models').replaceChildren(...(this.models.length > 0 ? this.models.map((model) => this.entryOf(model))
      : [make('p', 'hint', t('modelsEmpty'))]));
    $('acts').replaceChildren(...[...this.history].reverse().map((act) => make('li', '',
      make('time', '', date(act.time_s)), ' ', make('b', '', t(`act_${act.action}` as Key)), ` ${act.model}`,
      act.member ? ` · ${act.member} · ${act.detail ?? ''}` : '')));
  }

  private entryOf(model: Model): HTMLElement {
    const until = model.standing === 'approved'
      ? t(model.in_force ? 'approvedUntil' : 'approvalEnded', { date: date(model.expires_s) }) : '';
    const facts = [model.organisation, model.kind ? t(model.kind) : '', model.licence ?? '', until].filter(Boolean);
    const card = make('article', 'entry',
      make('h3', '', model.name, ' ', make('span', `badge ${BADGES[model.standing]}`, t(model.standing))),
      make('p', 'facts', facts.join(' · ')), make('p', '', say(model.summary)),
      make('p', 'facts', make('code', '', model.identity)));
    if (model.certificates.length === 0) card.append(make('p', 'hint', t('noCertificate')));
    else card.append(this.tableOf(model));
    return card;
  }

  private tableOf(model: Model): HTMLElement {
    const head = ['vertical', 'exam', ...SCORES, 'certificate'] as const;
    const rows = model.certificates.map((c) => make('tr', '', make('th', '', c.vertical),
      make('td', '', t(c.passed ? 'examPassed' : 'examFailed')),
      ...SCORES.map((name) => make('td', '', percentOf(c.scores?.[name]))),
      make('td', c.in_force ? 'good' : 'bad', stateOf(c))));
    rows.forEach((row) => row.firstElementChild!.setAttribute('scope', 'row'));
    const titles = head.map((name) => make('th', '', t(name)));
    titles.forEach((title) => title.setAttribute('scope', 'col'));
    const table = make('table', '', make('caption', '', t('certificatesOf', { model: model.name })),
      make('thead', '', make('tr', '', ...titles)), make('tbody', '', ...rows));
    const scroller = make('div', 'scroller', table);
    scroller.tabIndex = 0;
    scroller.setAttribute('role', 'region');
    scroller.setAttribute('aria-label', t('certificatesOf', { model: model.name }));
    return scroller;
  }
}
