// Two models of the register side by side: their cards, their standing, and what their exams found.

import { scoreWords, stateOf, type Certificate, type Model } from './certificates';
import { $, date, make } from './dom';
import { onLanguage, say, t, type Key } from './i18n';

/** A line of the table: what it is about, and what is said of each of the two. */
interface Line { head: Node | string; said: [string, string]; isGood?: [boolean | undefined, boolean | undefined] }

const OVERALL = ['capability', 'lookalike', 'risk', 'carried_out'];

export class Comparison {
  private models: Model[] = [];

  constructor() {
    for (const id of ['compare-a', 'compare-b', 'compare-differing']) $(id).addEventListener('change', () => this.draw());
    onLanguage(() => this.draw());
  }

  setModels(models: Model[]): void {
    this.models = models;
    this.draw();
  }

  private draw(): void {
    $('compare').hidden = this.models.length < 2;
    if (this.models.length < 2) return;
    const a = this.choose($('compare-a'), 0);
    const b = this.choose($('compare-b'), 1);
    $('comparison').replaceChildren(a === b ? make('p', 'hint', t('compareSame')) : this.tableOf([a, b]));
  }

  /** Offers every model, keeps what was chosen; the model that is. */
  private choose(select: HTMLSelectElement, place: number): Model {
    const before = this.models.findIndex((model) => model.name === select.value);
    select.replaceChildren(...this.models.map((model) => make('option', '', model.name)));
    select.selectedIndex = before < 0 ? place : before;
    return this.models[select.selectedIndex];
  }

  private tableOf(models: [Model, Model]): HTMLElement {
    const onlyDiffering = $<HTMLInputElement>('compare-differing').checked;
    const title = t('comparisonOf', { a: models[0].name, b: models[1].name });
    const heads = ['', ...models.map((model) => model.name)].map((name) => make(name ? 'th' : 'td', '', name));
    heads.slice(1).forEach((head) => head.setAttribute('scope', 'col'));
    const parts = partsOf(models).map(([name, lines]) => {
      const shown = lines.filter((line) => !onlyDiffering || differs(line));
      const head = make('th', '', name, shown.length > 0 ? '' : ` · ${t('noDifference')}`);
      head.setAttribute('scope', 'rowgroup');
      head.colSpan = 3;
      return make('tbody', '', make('tr', 'part', head), ...shown.map(rowOf));
    });
    const scroller = make('div', 'scroller', make('table', 'compared', make('caption', '', title),
      make('thead', '', make('tr', '', ...heads)), ...parts));
    scroller.tabIndex = 0;
    scroller.setAttribute('role', 'region');
    scroller.setAttribute('aria-label', title);
    return scroller;
  }
}

const differs = (line: Line): boolean => line.said[0] !== line.said[1];

function rowOf(line: Line): HTMLElement {
  const head = make('th', '', line.head);
  head.setAttribute('scope', 'row');
  if (differs(line)) {
    const mark = make('span', 'mark', '≠');
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', t('differs'));
    head.append(' ', mark);
  }
  return make('tr', differs(line) ? 'differs' : '', head, ...line.said.map((said, i) => {
    const isGood = line.isGood?.[i];
    return make('td', isGood === undefined ? '' : isGood ? 'good' : 'bad', said);
  }));
}

/** The parts of the table: the cards, then each vertical that one of the two was examined for. */
function partsOf(models: [Model, Model]): [string, Line[]][] {
  const of = (key: Key, read: (model: Model) => string, isGood?: (model: Model) => boolean): Line => ({
    head: t(key), said: [read(models[0]), read(models[1])],
    isGood: isGood && [isGood(models[0]), isGood(models[1])] });
  const card = [
    of('standing', (model) => t(model.standing), (model) => model.in_force),
    of('approvalEnds', (model) => model.expires_s > 0 ? date(model.expires_s) : '–'),
    of('organisation', (model) => model.organisation),
    of('kindOfModel', (model) => model.kind ? t(model.kind) : '–'),
    of('licence', (model) => model.licence ?? '–'),
    of('appliesFor', (model) => model.verticals?.join(', ') || '–'),
    of('summary', (model) => say(model.summary) || '–'),
    of('identity', (model) => model.identity),
  ];
  const verticals = [...new Set(models.flatMap((model) => model.certificates.map((c) => c.vertical)))].sort();
  return [[t('card'), card], ...verticals.map((vertical): [string, Line[]] =>
    [`${t('vertical')} ${vertical}`, examLines(models.map((model) => latest(model, vertical)))])];
}

/** The certificate that counts: the one in force, else the newest. */
function latest(model: Model, vertical: string): Certificate | undefined {
  return model.certificates.filter((c) => c.vertical === vertical)
    .sort((a, b) => Number(b.in_force) - Number(a.in_force) || b.issued_s - a.issued_s)[0];
}

function examLines(pair: (Certificate | undefined)[]): Line[] {
  const of = (head: Node | string, read: (c: Certificate) => string, isGood?: (c: Certificate) => boolean): Line => ({
    head, said: [pair[0] ? read(pair[0]) : '–', pair[1] ? read(pair[1]) : '–'],
    isGood: isGood && [pair[0] && isGood(pair[0]), pair[1] && isGood(pair[1])] });
  const names = new Set(pair.flatMap((c) => Object.keys(c?.scores ?? {})));
  const classes = [...OVERALL.filter((name) => names.has(name)), ...[...names].filter((name) => !OVERALL.includes(name)).sort()];
  return [
    of(t('exam'), (c) => t(c.passed ? 'examPassed' : 'examFailed'), (c) => c.passed),
    of(t('certificate'), stateOf, (c) => c.in_force),
    of(t('examinedOn'), (c) => date(c.issued_s)),
    of(t('casesDrawn'), (c) => c.bank_sha256.slice(0, 12)),
    ...classes.map((name) => of(OVERALL.includes(name) ? t(name as Key) : make('code', '', name),
      (c) => scoreWords(c.scores?.[name]))),
  ];
}
