import type { Words } from './link';

export type Language = 'en' | 'zh';

const TEXTS = {
  title: ['Longmen', '龙门'],
  skip: ['Skip to the controls', '跳到控制区'],
  live: ['Live', '实况'],
  lessons: ['Learn', '学习'],
  voices: ['Voices', '公众之声'],
  light: ['Light', '浅色'],
  dark: ['Dark', '深色'],
  theme: ['Switch between dark and light', '切换深色与浅色'],
  language: ['切换到中文', 'Switch to English'],
  otherLanguage: ['中文', 'EN'],
  connecting: ['Connecting…', '正在连接…'],
  noRobot: ['Waiting for the robot…', '等待机器人…'],
  delayed: ['2 s late', '延时 2 秒'],
  armed: ['ARMED', '已启用'],
  disarmed: ['DISARMED', '未启用'],
  emergency: ['EMERGENCY STOP', '急停'],
  recorded: ['recorded', '记录中'],
  notRecorded: ['NOT RECORDED', '未记录'],
  stop: ['STOP', '急停'],
  stopHint: ['Esc', 'Esc'],
  stopLabel: ['Emergency stop (Escape key)', '紧急停止（Esc 键）'],
  reset: ['Clear the stop', '解除急停'],
  arm: ['Arm', '启用'],
  disarm: ['Disarm', '停用'],
  armHint: ['Armed, the robot may move. It stays armed only while this page is open and heard.',
    '启用后机器人可以运动；仅当本页面打开且连接正常时保持启用。'],
  onlyOperators: ['You are watching. Who has the operator’s link can ask the robot for things.',
    '您正在观看。持有操作员链接者可以向机器人下达指令。'],
  instruct: ['What should the robot do?', '想让机器人做什么？'],
  instructPlaceholder: ['walk to the workbench and point at the shelf', '走到工作台，然后指向货架'],
  go: ['Go', '执行'],
  armAndGo: ['Arm and go', '启用并执行'],
  thinking: ['Planning…', '规划中…'],
  confirm: ['Yes, do this', '是，执行此计划'],
  confirmAsk: ['The sentence leaves something open. This plan fills it in:', '指令有未说明之处，计划作了补充：'],
  understood: ['Understood as “{reading}”. Is this meant?', '理解为“{reading}”。是这个意思吗？'],
  cancel: ['No', '否'],
  plan: ['Plan', '计划'],
  planEmpty: ['No plan yet. Plans appear here step by step, with what the plan gate says.',
    '尚无计划。计划会逐步显示在此，并附计划闸门的结论。'],
  approved: ['approved', '通过'],
  repaired: ['repaired', '修正后通过'],
  ask: ['asks', '需询问'],
  refused: ['refused', '拒绝'],
  unregistered: ['UNREGISTERED MODEL', '模型未注册'],
  notRehearsed: ['not rehearsed', '未预演'],
  why: ['Why?', '为什么？'],
  motionGate: ['Motion gate', '运动闸门'],
  motionGateHint: ['How near each joint is to a limit. The gate changes a command before it would pass one.',
    '各关节距极限的远近。指令若将越限，闸门会事先修改。'],
  changed: ['commands changed', '已修改指令'],
  stopped: ['ticks held', '保持周期'],
  ladder: ['Stop ladder', '停止阶梯'],
  rung0: ['free', '正常'],
  rung1: ['slow', '减速'],
  rung2: ['hold', '保持'],
  rung3: ['settle', '下蹲'],
  rung4: ['brace', '防摔'],
  torque: ['torque', '力矩'],
  velocity: ['speed', '转速'],
  range: ['range', '范围'],
  tilt: ['tilt', '倾角'],
  events: ['What happened', '事件'],
  noEvents: ['Nothing yet. Interventions of the gates will appear here.', '暂无事件。闸门的干预会显示在此。'],
  replay: ['Replay', '回放'],
  backToLive: ['Back to live', '回到实况'],
  replaying: ['Replay', '回放中'],
  timeline: ['Moment of the replay', '回放时刻'],
  charts: ['Charts', '图表'],
  speedChart: ['speed m/s · tilt °', '速度 m/s · 倾角 °'],
  forceChart: ['foot force N', '足底力 N'],
  tickChart: ['control tick µs', '控制周期 µs'],
  left: ['left', '左'],
  right: ['right', '右'],
  mean: ['mean', '平均'],
  max: ['max', '最大'],
  follow: ['Follow', '跟随'],
  overview: ['Overview', '全景'],
  eyes: ['Eyes', '机器人视角'],
  camera: ['Camera', '镜头'],
  record: ['Record', '记录'],
  restart: ['New run', '重新开始'],
  says: ['says', '说'],
  planDone: ['Plan done', '计划完成'],
  planFailed: ['Plan ended', '计划中止'],
  step: ['Step', '步骤'],
  details: ['rule {rule}, margin {margin}, change {change} N·m, tick {tick}',
    '规则 {rule}，裕度 {margin}，改变 {change} N·m，周期 {tick}'],
  scene: ['Live view of the robot', '机器人实时画面'],
  examples: ['Examples', '示例'],
  comment: ['Say something', '发表评论'],
  commentAbout: ['About', '关于'],
  commentName: ['Name (may be empty)', '名字（可不填）'],
  commentText: ['Your words', '内容'],
  send: ['Send', '发送'],
  commentSent: ['Thank you. It is shown when a registrar has read it.', '谢谢。登记员审阅后显示。'],
  commentsEmpty: ['No comments are shown yet.', '暂无已公开的评论。'],
  voicesIntro: ['Everyone may comment on what the robot does, on rules and on models. Comments are read by a person before they are shown.',
    '任何人都可以评论机器人的行为、规则和模型。评论经人工审阅后公开。'],
  show: ['Show', '公开'],
  hide: ['Hide', '隐藏'],
  aboutRobot: ['the robot', '机器人'],
  aboutRule: ['rule', '规则'],
  lessonsIntro: ['Ten short lessons on a robot that is driven by AI. Each ends with a question.',
    '十堂短课，讲述由人工智能驱动的机器人。每课以一道题结束。'],
  lesson: ['Lesson', '第'],
  tryIt: ['Try it', '试一试'],
  check: ['Check', '检查答案'],
  right_: ['Right.', '正确。'],
  wrong_: ['Not quite.', '不太对。'],
  next: ['Next lesson', '下一课'],
  doneOf: ['{n} of {all} done', '已完成 {n} / {all}'],
  fault1: ['took too long', '超时'],
  fault2: ['did not come close enough', '未能到达'],
  fault3: ['lost its position', '位置不明'],
  fault4: ['someone or something stood in the way', '前方受阻'],
  fault5: ['stopped', '被停止'],
  fault6: ['approval expired', '批准已过期'],
  fault7: ['called off', '已取消'],
  fault8: ['out of reach', '无法够到或到达'],
  fault9: ['not in the hands', '物品不在手中'],
  lateTicks: ['late ticks', '迟到周期'],
  ageNote: ['position known to ±{cm} cm', '位置误差 ±{cm} 厘米'],
  armingState0: ['The robot is disarmed', '机器人已停用'],
  armingState1: ['The robot is armed', '机器人已启用'],
  armingState2: ['The robot comes to a stop', '机器人正在停下'],
  armingState3: ['Emergency stop', '紧急停止'],
  recordFailed: ['The record failed: the robot holds', '记录失败，机器人保持不动'],
  rungEvent: ['Stop ladder: {rung}', '停止阶梯：{rung}'],
} as const;

