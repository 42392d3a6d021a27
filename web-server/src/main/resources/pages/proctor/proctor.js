// The proctor's board: connects the parts. Server data updates the model at once, and the page at most ten times a second.

import { onLanguage, setUpLanguageButtons, texts } from '../i18n.js';
import { PlanSync } from '../mobile-sync.js';
import { api, socketUrl } from '../access.js';
import { listProblems, showIdentity, signIn, tokenOrRetry } from '../sign-in.js';
import { Alerts, Beeper } from './alerts.js';
import { Banner } from './banner.js';
import { createCsv, download } from './csv.js';
import { BatchProgress } from './batch-progress.js';
import { Details } from './details.js';
import { setAttribute, setText, throttled } from './dom-updates.js';
import { RecordRefetcher, readAll } from './load-records.js';
import { Filter } from './filter.js';
import { SortHold } from './sort-hold.js';
import { readPreference, writePreference } from './preferences.js';
import { NoticeForm } from './notice-form.js';
import { NoticeSender } from './notice-sender.js';
import { OrderForm } from './order-form.js';
import { OrderSender } from './order-sender.js';
import { Thumbnails } from './pictures.js';
import { RowMaker, errorText } from './row.js';
import { Roster } from './roster.js';
import { Rows } from './rows.js';
import { Selection } from './selection.js';
import { SendPacer } from './send-pacer.js';
import { Sidebar } from './sidebar.js';
import { BoardModel } from './board-model.js';
import { TEXTS } from './texts.js';
import { Wall } from './wall.js';

/** In ms. No one reads faster. */
const DRAW_INTERVAL = 100;
const SIDEBAR_INTERVAL = 300;
/** Enough to recognise the broadcasts of this page's own notices. */
const MAX_SENT_NOTICES = 20_000;

const $ = (id) => document.getElementById(id);
const t = texts(TEXTS);
setUpLanguageButtons();
document.documentElement.dataset.ready = '';

const identity = await signIn(isProctorOfPlan, $('closed-again'), showClosed);
$('closed').hidden = true;
showIdentity($('who'), identity.sub, identity.name);
start(identity.sub, [...identity.plans].sort());

function isProctorOfPlan({ role, plans }) {
  return role === 'proctor' && plans?.length > 0;
}

/** Shows why the board cannot be opened. */
function showClosed({ found, problems, canRetry }) {
  const reason = !found ? 'noToken' : found.role === 'proctor' ? 'noPlan' : 'notProctor';
  $('closed-why').textContent = t(reason);
  listProblems($('closed-problems'), problems, t);
  $('closed-again').hidden = !canRetry;
  document.title = t('title');
  $('closed').hidden = false;
}

