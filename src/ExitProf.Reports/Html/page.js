'use strict';
// Without this script the page says the same: marks have titles, tables their figures. With it: a tip at the pointer and at the keyboard's focus, one
// stage lit up in every chart and table, tables sorted and filtered, and zoom where curves crowd.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const drawn = name => document.createElementNS('http://www.w3.org/2000/svg', name);
const tip = document.createElement('div');
tip.className = 'tip';
tip.hidden = true;
tip.setAttribute('aria-hidden', 'true');
document.body.append(tip);

let focused = false;
const say = (text, x, y, focus = false) => {
  // Focus scrolls, and the pointer then leaves what it was over: that must not take the tip of the focus away.
  if (!text && focused && !focus) return;
  tip.textContent = text;
  tip.hidden = !text;
  focused = focus && !!text;
  if (!text) return;
  const w = tip.offsetWidth, h = tip.offsetHeight;
  tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - w - 8)) + 'px';
  tip.style.top = (y + h + 24 > innerHeight ? Math.max(4, y - h - 10) : y + 16) + 'px';
};
const light = key => all('[data-k]').forEach(e => e.classList.toggle('lit', key !== null && e.dataset.k === key));

// The phone's form of a chart takes the tips from the other one.
const tipOf = new Map();
for (const figure of all('figure')) {
  const forms = all('.marks', figure).map(marks => all('rect', marks));
  forms[0]?.forEach((mark, i) => forms.forEach(form => form[i] && tipOf.set(form[i], mark.querySelector('title')?.textContent ?? '')));
}
for (const marks of all('svg .marks')) {
  const own = all('rect', marks), chart = marks.closest('svg');
  // What can be focused must not be inside an image, which hides it from screen readers.
  chart.setAttribute('role', 'group');
  own.forEach((mark, i) => {
    const text = tipOf.get(mark) ?? '';
    mark.querySelector('title')?.remove();
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', text);
    mark.setAttribute('tabindex', i ? -1 : 0);
    const show = (x, y, focus) => { say(text, x, y, focus); light(mark.dataset.k); };
    const end = focus => { say('', 0, 0, focus); light(null); };
    mark.addEventListener('pointermove', e => show(e.clientX, e.clientY));
    mark.addEventListener('pointerleave', () => end(false));
    mark.addEventListener('focus', () => { const box = mark.getBoundingClientRect(); show(box.left, box.bottom, true); });
    mark.addEventListener('blur', () => end(true));
    mark.addEventListener('keydown', e => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key], next = own[i + step];
      if (e.key === 'Escape') mark.blur();
      if (!step || !next) return;
      e.preventDefault();
      mark.setAttribute('tabindex', -1);
      next.setAttribute('tabindex', 0);
      next.focus();
    });
  });
}
for (const row of all('tr[data-k]')) {
  row.addEventListener('pointerenter', () => light(row.dataset.k));
  row.addEventListener('pointerleave', () => light(null));
}

// A click on a heading sorts, a third one puts the rows back; sums and remainders stay at the end.
const figure = cell => {
  const text = cell.textContent.trim().replace(/−/g, '-'), number = parseFloat(text.replace(/^[≤+]+/, '').replace(/,/g, ''));
  return Number.isNaN(number) ? text : number;
};
for (const table of all('table')) {
  const body = table.tBodies[0], rows = [...body.rows], sorted = rows.filter(r => !/\b(rest|sum)\b/.test(r.className)), rest = rows.filter(r => !sorted.includes(r));
  if (sorted.length < 3 || body.querySelector('[rowspan]') || sorted.some(r => r.querySelector('[colspan]'))) continue;
  all('thead th', table).forEach((heading, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener('click', () => {
      const now = heading.getAttribute('aria-sort'), next = now === 'descending' ? 'ascending' : now ? null : 'descending', sign = next === 'ascending' ? 1 : -1;
      all('thead th', table).forEach(h => h.removeAttribute('aria-sort'));
      if (next) heading.setAttribute('aria-sort', next);
      const by = (a, b) => {
        const p = figure(a.cells[column]), q = figure(b.cells[column]);
        return typeof p !== typeof q ? (typeof p === 'number' ? -1 : 1) : p < q ? -sign : p > q ? sign : 0;
      };
      body.append(...(next ? [...sorted].sort(by) : sorted), ...rest);
    });
  });
}

// A long table is filtered by any text of its rows, and by the result of each where it has one; the choice jumps to a row.
for (const place of all('.filter')) {
  const rows = [...place.nextElementSibling.querySelector('tbody').rows], input = document.createElement('input'), count = document.createElement('span');
  const choice = (label, first, options) => {
    const select = document.createElement('select');
    select.setAttribute('aria-label', label);
    for (const [text, value] of [[first, ''], ...options]) select.append(new Option(text, value));
    return select;
  };
  const results = [...new Set(rows.map(r => r.dataset.verdict).filter(v => v))].sort();
  const result = choice('show rows with this result', 'every result', results.map(v => [`${v}: ${rows.filter(r => r.dataset.verdict === v).length}`, v]));
  const links = rows.map(r => r.querySelector('th a[href^="#"]')).filter(a => a);
  const jump = choice('go to the figures of', 'go to …', links.map(a => [a.textContent, a.hash]));
  input.type = 'search';
  input.placeholder = 'filter';
  input.setAttribute('aria-label', 'show rows that have this text');
  count.setAttribute('role', 'status');
  place.append(input);
  if (results.length > 1) place.append(result);
  if (links.length) place.append(jump);
  place.append(count);
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    rows.forEach(r => { r.hidden = !words.every(w => r.textContent.toLowerCase().includes(w)) || !!result.value && r.dataset.verdict !== result.value; });
    count.textContent = input.value || result.value ? ` ${rows.filter(r => !r.hidden).length} of ${rows.length}` : '';
  };
  input.addEventListener('input', show);
  result.addEventListener('change', show);
  jump.addEventListener('change', () => {
    if (jump.value) location.hash = jump.value;
    jump.value = '';
  });
}