export type Key = keyof typeof TEXTS;

let language: Language = initialLanguage();
const listeners: (() => void)[] = [];

function initialLanguage(): Language {
  const stored = localStorage.getItem('language');
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export const current = (): Language => language;
export function setLanguage(to: Language): void {
  language = to;
  localStorage.setItem('language', to);
  document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en';
  for (const listener of listeners) listener();
}
export const onLanguage = (listener: () => void): void => void listeners.push(listener);

export function t(key: Key, values: Record<string, string | number> = {}): string {
  let text: string = TEXTS[key][language === 'en' ? 0 : 1];
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, String(value));
  return text;
}
export const say = (words: Words | undefined): string => words?.[language] ?? '';

/** Writes the words of every element that names them: data-t its text, data-t-label its name for
 *  those who cannot see, data-t-placeholder its hint. */
export function translate(root: ParentNode = document): void {
  root.querySelectorAll<HTMLElement>('[data-t]').forEach((e) => { e.textContent = t(e.dataset.t as Key); });
  root.querySelectorAll<HTMLElement>('[data-t-label]').forEach((e) => { e.setAttribute('aria-label', t(e.dataset.tLabel as Key)); });
  root.querySelectorAll<HTMLInputElement>('[data-t-placeholder]').forEach((e) => { e.placeholder = t(e.dataset.tPlaceholder as Key); });
}