function start(me, plans) {
  const requested = new URLSearchParams(location.search).get('plan');
  const plan = plans.includes(requested) ? requested : plans[0];
  setUpPlanChoice(plans, plan);
  $('page').hidden = false;

  const sync = new PlanSync({ socketUrl, plan, token: tokenOrRetry });
  const now = () => sync.serverNow();
  const model = new BoardModel();
  const alerts = new Alerts();
  const beeper = new Beeper();
  const changed = new Set();
  const unreadable = new Set();
  const sentNotices = [];
  const changedBatches = new Set();
  let loadedOnce = false;
  let sidebarChanged = true;
  let sidebarDue = false;
  let timesDue = false;
  let loading = new AbortController();

  const announce = (text, isUrgent) => ($(isUrgent ? 'urgent-announcement' : 'announcement').textContent = text);
  const schedule = throttled(update, DRAW_INTERVAL);
  const live = () => banner.live;

  const banner = new Banner({
    t, sync, announce: (text) => announce(text, true),
    reconnectNow: () => sync.reconnectNow({ force: true }), liveChanged: (live) => (orderSender.live = noticeSender.live = live),
  });
  const filter = new Filter({ t, model, changed: () => show(null) });
  const refetcher = new RecordRefetcher({ api, plan, signal: new AbortController().signal, isUrgent: (id) => rows.isShown(model.get(id)), onRecords: (records) => records.forEach(applyRecord) });
  const pacer = new SendPacer();
  const orderSender = new OrderSender(pacer, { send: (id, order) => sync.order(id, order), now, me, get: (id) => model.get(id), reload: (id) => refetcher.request(id) });
  const noticeSender = new NoticeSender(pacer, (id, text, confirmed) => sync.notice(id, text, confirmed));
  const batchProgress = new BatchProgress({
    t, live, cancel: (batch) => senderOf(batch).cancel(batch),
    retry: (batch) => (batch.kind === 'NOTICE' ? noticeSender.submit(batch.unconfirmed, batch.text) : orderSender.submit(examineesOf(batch.unconfirmed), batch)),
  });
  const senderOf = (batch) => (batch.kind === 'NOTICE' ? noticeSender : orderSender);
  const thumbnails = new Thumbnails(api, (examinee) => rows.refresh([examinee]));
  const selection = new Selection({ t, items: () => rows.items, changed: (examinees) => rows.refresh(examinees) });
  const makerOptions = { t, now, me, selected: selection.ids, pending: (id) => orderSender.pending(id), thumbnail: (examinee) => (withPictures() ? thumbnails.get(examinee) : undefined) };
  const maker = new RowMaker(makerOptions);
  const rows = new Rows($('grid'), $('rows'), {
    make: () => maker.make(),
    fill: (row, examinee) => maker.fill(row, examinee),
    tick: (row, examinee) => maker.tick(row, examinee),
    open: (examinee) => details.open(examinee),
    toggle: (examinee, range) => selection.toggle(examinee, range),
    scrolled: () => requestThumbnails(true),
    scrolledByUser: () => sortHold.onScroll(),
  });
  const sortHold = new SortHold($('rows'));
  const orderForm = new OrderForm({ t, now, live, submit: submitOrder });
  const noticeForm = new NoticeForm({ t, live, submit: submitNotice });
  const details = new Details({
    api, plan, t, now, me, items: () => rows.items, order: (kind, examinees) => orderForm.open(kind, examinees), notice: (examinees) => noticeForm.open(examinees),
    reload: (id) => refetcher.request(id), closed: (examinee) => rows.reveal(examinee),
  });
  const wall = new Wall({ api, t, items: () => rows.items, open: (examinee) => details.open(examinee) });
  const roster = new Roster({ api, plan, onNames: setRoster });
  const sidebar = new Sidebar({ t, now, me, alerts, reveal });

  function submitOrder(examinees, order) {
    orderSender.submit(examinees, order);
    if (examinees.length > 1) selection.keepOnly(() => false);
  }

  function submitNotice(ids, text) {
    sentNotices.push(...ids.map((id) => `${id} ${text}`));
    sentNotices.splice(0, sentNotices.length - MAX_SENT_NOTICES);
    noticeSender.submit(ids, text);
  }

  function setRoster(names) {
    model.setRoster(names);
    showNames(model.hasNames);
    if (loadedOnce) show(null);
    rows.refreshAll();
    schedule();
  }

  function showNames(shown) {
    if (shown === $('page').classList.contains('with-names')) return;
    $('page').classList.toggle('with-names', shown);
    rows.measure();
  }

  const examineesOf = (ids) => ids.map((id) => model.get(id)).filter(Boolean);
  const withPictures = () => $('with-pictures').checked;

  // Server events.

  function applyRecord(record) {
    const change = model.applyRecord(record);
    if (change) applyChange(change);
  }

  function applyChange({ examinee, before, hasNewOrder }, isBroadcast = false) {
    changed.add(examinee);
    if (examinee.name) showNames(true);
    if (unreadable.delete(examinee.id)) banner.unreadable = [...unreadable];
    if (!examinee.isFullRecord) refetcher.request(examinee.id);
    if (hasNewOrder) {
      sidebar.addOrder(examinee);
      sidebarChanged = true;
    }
    const hasFailed = examinee.status === 'FAILED' || examinee.status === 'TIMEOUT';
    if (hasFailed && (isBroadcast || (loadedOnce && before !== examinee.status))) alert(examinee.id, examinee.status, examinee.errorCode);
    orderSender.onRecord(examinee);
    schedule();
  }

  sync.addEventListener('message', ({ detail }) => {
    if (detail.revision === null) {
      const { examineeId, error: problem } = detail.data;
      const isUnreadable = problem?.code === 'STATE_CHANGE_FAILED' && !problem.retryable;
      if (problem) alert(examineeId, 'FAILED', isUnreadable ? 'RECORD_UNREADABLE' : problem.code);
      return;
    }
    const change = model.applyBroadcast(detail);
    if (change) applyChange(change, true);
  });

  sync.addEventListener('mobile_sync_notice', ({ detail: { data } }) => {
    sidebar.addNotice(data.examineeId, data.text, Date.parse(data.timestamp), sentNotices.includes(`${data.examineeId} ${data.text}`));
    sidebarChanged = true;
  });

  sync.addEventListener('connection', ({ detail }) => {
    loading.abort();
    banner.connection(detail);
    if (detail.status === 'connected') loadRecords();
    batchProgress.refresh();
    schedule();
  });

  async function loadRecords() {
    loading = new AbortController();
    const { signal } = loading;
    const progress = { done: 0, total: '…', failed: false };
    banner.loading(progress);
    roster.read();
    model.beginLoad();
    unreadable.clear();
    try {
      await readAll({
        api, plan, signal,
        onPage: (records, total, unreadableIds) => {
          if (signal.aborted) return;
          records.forEach(applyRecord);
          unreadableIds.forEach((id) => unreadable.add(id));
          Object.assign(progress, { done: progress.done + records.length + unreadableIds.length, total, failed: false });
          banner.loading(progress);
        },
        onFailure: () => banner.loading(Object.assign(progress, { failed: true })),
      });
    } catch {
      if (!signal.aborted) banner.connection({ status: 'refused' });
      return;
    }
    if (signal.aborted) return;
    model.endLoad(new Set(unreadable));
    selection.keepOnly((id) => model.get(id));
    loadedOnce = true;
    if (rows.items.length === 0) show(null);
    banner.unreadable = [...unreadable];
    banner.loading(null);
    schedule();
  }

  // Rendering.

  /** During the first load the rows are always sorted. Later a pointer, the focus or open details hold their order. */
  function isSortHeld() {
    return loadedOnce && (sortHold.isActive || details.isOpen);
  }

  function update() {
    filter.drawCounts();
    const hold = isSortHeld();
    if (!hold && model.unsortedCount > 0) show(model.sort());
    if (changed.size > 0) {
      rows.refresh(changed);
      if (details.isOpen) details.refresh();
      changed.clear();
      requestThumbnails();
    }
    for (const batch of changedBatches) batchProgress.show(batch);
    changedBatches.clear();
    $('held').hidden = !hold;
    if (hold) setText($('held-text'), model.unsortedCount > 0 ? t('sortHeldChanged', { count: model.unsortedCount }) : t('sortHeld'));
    $('release').hidden = model.unsortedCount === 0;
    if (timesDue) rows.tick();
    if (sidebarDue && !$('panel').hidden) sidebar.refresh();
    timesDue = sidebarDue = false;
  }

  function show(moved) {
    if (moved === null) model.sort();
    const list = filter.apply(model.sorted);
    rows.show(list, moved);
    selection.updateSelectAll();
    const isEmpty = list.length === 0 && loadedOnce;
    $('empty').hidden = !isEmpty;
    $('empty-title').textContent = t(model.size === 0 ? 'boardEmpty' : 'noMatch');
    $('empty-hint').textContent = model.size === 0 ? t('boardEmptyHint') : '';
    $('show-all').hidden = model.size === 0;
    requestThumbnails();
  }

  function requestThumbnails(scrolled = false) {
    if (withPictures()) thumbnails.setVisible(rows.shown, scrolled);
  }

  function reveal(id) {
    const examinee = model.get(id);
    if (!examinee) return;
    if (!rows.items.includes(examinee)) filter.reset();
    if (!matchMedia('(min-width: 901px)').matches) togglePanel(false);
    rows.reveal(examinee);
  }

  let pendingAnnouncement = null;
  function alert(id, status, code) {
    alerts.add(id, status, code, now());
    beeper.beep();
    if (pendingAnnouncement) {
      pendingAnnouncement.count++;
      return;
    }
    pendingAnnouncement = { count: 1, last: `${id}: ${errorText(code, t)}` };
    setTimeout(() => {
      announce(pendingAnnouncement.count === 1 ? pendingAnnouncement.last : t('newAlerts', pendingAnnouncement), true);
      pendingAnnouncement = null;
    }, 1500);
  }

  alerts.addEventListener('change', () => {
    if (alerts.unseen > 0 && !$('panel').hidden && !document.hidden) {
      alerts.unseen = 0;
    }
    sidebarChanged = true;
  });
  document.addEventListener('visibilitychange', () => !document.hidden && !$('panel').hidden && alerts.markSeen());

  function updateTitle() {
    const { unseen } = alerts;
    document.title = `${unseen > 0 ? `(${unseen}) ` : ''}${plan} – ${t('title')}`;
    $('alerts-count').hidden = unseen === 0;
    const count = unseen > 99 ? '99+' : String(unseen);
    setText($('alerts-count'), count);
    // Contains the visible text, so that voice control finds the button.
    setAttribute($('alerts-button'), 'aria-label', unseen > 0 ? t('alertsUnseen', { count }) : t('alerts'));
  }

  noticeSender.addEventListener('change', ({ detail }) => {
    changedBatches.add(detail);
    schedule();
  });

  orderSender.addEventListener('change', ({ detail }) => {
    changedBatches.add(detail);
    for (const id of detail.ids.length < 200 ? detail.ids : [...rows.shown].map((examinee) => examinee.id)) {
      const examinee = model.get(id);
      if (examinee) changed.add(examinee);
    }
    schedule();
  });

  // User input.

  function togglePanel(open) {
    $('panel').hidden = !open;
    $('alerts-button').setAttribute('aria-expanded', String(open));
    if (open) {
      alerts.markSeen();
      sidebar.refresh();
    }
    rows.measure();
  }
  $('alerts-button').addEventListener('click', () => togglePanel($('panel').hidden));
  $('panel-close').addEventListener('click', () => {
    togglePanel(false);
    $('alerts-button').focus();
  });

  $('rows').addEventListener('click', (event) => {
    const examinee = rows.itemAt(event.target);
    if (!examinee) return;
    if (event.target.closest('.c-check') || event.shiftKey) {
      selection.toggle(examinee, event.shiftKey);
      getSelection()?.removeAllRanges();
    } else {
      details.open(examinee);
    }
  });
  $('release').addEventListener('click', () => {
    sortHold.release();
    schedule();
  });
  $('show-all').addEventListener('click', () => filter.reset());
  for (const button of $('bulk').querySelectorAll('[data-order]')) {
    button.addEventListener('click', () => orderForm.open(button.dataset.order, examineesOf([...selection.ids])));
  }

  $('bulk-notice').addEventListener('click', () => noticeForm.open(examineesOf([...selection.ids])));
  $('notice-button').addEventListener('click', () => noticeForm.open(model.sorted.filter(({ status }) => status !== 'COMPLETED')));
  $('wall-button').addEventListener('click', () => wall.open());
  $('export').addEventListener('click', () => {
    const listed = [...rows.items].sort((a, b) => (a.id < b.id ? -1 : 1));
    download(`mobile-sync-${plan}-${new Intl.DateTimeFormat('en-CA').format(now())}.csv`, createCsv(listed, t));
  });

  setUpSetting('large', (on) => {
    document.documentElement.classList.toggle('large', on);
    rows.measure();
  });
  setUpSetting('with-pictures', (on) => {
    $('page').classList.toggle('with-pictures', on);
    if (!on) thumbnails.clear();
    rows.measure();
    rows.refreshAll();
    requestThumbnails();
  });
  setUpSetting('sound', (on, byUser) => {
    beeper.switch(on);
    if (byUser) beeper.beep(true);
    $('sound-waits').hidden = !on || beeper.ready || byUser;
  });

  onLanguage(() => {
    updateTitle();
    filter.updateTexts();
    selection.updateTexts();
    rows.refreshAll();
    banner.refresh();
    show(null);
    sidebarChanged = true;
  });

  // A hidden page shows its title, but has no animation frames.
  setInterval(() => {
    if (!sidebarChanged) return;
    sidebarChanged = false;
    updateTitle();
    sidebarDue = true;
    schedule();
  }, SIDEBAR_INTERVAL);
  setInterval(() => {
    timesDue = true;
    schedule();
    banner.refresh();
    batchProgress.refresh();
    orderForm.refresh();
    noticeForm.refresh();
    wall.refresh();
    if (details.isOpen) details.refresh();
    $('sound-waits').hidden = !beeper.on || beeper.ready;
  }, 1000);
  // Shows a new hold without delay, and sorts the rows after it ends.
  setInterval(() => isSortHeld() === $('held').hidden && schedule(), 250);

  togglePanel(matchMedia('(min-width: 1500px)').matches);
  updateTitle();
  filter.updateTexts();
  selection.updateTexts();
  banner.refresh();
  sync.start();
}

function setUpSetting(id, apply) {
  const box = $(id);
  box.checked = readPreference(id);
  box.addEventListener('change', () => {
    writePreference(id, box.checked);
    apply(box.checked, true);
  });
  apply(box.checked, false);
}

function setUpPlanChoice(plans, plan) {
  $('plan-name').textContent = plan;
  if (plans.length < 2) return;
  $('plan-name').hidden = true;
  $('plan-choice').hidden = false;
  $('plans').replaceChildren(...plans.map((name) => new Option(name, name, name === plan, name === plan)));
  $('plans').addEventListener('change', () => {
    const url = new URL(location.href);
    url.searchParams.set('plan', $('plans').value);
    location.assign(url);
  });
}
