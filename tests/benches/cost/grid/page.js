// What the bench asks of both pages, ours and the floor: the same rows, and the same clock.
(() => {
  'use strict';
  const PHRASES = ['已排查', '电动自行车停放充电场所', '督促整改到位', '对占用堵塞消防通道的商户下达责令改正通知书', '无', '约谈物业服务企业负责人',
    '持续推进', '联合消防、住建部门开展夜间巡查', '建立台账', '下周完成复查并销号', '宣传入户'];
  const selected = '[aria-selected=true]';

  // 10,000 × 12: Chinese sentences that wrap. 100,000 × 20: short plain texts.
  window.benchData = (rows, columns, isChinese) => {
    const heads = Array.from({ length: columns }, (_, column) => [column ? `第${column}列` : '序号', column ? (isChinese ? 150 : 96) : 72]);
    const text = (row, column) => {
      if (column === 0) return String(row + 1);
      if (!isChinese) return `${row % 1000}-${column}`;
      if (column % 4 === 3) return String((row * 31 + column * 17) % 500);
      const parts = 1 + (row * 5 + column * 3) % 3;
      return Array.from({ length: parts }, (_, part) => PHRASES[(row * 7 + column * 13 + part * 5) % PHRASES.length]).join('，');
    };
    return [heads, Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => text(row, column)).join('\t'))];
  };

  // Tells when what has been drawn by the frame in which `is` holds is painted.
  window.benchPainted = (is, then) => {
    const look = () => {
      if (!is()) return requestAnimationFrame(look);
      const channel = new MessageChannel();
      channel.port1.onmessage = () => then(performance.now());
      channel.port2.postMessage(0);
    };
    requestAnimationFrame(look);
  };

  const cells = () => [...document.querySelectorAll('.grid-row:not([hidden]) .grid-cell, .row .cell')];

  // Opens the table; milliseconds until its first cells are painted.
  window.benchFirst = () => new Promise((done) => {
    const began = performance.now();
    benchOpen();
    benchPainted(() => cells().some((cell) => cell.textContent === '1'), (at) => done(at - began));
  });

  // Marks the first cell of the first row, so that it can be clicked.
  window.benchMarkFirst = () => {
    for (const marked of document.querySelectorAll('[data-bench-first]')) marked.removeAttribute('data-bench-first');
    const tops = cells().map((cell) => [cell.getBoundingClientRect(), cell]).filter(([box]) => box.left < 10 && box.top > 20);
    tops.sort(([one], [other]) => one.top - other.top)[0][1].setAttribute('data-bench-first', '');
  };

  const scroller = () => document.querySelector('.grid-scroller, .scroller');

  // Scrolls so far in so many milliseconds: frames, and the longest gap between two of them.
  window.benchScroll = (px, ms) => new Promise((done) => {
    const element = scroller();
    element.scrollTop = 0;
    let began, last, frames = 0, gap = 0;
    const step = (at) => {
      if (began === undefined) began = at;
      else { frames += 1; gap = Math.max(gap, at - last); }
      last = at;
      element.scrollTop = Math.min(1, (at - began) / ms) * px;
      if (at - began < ms) requestAnimationFrame(step);
      else done({ frames, gap, blank: blank() });
    };
    requestAnimationFrame(() => requestAnimationFrame(step));
  });

  // How much of the part in sight shows no row: a recycler that does not keep up is not fast.
  const blank = () => {
    const frame = scroller().getBoundingClientRect();
    let free = 0;
    for (let y = frame.top + 80; y < frame.bottom - 20; y += 20) {
      if (!document.elementFromPoint(frame.left + 200, y).closest('.grid-cell, .cell')) free += 1;
    }
    return free;
  };

  // Before Enter is pressed: resolves to the milliseconds from the key until the text stands in the cell, and the next is selected.
  window.benchPress = (text) => {
    const active = document.querySelector(`.grid-cell[data-active=true], .row .cell${selected}`);
    const is = () => active.textContent.includes(text) && !active.matches(`[data-active=true], .cell${selected}:not(.grid-cell)`);
    window.benchPressed = new Promise((done) => addEventListener('keydown', (event) => {
      benchPainted(is, (at) => done(at - event.timeStamp));
    }, { capture: true, once: true }));
  };

  // Pastes a text at the active cell; milliseconds until it is painted there.
  window.benchPaste = (text, last) => new Promise((done) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const began = performance.now();
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    benchPainted(() => cells().some((cell) => cell.textContent === last), (at) => done(at - began));
  });
})();
