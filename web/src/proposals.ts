// Changes to rules: proposed by anyone, voted on by members of the register, answered by a registrar.

import { $, button, make } from './dom';
import { onLanguage, say, t } from './i18n';
import { ApiError, type Link, type Proposal, type Session } from './link';
import { ruleOptions } from './voices';

export class Proposals {
  private session: Session | null = null;
  private proposals: Proposal[] = [];

  constructor(private readonly link: Link) {
    $<HTMLFormElement>('proposal').addEventListener('submit', (event) => {
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
    await this.tell(async () => {
      this.proposals = (await this.link.get<{ proposals: Proposal[] }>('/api/proposals')).proposals;
    });
    this.draw();
  }

  /** What the server refuses is said; true when it did not. */
  private async tell(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      $('proposal-answer').textContent = say(error.words);
      return false;
    }
  }

  private async send(): Promise<void> {
    const text = $<HTMLTextAreaElement>('proposal-text');
    const reason = $<HTMLTextAreaElement>('proposal-reason');
    await this.change('', {
      rule: $<HTMLSelectElement>('proposal-rule').value,
      name: $<HTMLInputElement>('proposal-name').value,
      text: text.value,
      reason: reason.value,
    }, () => {
      text.value = reason.value = '';
      $('proposal-answer').textContent = t('commentSent');
    });
  }

  private async change(path: string, body: object, done: () => void = () => { $('proposal-answer').textContent = ''; }): Promise<void> {
    if (!await this.tell(async () => { await this.link.post(`/api/proposals${path}`, body); })) return;
    done();
    await this.open();
  }

  private draw(): void {
    const rule = $<HTMLSelectElement>('proposal-rule');
    const chosen = rule.value;
    rule.replaceChildren(...ruleOptions(this.session, ''));
    if (chosen) rule.value = chosen;
    const items = [...this.proposals].reverse().map((proposal) => this.item(proposal));
    $('proposals').replaceChildren(...(items.length > 0 ? items : [make('li', '', t('proposalsEmpty'))]));
  }

  private item(proposal: Proposal): HTMLElement {
    const item = make('li', '',
      make('small', '', `${proposal.name || '—'} · ${proposal.about} · ${proposal.time.slice(0, 10)}`),
      make('p', '', proposal.text),
      make('p', 'hint', `${t('proposalReason')}: ${proposal.reason}`),
      make('p', 'votes', t('votes').replace('{for}', String(proposal.for)).replace('{against}', String(proposal.against))));
    if (proposal.answer)
      item.append(make('p', proposal.answer.accepted ? 'verdict-right' : 'verdict-wrong',
        `${t(proposal.answer.accepted ? 'accepted' : 'declined')} · ${proposal.answer.time.slice(0, 10)}: ${proposal.answer.why}`));
    else if (proposal.shown) item.append(this.ballot(proposal));
    if (this.link.role === 'registrar') {
      item.append(button(t(proposal.shown ? 'hide' : 'show'), '', () => void this.moderate(proposal)));
      if (!proposal.answer) item.append(...this.answer(proposal));
    }
    return item;
  }

  private ballot(proposal: Proposal): HTMLElement {
    const line = make('input');
    line.setAttribute('aria-label', t('ballot'));
    line.maxLength = 300;
    return make('details', '', make('summary', '', t('voteHow')),
      make('p', 'hint', t('voteIntro')),
      make('code', '', `./longmen register vote ${proposal.mark} for --as NAME`),
      line,
      button(t('castVote'), '', () => void this.change(`/${proposal.id}/vote`, { ballot: line.value.trim() })));
  }

  private answer(proposal: Proposal): HTMLElement[] {
    const why = make('input');
    why.setAttribute('aria-label', t('answerWhy'));
    why.placeholder = t('answerWhy');
    why.maxLength = 2000;
    const say_ = (word: 'accepted' | 'declined') =>
      button(t(word === 'accepted' ? 'accept' : 'decline'), '',
        () => void this.change(`/${proposal.id}/answer`, { answer: word, why: why.value.trim() }));
    return [why, say_('accepted'), say_('declined')];
  }

  private async moderate(proposal: Proposal): Promise<void> {
    await this.tell(async () => {
      await this.link.post(`/api/comments/${proposal.id}/moderate`, { shown: !proposal.shown });
    });
    await this.open();
  }
}
