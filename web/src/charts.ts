// The last half minute as curves.

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { $ } from './dom';
import { onLanguage, t } from './i18n';
import type { State } from './protocol';

const KEPT_S = 30;
const PERIOD_MS = 100;
const HEIGHT_px = 96;
const DEGREES = 180 / Math.PI;

interface Curve { name: () => string; color: string; of: (state: State) => number }

const CHARTS: [string, Curve[]][] = [
  ['chart-speed', [
    { name: () => 'm/s', color: '#35d0c7', of: (s) => s.speed },
    { name: () => '°', color: '#ffb454', of: (s) => s.tilt * DEGREES }]],
  ['chart-force', [
    { name: () => t('left'), color: '#35d0c7', of: (s) => s.footForce[0] },
    { name: () => t('right'), color: '#a78bfa', of: (s) => s.footForce[1] }]],
  ['chart-tick', [
    { name: () => t('mean'), color: '#35d0c7', of: (s) => s.tickMeanUs },
    { name: () => t('max'), color: '#ff5468', of: (s) => s.tickMaxUs }]],
];

export class Charts {
  private plots: { plot: uPlot; curves: Curve[]; data: number[][] }[] = [];
  private drawnAt = 0;

  constructor() {
    $<HTMLDetailsElement>('charts').addEventListener('toggle', () => this.rebuild());
    onLanguage(() => this.rebuild());
    new ResizeObserver(() => this.resize()).observe($('charts'));
  }

  rebuild(): void {
    const kept = this.plots.map(({ data }) => data);
    for (const { plot } of this.plots) plot.destroy();
    this.plots = [];
    if (!$<HTMLDetailsElement>('charts').open) return;
    const soft = getComputedStyle(document.documentElement).getPropertyValue('--soft');
    const line = getComputedStyle(document.documentElement).getPropertyValue('--track');
    CHARTS.forEach(([id, curves], i) => {
      const data = kept[i] ?? [[], ...curves.map(() => [])];
      const axis = { stroke: soft, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: '11px system-ui' };
      const plot = new uPlot({
        width: $(id).clientWidth || 300,
        height: HEIGHT_px,
        cursor: { show: false },
        legend: { show: false },
        scales: { x: { time: false } },
        axes: [{ ...axis, size: 20, values: (_, ticks) => ticks.map((x) => `${x}`) }, { ...axis, size: 40 }],
        series: [{}, ...curves.map((curve) => ({ label: curve.name(), stroke: curve.color, width: 1.6, points: { show: false } }))],
      }, data as uPlot.AlignedData, $(id));
      this.plots.push({ plot, curves, data });
    });
  }

  private resize(): void {
    for (const [i, [id]] of CHARTS.entries())
      this.plots[i]?.plot.setSize({ width: $(id).clientWidth || 300, height: HEIGHT_px });
  }

  follow(state: State, now_ms: number): void {
    if (now_ms - this.drawnAt < PERIOD_MS || this.plots.length === 0) return;
    this.drawnAt = now_ms;
    for (const { plot, curves, data } of this.plots) {
      if (data[0].length > 0 && data[0].at(-1)! > state.time) data.forEach((column) => { column.length = 0; });
      data[0].push(state.time);
      curves.forEach((curve, i) => data[i + 1].push(curve.of(state)));
      while (data[0][0] < state.time - KEPT_S) data.forEach((column) => column.shift());
      plot.setData(data as uPlot.AlignedData);
    }
  }
}
