// Zooms, turns and moves a picture inside its box. The picture fits the box at zoom 1.

const MAX_ZOOM = 6;
const ZOOM_STEP = 1.4;
const MOVE_STEP = 0.12;

export class PictureView {
  #box;
  #image;
  #zoom = 1;
  #turn = 0;
  #x = 0;
  #y = 0;

  /** @param box clips the picture @param image fills the box with object-fit: contain */
  constructor(box, image) {
    this.#box = box;
    this.#image = image;
    image.addEventListener('load', () => this.#apply());
    box.addEventListener('pointerdown', (event) => this.#onPointer(event));
    box.addEventListener('wheel', (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 1 : -1);
    }, { passive: false });
    new ResizeObserver(() => this.#apply()).observe(box);
  }

  get isZoomed() {
    return this.#zoom > 1;
  }

  /** @param steps positive to enlarge */
  zoom(steps) {
    this.#zoom = Math.min(MAX_ZOOM, Math.max(1, this.#zoom * ZOOM_STEP ** steps));
    if (this.#zoom < 1.01) this.#zoom = 1;
    this.#apply();
  }

  /** Turns it clockwise by 90 degrees. */
  rotate() {
    this.#turn += 90;
    this.#apply();
  }

  /** Moves the visible part. @param x, y -1, 0 or 1: to the right, down */
  move(x, y) {
    this.#x -= x * MOVE_STEP * this.#box.clientWidth;
    this.#y -= y * MOVE_STEP * this.#box.clientHeight;
    this.#apply();
  }

  reset() {
    this.#zoom = 1;
    this.#turn = this.#x = this.#y = 0;
    this.#apply();
  }

  /** Handles + - 0 and R, and Shift with the arrows. Returns whether the key was one of them. */
  onKey({ key, shiftKey, altKey, ctrlKey, metaKey }) {
    if (altKey || ctrlKey || metaKey) return false;
    const move = shiftKey && { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (move) this.move(...move);
    else if (key === '+' || key === '=') this.zoom(1);
    else if (key === '-') this.zoom(-1);
    else if (key === '0') this.reset();
    else if (key === 'r' || key === 'R' || key === 'ㄱ') this.rotate();
    else return false;
    return true;
  }

  #onPointer(event) {
    if (!this.isZoomed || event.button !== 0) return;
    let { clientX, clientY } = event;
    const move = (next) => {
      this.#x += next.clientX - clientX;
      this.#y += next.clientY - clientY;
      ({ clientX, clientY } = next);
      this.#apply();
    };
    this.#box.setPointerCapture(event.pointerId);
    this.#box.addEventListener('pointermove', move);
    this.#box.addEventListener('lostpointercapture', () => this.#box.removeEventListener('pointermove', move), { once: true });
    event.preventDefault();
  }

  #apply() {
    const { clientWidth: width, clientHeight: height } = this.#box;
    const maxX = (width * (this.#zoom - 1)) / 2;
    const maxY = (height * (this.#zoom - 1)) / 2;
    this.#x = Math.min(maxX, Math.max(-maxX, this.#x));
    this.#y = Math.min(maxY, Math.max(-maxY, this.#y));
    const scale = this.#zoom * this.#fitTurned(width, height);
    const isPlain = scale === 1 && this.#turn === 0;
    this.#image.style.transform = isPlain ? '' : `translate(${this.#x}px, ${this.#y}px) rotate(${this.#turn}deg) scale(${scale})`;
    this.#box.classList.toggle('zoomed', this.isZoomed);
  }

  /** The scale at which a picture that lies on its side fits the box as an upright one does. */
  #fitTurned(width, height) {
    const { naturalWidth, naturalHeight } = this.#image;
    if (this.#turn % 180 === 0 || !naturalWidth || !width) return 1;
    const upright = Math.min(width / naturalWidth, height / naturalHeight);
    return Math.min(width / naturalHeight, height / naturalWidth) / upright;
  }
}
