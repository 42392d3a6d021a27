// The proctor's board: connects the parts. Server data updates the store at once, and the page once per frame.

import { languageButtons, onLanguage, texts } from '../i18n.js';
import { PlanSync } from '../mobile-sync.js';
import { api, claims, socketUrl, token } from '../session.js';
import { Alerts, Beeper } from './alerts.js';
import { Banner } from './banner.js';
import { OrderProgress } from './order-progress.js';
import { Details } from './details.js';
import { RecordRefetcher, readAll } from './load-records.js';
import { Filter } from './filter.js';
import { SortHold } from './sort-hold.js';
import { readPreference, writePreference } from './preferences.js';
import { OrderForm } from './order-form.js';
import { Orders } from './orders.js';
import { Thumbnails } from './pictures.js';
import { RowMaker, error } from './row.js';
import { Rows } from './rows.js';
import { Selection } from './selection.js';
import { Sidebar } from './sidebar.js';
import { Store } from './store.js';
import { words } from './texts.js';

const $ = (id) => document.getElementById(id);
const t = texts(words);
languageButtons();
document.documentElement.dataset.ready = '';

const who = await claims();
const plans = who?.role === 'proctor' ? [...(who.plans ?? [])].sort() : [];
if (plans.length > 0) start(who.sub, plans);
else closed(!who ? 'noToken' : who.role === 'proctor' ? 'noPlan' : 'notProctor');

function closed(why) {
  $('closed').hidden = false;
  const say = () => {
    $('closed-why').textContent = t(why);
    document.title = t('title');
  };
  onLanguage(say);
  say();
}

