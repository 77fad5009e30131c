// What the public would ask: how often the gates stepped in, by rule and by model, with the number of cases and the
// bounds within which the true rate lies in 95 of 100 such statements.

import { $, make } from './dom';
import { onLanguage, say, t, type Key } from './i18n';
import { ApiError, type Link, type Session } from './link';

interface Rate { n: number; per_hour: number | null; low?: number; high?: number }
interface Share { n: number; of: number; share: number | null; low?: number; high?: number }
interface ModelFigures { armed_h: number; plans: number; refused: Share; asked: Share; interventions: Rate; stops: Rate; falls: Rate }
interface Report {
  from: string | null;
  runs: { started: number; counted: number; cut: number; not_counted: number | object[] };
  hours: number;
  armed_h: number;
  interventions: Rate;
  interventions_by_rule: Record<string, Rate>;
  stops: Rate;
  stops_by_cause: Record<string, Rate>;
  falls: Rate;
  runs_with_a_fall: Share;
  refused: Share;
  asked: Share;
  refusals_by_rule: Record<string, number>;
  incidents: Rate;
  models: Record<string, ModelFigures>;
}

const WIDTH = 160; // of an interval's picture, and its height
const HEIGHT = 14;
const CAUSES = ['asked', 'emergency', 'given_back', 'gate'];

export class FiguresPage {
  private session: Session | null = null;
  private report: Report | null = null;

  constructor(private readonly link: Link) {
    $('figures-days').addEventListener('change', () => void this.open());
    onLanguage(() => this.draw());
  }

  setSession(session: Session): void { this.session = session; }

  async open(): Promise<void> {
    const days = $<HTMLSelectElement>('figures-days').value;
    $('figures-answer').textContent = t('counting');
    try {
      const report = await this.link.get<Report>(`/api/statistics/${days}`);
      if ($<HTMLSelectElement>('figures-days').value !== days) return; // another period was chosen since
      this.report = report;
      $('figures-answer').textContent = '';
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      $('figures-answer').textContent = say(error.words);
    }
    this.draw();
  }

  private draw(): void {
    const is = this.report;
    if (!is) return;
    const head = make('div', 'figures',
      figure('interventions', perHour(is.interventions), `n = ${is.interventions.n}; ${boundsOf(is.interventions)}`),
      figure('stops', perHour(is.stops), `n = ${is.stops.n}; ${boundsOf(is.stops)}`),
      figure('falls', perHour(is.falls), `n = ${is.falls.n}; ${boundsOf(is.falls)}`),
      figure('refusedPlans', percent(is.refused.share), `${is.refused.n} / ${is.refused.of}`));
    const about = make('p', 'facts', t('figuresOf', { counted: is.runs.counted, started: is.runs.started,
      hours: is.hours.toFixed(2), armed: is.armed_h.toFixed(2) }));
    const models = Object.entries(is.models);
    $('figures').replaceChildren(about, head,
      this.tableOf('perRule', Object.entries(is.interventions_by_rule).map(([rule, rate]) => [this.ruleName(rule), rate])),
      this.tableOf('perCause', Object.entries(is.stops_by_cause).map(([cause, rate]) =>
        [CAUSES.includes(cause) ? t(`cause_${cause}` as Key) : cause, rate])),
      this.tableOf('perModel', models.map(([name, model]) => [nameOf(name), model.interventions])),
      this.tableOf('stopsPerModel', models.map(([name, model]) => [nameOf(name), model.stops])),
      sharesOf(models), refusalsOf(is.refusals_by_rule));
  }

  private ruleName(rule: string): string {
    const words = this.session?.rules[rule];
    // Sentences with places for a joint or a number are those of cards, not of rules.
    return words && !say(words).includes('{') ? `${rule} · ${say(words)}` : rule;
  }

  /** Rates with their intervals as a picture; the numbers say the same. */
  private tableOf(title: Key, rates: [string, Rate][]): HTMLElement {
    if (rates.length === 0) return make('section', 'entry', make('h3', '', t(title)), make('p', 'hint', t('none')));
    const max = Math.max(...rates.map(([, rate]) => rate.high ?? 0)) || 1;
    const sorted = [...rates].sort(([, a], [, b]) => b.n - a.n);
    return section(title, ['', t('count'), t('perHour'), t('bounds'), ''],
      sorted.map(([name, rate]) => [name, String(rate.n), perHour(rate), boundsOf(rate), interval(rate, max)]));
  }
}

function sharesOf(models: [string, ModelFigures][]): HTMLElement {
  return section('plansPerModel', ['', t('armedHours'), t('plans'), t('refused'), t('ask')],
    models.map(([name, model]) => [nameOf(name), model.armed_h.toFixed(2), String(model.plans),
      shareWords(model.refused), shareWords(model.asked)]));
}
function refusalsOf(rules: Record<string, number>): HTMLElement {
  const rows = Object.entries(rules).sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return make('section', 'entry', make('h3', '', t('refusalsPerRule')), make('p', 'hint', t('none')));
  return section('refusalsPerRule', ['', t('count')], rows.map(([rule, n]) => [rule, String(n)]));
}

/** A table whose first column names its rows. */
function section(title: Key, heads: string[], rows: (string | Node)[][]): HTMLElement {
  const titles = heads.map((head) => make(head ? 'th' : 'td', '', head));
  titles.forEach((cell) => { if (cell.tagName === 'TH') cell.setAttribute('scope', 'col'); });
  const body = rows.map(([name, ...cells]) => {
    const head = make('th', '', name);
    head.setAttribute('scope', 'row');
    return make('tr', '', head, ...cells.map((cell) => make('td', '', cell)));
  });
  const scroller = make('div', 'scroller', make('table', '', make('thead', '', make('tr', '', ...titles)), make('tbody', '', ...body)));
  scroller.tabIndex = 0;
  scroller.setAttribute('role', 'region');
  scroller.setAttribute('aria-label', t(title));
  return make('section', 'entry', make('h3', '', t(title)), scroller);
}

function figure(name: Key, value: string, bounds: string): HTMLElement {
  return make('div', 'figure', make('b', '', value), make('span', '', t(name)), make('small', '', bounds));
}
function interval(rate: Rate, max: number): Node {
  if (rate.per_hour === null || rate.low === undefined || rate.high === undefined) return document.createTextNode('–');
  const at = (value: number) => 4 + (WIDTH - 8) * value / max;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('class', 'interval');
  svg.setAttribute('aria-hidden', 'true');
  const draw = (tag: string, values: Record<string, number>) => {
    const shape = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [key, value] of Object.entries(values)) shape.setAttribute(key, String(value));
    svg.append(shape);
  };
  draw('rect', { x: at(rate.low), y: HEIGHT / 2 - 2, width: Math.max(1, at(rate.high) - at(rate.low)), height: 4, rx: 2 });
  draw('circle', { cx: at(rate.per_hour), cy: HEIGHT / 2, r: 4 });
  return svg;
}
const nameOf = (model: string): string => model === 'pad' ? t('byHand') : model || t('noModel');
const short = (value: number): string => value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
const perHour = (rate: Rate): string => rate.per_hour === null ? '–' : short(rate.per_hour);
const boundsOf = (rate: Rate): string => rate.low === undefined || rate.high === undefined ? '–' : `${short(rate.low)} – ${short(rate.high)}`;
const percent = (share: number | null): string => share === null ? '–' : `${(100 * share).toFixed(1)}\u00a0%`;
const shareWords = (is: Share): string => is.share === null ? '–'
  : `${is.n} / ${is.of}, ${percent(is.share)} (${percent(is.low!)} – ${percent(is.high!)})`;