// A link leads to what it names, folded or not.
const open = () => {
  for (let e = location.hash && document.getElementById(location.hash.slice(1)); e; e = e.parentElement) if (e.localName === 'details') e.open = true;
};
addEventListener('hashchange', open);
open();

// Curves: the value where the pointer is; dragging zooms in, a double click, Escape or the button zooms out.
for (const chart of all('svg[data-x]')) {
  const [left, right, top, bottom, low, high] = chart.dataset.x.split(' ').map(Number), curves = all('.curve', chart), ticks = chart.querySelector('.ticks');
  const grid = chart.querySelector('.s-grid'), whole = [ticks?.innerHTML, grid?.getAttribute('d')];
  if (!ticks || !grid) continue;
  let from = low, to = high, start = null;
  const at = v => left + (right - left) * (v - from) / (to - from), number = v => v.toLocaleString('en', { maximumSignificantDigits: 4 });
  const band = chart.appendChild(drawn('rect')), reset = document.createElement('button');
  band.setAttribute('class', 'band');
  band.setAttribute('y', top);
  band.setAttribute('height', bottom - top);
  band.setAttribute('width', 0);
  reset.type = 'button';
  reset.className = 'reset';
  reset.textContent = 'whole axis';
  reset.hidden = true;
  chart.after(reset);
  // 1, 2 or 5 times a power of ten; within a decade equal steps.
  const round = () => {
    const a = 10 ** from, b = 10 ** to, found = [];
    if (b / a > 20) {
      for (let p = Math.floor(from); 10 ** p <= b; p++) for (const m of [1, 2, 5]) if (m * 10 ** p >= a && m * 10 ** p <= b) found.push(m * 10 ** p);
    } else {
      const least = (b - a) / 7, power = 10 ** Math.floor(Math.log10(least)), step = power * [1, 2, 5, 10].find(m => m * power >= least);
      for (let i = Math.ceil(a / step); i * step <= b; i++) found.push(i * step);
    }
    let last = -1e9;
    return found.filter(v => at(Math.log10(v)) - last > 56 && (last = at(Math.log10(v))));
  };
  const zoom = (a, b) => {
    const span = Math.max(b - a, 1e-4);
    [from, to] = span >= high - low ? [low, high] : [Math.max(low, Math.min(a, high - span)), Math.min(high, Math.max(b, low + span))];
    const k = (high - low) / (to - from), shift = left - k * (left + (right - left) * (from - low) / (high - low));
    reset.hidden = from === low && to === high;
    curves.forEach(c => reset.hidden ? c.removeAttribute('transform') : c.setAttribute('transform', `translate(${shift} 0) scale(${k} 1)`));
    if (reset.hidden) {
      ticks.innerHTML = whole[0];
      grid.setAttribute('d', whole[1]);
      return;
    }
    const values = round();
    grid.setAttribute('d', values.map(v => `M${at(Math.log10(v))} ${bottom}V${top}`).join(''));
    ticks.replaceChildren(...values.map(v => {
      const label = drawn('text');
      label.setAttribute('x', at(Math.log10(v)));
      label.setAttribute('y', bottom + 15);
      label.setAttribute('class', 't12 m f-faint');
      label.textContent = number(v);
      return label;
    }));
  };
  const point = e => new DOMPoint(e.clientX, e.clientY).matrixTransform(chart.getScreenCTM().inverse());
  const value = x => from + (to - from) * (Math.min(right, Math.max(left, x)) - left) / (right - left);
  const inside = p => p.x >= left && p.x <= right && p.y >= top && p.y <= bottom;
  chart.setAttribute('tabindex', 0);
  chart.addEventListener('pointerdown', e => {
    const p = point(e);
    if (e.button || !inside(p)) return;
    start = p.x;
    chart.setPointerCapture(e.pointerId);
  });
  chart.addEventListener('pointermove', e => {
    const p = point(e);
    if (start !== null) {
      band.setAttribute('x', Math.max(left, Math.min(start, p.x)));
      band.setAttribute('width', Math.abs(Math.min(right, Math.max(left, p.x)) - start));
    } else if (inside(p)) {
      say(`${number(10 ** value(p.x))} ${chart.dataset.unit}`, e.clientX, e.clientY);
    } else if (!e.target.closest('.marks')) {
      say('');
    }
  });
  const drop = e => {
    const x = point(e).x;
    if (start !== null && e.type === 'pointerup' && Math.abs(x - start) > 8) zoom(value(Math.min(x, start)), value(Math.max(x, start)));
    start = null;
    band.setAttribute('width', 0);
  };
  chart.addEventListener('pointerup', drop);
  chart.addEventListener('pointercancel', drop);
  chart.addEventListener('pointerleave', () => say(''));
  chart.addEventListener('dblclick', () => zoom(low, high));
  reset.addEventListener('click', () => zoom(low, high));
  chart.addEventListener('keydown', e => {
    if (e.target !== chart) return;
    const span = to - from, moved = { '+': [span / 4, -span / 4], '=': [span / 4, -span / 4], '-': [-span / 2, span / 2], ArrowLeft: [-span / 4, -span / 4], ArrowRight: [span / 4, span / 4] }[e.key];
    if (e.key === 'Escape' || e.key === '0') zoom(low, high);
    if (!moved) return;
    e.preventDefault();
    zoom(from + moved[0], to + moved[1]);
  });
}
