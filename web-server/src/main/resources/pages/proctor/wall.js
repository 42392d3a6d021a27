// The picture wall: the pictures of all listed examinees side by side. Only visible pictures are loaded, because the server
// audits each view. The arrows move between pictures; + - 0 and R zoom and turn the current one, Enter opens its details.

import { setAttribute, setText } from './dom-updates.js';
import { PictureView } from './picture-view.js';
import { Thumbnails } from './pictures.js';
import { readNumber, writeNumber } from './preferences.js';

const WIDTH = 640;
const MIN_SIZE = 140;
const MAX_SIZE = 560;

export class Wall {
  #options;
  #dialog = document.getElementById('wall');
  #grid = document.getElementById('wall-grid');
  #size = document.getElementById('wall-size');
  #tiles = new Map();
  #visible = new Set();
  #active = null;
  #thumbnails;
  #observer;

  /** @param options { api, t, items() in listed order, open(examinee) } */
  constructor(options) {
    this.#options = options;
    this.#thumbnails = new Thumbnails(options.api, (examinee) => this.#draw(this.#tiles.get(examinee.id)), WIDTH);
    this.#observer = new IntersectionObserver((entries) => this.#onVisible(entries), { root: this.#grid, rootMargin: '80px' });
    this.#size.min = MIN_SIZE;
    this.#size.max = MAX_SIZE;
    this.#size.value = readNumber('wall-size', 260);
    this.#size.addEventListener('input', () => this.#resize());
    const on = (id, action) => document.getElementById(id).addEventListener('click', action);
    on('wall-close', () => this.#dialog.close());
    on('wall-in', () => this.#current?.view.zoom(1));
    on('wall-out', () => this.#current?.view.zoom(-1));
    on('wall-turn', () => this.#current?.view.rotate());
    on('wall-turn-all', () => this.#tiles.forEach(({ view }) => view.rotate()));
    on('wall-reset', () => this.#tiles.forEach(({ view }) => view.reset()));
    this.#grid.addEventListener('keydown', (event) => this.#onKey(event));
    this.#grid.addEventListener('focusin', ({ target }) => this.#setActive(this.#tileOf(target)));
    this.#grid.addEventListener('dblclick', ({ target }) => this.#open(this.#tileOf(target)));
    this.#dialog.addEventListener('close', () => this.#clear());
    this.#resize();
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    this.#dialog.showModal();
    this.refresh();
    this.#grid.querySelector('.tile')?.focus();
  }

  /** Follows the board: adds and removes tiles in the order of the ids, and draws what has changed. */
  refresh() {
    if (!this.isOpen) return;
    const { t, items } = this.#options;
    const listed = items().filter(({ pictureKey }) => pictureKey).sort((a, b) => (a.id < b.id ? -1 : 1));
    const ids = new Set(listed.map(({ id }) => id));
    for (const [id, tile] of this.#tiles) if (!ids.has(id)) this.#remove(id, tile);
    let next = this.#grid.firstElementChild;
    for (const examinee of listed) {
      const tile = this.#tiles.get(examinee.id) ?? this.#add(examinee);
      tile.examinee = examinee;
      if (tile.element === next) next = next.nextElementSibling;
      else this.#grid.insertBefore(tile.element, next);
      this.#draw(tile);
    }
    if (!this.#active || !this.#tiles.has(this.#active)) this.#setActive(this.#tiles.get(listed[0]?.id));
    setText(document.getElementById('wall-count'), listed.length > 0 ? t('wallCount', { count: listed.length }) : t('wallEmpty'));
    this.#load();
  }

  #add(examinee) {
    const element = document.createElement('button');
    element.type = 'button';
    element.className = 'tile';
    element.tabIndex = -1;
    element.dataset.id = examinee.id;
    const box = document.createElement('span');
    box.className = 'tile-picture';
    const image = document.createElement('img');
    image.alt = '';
    image.hidden = true;
    const text = document.createElement('span');
    text.className = 'tile-text';
    box.append(image, text);
    const caption = document.createElement('span');
    caption.className = 'tile-caption';
    element.append(box, caption);
    const tile = { examinee, element, image, text, caption, view: new PictureView(box, image), url: '' };
    this.#tiles.set(examinee.id, tile);
    this.#observer.observe(element);
    return tile;
  }

  #remove(id, tile) {
    const hadFocus = tile.element.contains(document.activeElement);
    const neighbour = tile.element.nextElementSibling ?? tile.element.previousElementSibling;
    this.#observer.unobserve(tile.element);
    tile.element.remove();
    this.#tiles.delete(id);
    this.#visible.delete(id);
    if (hadFocus) neighbour?.focus();
  }

  #draw(tile) {
    if (!tile) return;
    const { t } = this.#options;
    const { examinee, element, image } = tile;
    const label = examinee.name ? `${examinee.id} · ${examinee.name}` : examinee.id;
    setText(tile.caption, label);
    setAttribute(element, 'aria-label', t('pictureOf', { id: label }));
    setAttribute(element, 'data-status', examinee.status);
    if (!this.#visible.has(examinee.id)) return;
    const found = this.#thumbnails.get(examinee);
    const url = found && found !== 'none' ? found : '';
    if (url !== tile.url) {
      tile.url = url;
      if (url) image.src = url;
      else image.removeAttribute('src');
      image.hidden = !url;
    }
    setText(tile.text, url ? '' : t(found === 'none' ? 'pictureGone' : 'pictureLoading'));
    // Without a picture, its text and the caption are the name.
    if (!url) element.removeAttribute('aria-label');
  }

  #onVisible(entries) {
    for (const { target, isIntersecting } of entries) {
      const tile = this.#tileOf(target);
      if (!tile) continue;
      if (isIntersecting) this.#visible.add(tile.examinee.id);
      else this.#visible.delete(tile.examinee.id);
      this.#draw(tile);
    }
    this.#load(true);
  }

  #load(scrolled = false) {
    this.#thumbnails.setVisible([...this.#visible].map((id) => this.#tiles.get(id).examinee), scrolled);
  }

  get #current() {
    return this.#tiles.get(this.#active);
  }

  #tileOf(element) {
    return this.#tiles.get(element.closest?.('.tile')?.dataset.id);
  }

  #setActive(tile) {
    if (!tile) return;
    this.#current?.element.setAttribute('tabindex', '-1');
    this.#current?.element.classList.remove('active');
    this.#active = tile.examinee.id;
    tile.element.setAttribute('tabindex', '0');
    tile.element.classList.add('active');
    setText(document.getElementById('wall-active'), tile.examinee.id);
  }

  #onKey(event) {
    const tile = this.#tileOf(event.target);
    if (!tile) return;
    if (tile.view.onKey(event)) {
      event.preventDefault();
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.#open(tile);
      return;
    }
    const all = [...this.#grid.children];
    const place = all.indexOf(tile.element);
    const columns = all.filter(({ offsetTop }) => offsetTop === all[0].offsetTop).length;
    const target = { ArrowRight: place + 1, ArrowLeft: place - 1, ArrowDown: place + columns, ArrowUp: place - columns, Home: 0, End: all.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, target))].focus();
  }

  #open(tile) {
    if (tile) this.#options.open(tile.examinee);
  }

  #resize() {
    this.#grid.style.setProperty('--tile', `${this.#size.value}px`);
    writeNumber('wall-size', this.#size.value);
  }

  #clear() {
    for (const [id, tile] of this.#tiles) this.#remove(id, tile);
    this.#active = null;
    this.#thumbnails.clear();
  }
}
