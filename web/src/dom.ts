/** The element with this id: the page is ours, so it is there. */
export const $ = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

/** Makes an element; texts are always texts, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, className = '', ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}
export function button(text: string, className: string, onClick: () => void): HTMLButtonElement {
  const element = make('button', className, text);
  element.type = 'button';
  element.addEventListener('click', onClick);
  return element;
}
/** A day and minute, UTC. */
export const date = (unix_s: number): string => new Date(1000 * unix_s).toISOString().slice(0, 16).replace('T', ' ');
export const clock = (time_s: number): string => {
  const minutes = Math.floor(time_s / 60);
  return `${minutes}:${(time_s - 60 * minutes).toFixed(1).padStart(4, '0')}`;
};