function start(me, plans) {
  const asked = new URLSearchParams(location.search).get('plan');
  const plan = plans.includes(asked) ? asked : plans[0];
  choosePlan(plans, plan);
  $('page').hidden = false;

  const sync = new PlanSync({ socketUrl, plan, token });
  const now = () => sync.serverNow();
  const store = new Store();
  const alerts = new Alerts();
  const beeper = new Beeper();
  const changed = new Set();
  const unreadable = new Set();
  let filledOnce = false;
  let frame = 0;
  let sidebarChanged = true;
  let stop = new AbortController();

  const say = (text, loud) => ($(loud ? 'say-loud' : 'say').textContent = text);
  const schedule = () => (frame ||= requestAnimationFrame(update));
  const live = () => banner.live;

  const banner = new Banner({ t, now, say: (text) => say(text, true), reconnectNow: () => sync.reconnectNow() });
  const filter = new Filter({ t, store, changed: () => show(null) });
  const refetcher = new RecordRefetcher({ api, plan, signal: new AbortController().signal, first: (id) => rows.isShown(store.get(id)), onRecords: (records) => records.forEach(put) });
  const orders = new Orders({ send: (id, order) => sync.order(id, order), now, me, get: (id) => store.get(id), again: (id) => refetcher.want(id) });
  const orderProgress = new OrderProgress({ t, live, cancel: (batch) => orders.cancel(batch), retry: (batch) => orders.give(known(batch.failed), batch) });
  const thumbnails = new Thumbnails(api, (examinee) => rows.refresh([examinee]));
  const selection = new Selection({ t, items: () => rows.items, changed: (examinees) => rows.refresh(examinees) });
  const makerOptions = { t, now, me, selected: selection.ids, pending: (id) => orders.pending(id), thumbnail: (examinee) => (withPictures() ? thumbnails.get(examinee) : undefined) };
  const maker = new RowMaker(makerOptions);
  const rows = new Rows($('grid'), $('rows'), {
    make: () => maker.make(),
    fill: (row, examinee) => maker.fill(row, examinee),
    tick: (row, examinee) => maker.tick(row, examinee),
    open: (examinee) => details.open(examinee),
    toggle: (examinee, range) => selection.toggle(examinee, range),
    scrolled: () => look(true),
  });
  const sortHold = new SortHold($('rows'), $('grid'));
  const orderForm = new OrderForm({ t, now, live, give });
  const details = new Details({
    api, t, now, me, items: () => rows.items, order: (kind, examinees) => orderForm.open(kind, examinees),
    again: (id) => refetcher.want(id), closed: (examinee) => rows.reveal(examinee),
  });
  const sidebar = new Sidebar({ t, now, me, alerts, jump });

  function give(examinees, order) {
    orders.give(examinees, order);
    if (examinees.length > 1) selection.keepOnly(() => false);
  }

  const known = (ids) => ids.map((id) => store.get(id)).filter(Boolean);
  const withPictures = () => $('with-pictures').checked;

  // Server events.

  function put(record) {
    const change = store.put(record);
    if (change) applyChange(change);
  }

  function applyChange({ examinee, before, ordered }, live = false) {
    changed.add(examinee);
    if (unreadable.delete(examinee.id)) banner.unreadable = [...unreadable];
    if (!examinee.whole) refetcher.want(examinee.id);
    if (ordered) {
      sidebar.did(examinee);
      sidebarChanged = true;
    }
    const bad = examinee.status === 'FAILED' || examinee.status === 'TIMEOUT';
    if (bad && (live || (filledOnce && before !== examinee.status))) alert(examinee.id, examinee.status, examinee.errorCode);
    orders.seen(examinee);
    schedule();
  }

  sync.addEventListener('message', ({ detail }) => {
    if (detail.revision === null) {
      if (detail.data.error) alert(detail.data.examineeId, 'FAILED', detail.data.error.code);
      return;
    }
    const change = store.tell(detail);
    if (change) applyChange(change, true);
  });

  sync.addEventListener('connection', ({ detail }) => {
    stop.abort();
    banner.connection(detail);
    orders.live = false;
    if (detail.status === 'connected') fill();
    orderProgress.refresh();
    schedule();
  });

  async function fill() {
    stop = new AbortController();
    const { signal } = stop;
    const progress = { done: 0, total: '…', trouble: false };
    banner.filling(progress);
    store.beginFill();
    unreadable.clear();
    try {
      await readAll({
        api, plan, signal,
        onPart: (records, total, unreadableIds) => {
          if (signal.aborted) return;
          records.forEach(put);
          unreadableIds.forEach((id) => unreadable.add(id));
          Object.assign(progress, { done: progress.done + records.length + unreadableIds.length, total, trouble: false });
          banner.filling(progress);
        },
        onTrouble: () => banner.filling(Object.assign(progress, { trouble: true })),
      });
    } catch {
      if (!signal.aborted) banner.connection({ status: 'refused' });
      return;
    }
    if (signal.aborted) return;
    store.endFill();
    selection.keepOnly((id) => store.get(id));
    filledOnce = true;
    if (rows.items.length === 0) show(null);
    banner.unreadable = [...unreadable];
    banner.filling(null);
    orders.live = true;
    schedule();
  }

  // Rendering.

  /** Nothing holds the order during the first load. Later a pointer, the focus or open details hold it. */
  function holding() {
    return filledOnce && (sortHold.now || details.isOpen);
  }

  function update() {
    frame = 0;
    filter.count();
    const hold = holding();
    if (!hold && store.unsettled > 0) show(store.settle());
    if (changed.size > 0) {
      rows.refresh(changed);
      if (details.isOpen) details.refresh();
      changed.clear();
      look();
    }
    $('held').hidden = !hold;
    if (hold) $('held-text').textContent = store.unsettled > 0 ? t('held', { count: store.unsettled }) : t('heldQuiet');
    $('release').hidden = store.unsettled === 0;
  }

  function show(moved) {
    if (moved === null) store.settle();
    const list = filter.apply(store.order);
    sortHold.ignoreProgrammaticScroll();
    rows.show(list, moved);
    selection.listed();
    const none = list.length === 0 && filledOnce;
    $('empty').hidden = !none;
    $('empty-title').textContent = t(store.size === 0 ? 'nobody' : 'noMatch');
    $('empty-hint').textContent = store.size === 0 ? t('nobodyHint') : '';
    $('show-all').hidden = store.size === 0;
    look();
  }

  function look(scrolled = false) {
    if (withPictures()) thumbnails.want(rows.shown, scrolled);
  }

  function jump(id) {
    const examinee = store.get(id);
    if (!examinee) return;
    if (!rows.items.includes(examinee)) filter.reset();
    if (!matchMedia('(min-width: 1000px)').matches) panel(false);
    rows.reveal(examinee);
  }

  let toSay = null;
  function alert(id, status, code) {
    alerts.add(id, status, code, now());
    beeper.beep();
    if (toSay) {
      toSay.count++;
      return;
    }
    toSay = { count: 1, last: `${id}: ${error(code, t)}` };
    setTimeout(() => {
      say(toSay.count === 1 ? toSay.last : t('newAlerts', toSay), true);
      toSay = null;
    }, 1500);
  }

  alerts.addEventListener('change', () => {
    if (alerts.unseen > 0 && !$('panel').hidden && !document.hidden) {
      alerts.unseen = 0;
    }
    sidebarChanged = true;
  });
  document.addEventListener('visibilitychange', () => !document.hidden && !$('panel').hidden && alerts.look());

  function title() {
    const { unseen } = alerts;
    document.title = `${unseen > 0 ? `(${unseen}) ` : ''}${plan} – ${t('title')}`;
    $('alerts-count').hidden = unseen === 0;
    $('alerts-count').textContent = unseen > 99 ? '99+' : unseen;
    $('alerts-button').setAttribute('aria-label', unseen > 0 ? t('alertsUnseen', { count: unseen }) : t('alerts'));
  }

  orders.addEventListener('change', ({ detail }) => {
    orderProgress.show(detail);
    for (const id of detail.ids.length < 200 ? detail.ids : [...rows.shown].map((examinee) => examinee.id)) {
      const examinee = store.get(id);
      if (examinee) changed.add(examinee);
    }
    schedule();
  });

  // User input.

  function panel(open) {
    $('panel').hidden = !open;
    $('alerts-button').setAttribute('aria-expanded', String(open));
    if (open) alerts.look();
    rows.measure();
  }
  $('alerts-button').addEventListener('click', () => panel($('panel').hidden));
  $('panel-close').addEventListener('click', () => {
    panel(false);
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
    button.addEventListener('click', () => orderForm.open(button.dataset.order, known([...selection.ids])));
  }

  setting('large', (on) => {
    document.documentElement.classList.toggle('large', on);
    rows.measure();
  });
  setting('with-pictures', (on) => {
    $('page').classList.toggle('with-pictures', on);
    if (!on) thumbnails.clear();
    rows.measure();
    rows.refreshAll();
    look();
  });
  setting('sound', (on, byHand) => {
    beeper.switch(on);
    if (byHand) beeper.beep(true);
    $('sound-waits').hidden = !on || beeper.ready || byHand;
  });

  onLanguage(() => {
    title();
    filter.words();
    selection.words();
    rows.refreshAll();
    banner.refresh();
    show(null);
    sidebarChanged = true;
  });

  // Limits redraws, because no one reads faster.
  setInterval(() => {
    if (!sidebarChanged) return;
    sidebarChanged = false;
    sidebar.refresh();
    title();
  }, 300);
  setInterval(() => {
    rows.tick();
    banner.refresh();
    orderProgress.refresh();
    orderForm.refresh();
    if (details.isOpen) details.refresh();
    $('sound-waits').hidden = !beeper.on || beeper.ready;
  }, 1000);
  // Shows a new hold without delay, and sorts the rows after it ends.
  setInterval(() => holding() === $('held').hidden && schedule(), 250);

  panel(matchMedia('(min-width: 1500px)').matches);
  title();
  filter.words();
  selection.words();
  banner.refresh();
  sync.start();
}

function setting(id, apply) {
  const box = $(id);
  box.checked = readPreference(id);
  box.addEventListener('change', () => {
    writePreference(id, box.checked);
    apply(box.checked, true);
  });
  apply(box.checked, false);
}

function choosePlan(plans, plan) {
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
