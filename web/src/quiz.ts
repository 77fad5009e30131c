// The operators' quiz: drawn and marked by the server. Which answers are right never comes to the page.

import { $, button, make } from './dom';
import { onLanguage, say, t } from './i18n';
import { ApiError, type Link, type Role, type Words } from './link';

interface Sheet {
  sheet: string;
  minutes: number;
  right_min: number;
  questions: { question: Words; options: Words[] }[];
}
interface Terms { questions: number; right_min: number; makes_operators: boolean }
interface Mark { right: number; of: number; passed: boolean; role: Role }

export class Quiz {
  private terms: Terms | null = null;
  private sheet: Sheet | null = null;
  private chosen: (number | null)[] = [];
  private words: () => string = () => '';
  private mark: Mark | null = null;

  constructor(private readonly link: Link) { onLanguage(() => this.draw()); }

  async open(): Promise<void> {
    await this.trying(async () => { this.terms = await this.link.get<Terms>('/api/quiz'); });
    this.draw();
  }

  private async begin(): Promise<void> {
    await this.trying(async () => {
      this.sheet = await this.link.post<Sheet>('/api/quiz', {});
      this.chosen = this.sheet.questions.map(() => null);
      this.mark = null;
      this.words = () => '';
    });
    this.draw();
    $('quiz').querySelector('input')?.focus();
  }

  private async handIn(): Promise<void> {
    const open = this.chosen.indexOf(null);
    if (open >= 0) {
      this.words = () => t('quizOpen', { n: this.chosen.indexOf(null) + 1 });
      $('quiz-answer').textContent = this.words();
      $('quiz').querySelectorAll<HTMLElement>('fieldset')[open].querySelector('input')!.focus();
      return;
    }
    const { sheet } = this.sheet!;
    this.sheet = null;
    await this.trying(async () => {
      const mark = await this.link.post<Mark>('/api/quiz/answer', { sheet, answers: this.chosen.join('') });
      this.mark = mark;
      this.words = () => t(mark.passed ? 'quizPassed' : 'quizFailed', { right: mark.right, of: mark.of });
    });
    this.draw();
    $('quiz').querySelector('button')?.focus();
  }

  private async trying(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.words = () => say(error.words);
    }
  }

  private draw(): void {
    const { terms, sheet, mark } = this;
    $('quiz-terms').textContent = terms ? `${t('quizTerms', { n: terms.questions, min: terms.right_min })} ` +
      t(terms.makes_operators ? 'quizGives' : 'quizGivesNothing') : '';
    $('quiz-answer').textContent = this.words();
    $('quiz-answer').className = mark ? mark.passed ? 'verdict-right' : 'verdict-wrong' : '';
    if (sheet) {
      $('quiz').replaceChildren(...sheet.questions.map((asked, i) => this.questionOf(asked, i)),
        make('div', 'row', button(t('quizHandIn'), 'primary', () => void this.handIn())));
      return;
    }
    const row = make('div', 'row', button(t(mark ? 'quizAgain' : 'quizBegin'), mark?.passed ? '' : 'primary', () => void this.begin()));
    // The page is opened anew with the new role: nothing of the public's view remains.
    if (mark?.passed && mark.role === 'operator' && this.link.role === 'public')
      row.prepend(button(t('quizDrive'), 'primary', () => location.reload()));
    $('quiz').replaceChildren(row);
  }

  private questionOf(asked: Sheet['questions'][number], index: number): HTMLElement {
    const options = asked.options.map((option, i) => {
      const choice = make('input');
      choice.type = 'radio';
      choice.name = `quiz-${index}`;
      choice.checked = this.chosen[index] === i;
      choice.addEventListener('change', () => { this.chosen[index] = i; });
      return make('label', '', choice, make('span', '', say(option)));
    });
    return make('fieldset', '', make('legend', '', `${index + 1}. ${say(asked.question)}`), ...options);
  }
}
