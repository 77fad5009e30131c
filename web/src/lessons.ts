// Ten short lessons. What was understood is kept in this browser alone.

import { $, button, make } from './dom';
import { onLanguage, say, t } from './i18n';
import { LESSONS, type Lesson } from './lesson_texts';

export class Lessons {
  private readonly learned = new Set<number>(JSON.parse(localStorage.getItem('learned') ?? '[]') as number[]);
  private open = 0;

  constructor(private readonly attempt: (sentence: string) => void) { onLanguage(() => this.draw()); }

  draw(): void {
    $('lessons-done').textContent = t('doneOf', { n: this.learned.size, all: LESSONS.length });
    $('lessons').replaceChildren(...LESSONS.map((lesson, i) => this.cardOf(lesson, i)));
  }

  private cardOf(lesson: Lesson, index: number): HTMLElement {
    const card = make('details', this.learned.has(index) ? 'lesson learned' : 'lesson');
    card.open = index === this.open;
    card.addEventListener('toggle', () => { if (card.open) this.open = index; });
    card.append(make('summary', '', make('b', '', String(index + 1)), say(lesson.title)));
    card.append(...lesson.text.map((paragraph) => make('p', '', say(paragraph))));
    if (lesson.attempt) {
      const sentence = say(lesson.attempt);
      card.append(make('div', 'row', button(`${t('tryIt')}: ${sentence}`, '', () => this.attempt(sentence))));
    }
    card.append(this.questionOf(lesson, index, card));
    return card;
  }

  private questionOf(lesson: Lesson, index: number, card: HTMLElement): HTMLElement {
    const answer = make('p');
    answer.setAttribute('role', 'status');
    const options = lesson.options.map((option, i) => {
      const choice = make('input');
      choice.type = 'radio';
      choice.name = `lesson-${index}`;
      choice.value = String(i);
      return make('label', '', choice, make('span', '', say(option)));
    });
    const check = button(t('check'), 'primary', () => {
      const chosen = card.querySelector<HTMLInputElement>('input:checked');
      if (!chosen) return;
      const isRight = Number(chosen.value) === lesson.answer;
      answer.className = isRight ? 'verdict-right' : 'verdict-wrong';
      answer.textContent = `${t(isRight ? 'right_' : 'wrong_')} ${say(lesson.because)}`;
      if (!isRight) return;
      this.learned.add(index);
      localStorage.setItem('learned', JSON.stringify([...this.learned]));
      card.classList.add('learned');
      $('lessons-done').textContent = t('doneOf', { n: this.learned.size, all: LESSONS.length });
    });
    return make('fieldset', '', make('legend', '', say(lesson.question)), ...options, make('div', 'row', check), answer);
  }
}
