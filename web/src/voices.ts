// What the public says: written by anyone, shown when a registrar has read it.

import { $, button, make } from './dom';
import { onLanguage, say, t } from './i18n';
import { ApiError, type Comment, type Link, type Session } from './link';

/** One for each rule of this run. */
export function ruleOptions(session: Session | null, prefix: string): HTMLOptionElement[] {
  return Object.keys(session?.rules ?? {}).map((rule) => {
    const option = make('option', '', `${t('aboutRule')} ${rule}`);
    option.value = prefix + rule;
    return option;
  });
}

export class Voices {
  private session: Session | null = null;
  private comments: Comment[] = [];

  constructor(private readonly link: Link) {
    $<HTMLFormElement>('comment').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send();
    });
    onLanguage(() => this.draw());
  }

  setSession(session: Session): void {
    this.session = session;
    this.draw();
  }

  async open(): Promise<void> {
    try {
      this.comments = (await this.link.get<{ comments: Comment[] }>('/api/comments')).comments;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      $('comment-answer').textContent = say(error.words);
    }
    this.draw();
  }

  private async send(): Promise<void> {
    const text = $<HTMLTextAreaElement>('comment-text');
    try {
      await this.link.post('/api/comments', {
        about: $<HTMLSelectElement>('comment-about').value,
        name: $<HTMLInputElement>('comment-name').value,
        text: text.value,
      });
      text.value = '';
      $('comment-answer').textContent = t('commentSent');
      await this.open();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      $('comment-answer').textContent = say(error.words);
    }
  }

  private draw(): void {
    const about = $<HTMLSelectElement>('comment-about');
    const chosen = about.value;
    const robot = make('option', '', t('aboutRobot'));
    robot.value = 'robot';
    about.replaceChildren(robot, ...ruleOptions(this.session, 'rule:'));
    if (chosen) about.value = chosen;
    if (!about.value) about.value = 'robot';
    const items = [...this.comments].reverse().map((comment) => {
      const item = make('li', '', make('small', '', `${comment.name || '—'} · ${comment.about} · ${comment.time.slice(0, 10)}`),
        make('p', '', comment.text));
      if (this.link.role === 'registrar')
        item.append(button(t(comment.shown ? 'hide' : 'show'), '', () => void this.moderate(comment)));
      return item;
    });
    $('comments').replaceChildren(...(items.length > 0 ? items : [make('li', '', t('commentsEmpty'))]));
  }

  private async moderate(comment: Comment): Promise<void> {
    await this.link.post(`/api/comments/${comment.id}/moderate`, { shown: !comment.shown });
    await this.open();
  }
}
