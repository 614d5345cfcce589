// Draws the page from /api/v1/status and /api/v1/batches, once a second. Whatever a stream holds is
// put in as text, never as HTML.
"use strict";

const kPeriod = 1000; // ms between two looks
const kPatience = 5000; // ms for an answer
const kBatchesMax = 1000;
const kRowsStep = 20;

const $ = (id) => document.getElementById(id);

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    name in made ? (made[name] = value) : made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function shape(tag, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

// Only what has changed is touched: a reader's place, and what it selects, stay.
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// ---- Numbers and times, for people.

const whole = new Intl.NumberFormat("en");
const count = (n) => whole.format(n);

function short(n, unit = "") {
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e4, "k"]]) {
    if (n >= size) return `${(n / (letter === "k" ? 1e3 : size)).toFixed(n % 1e3 === 0 || (n >= 1e5 && letter === "k") ? 0 : 1)} ${letter}${unit}`.trim();
  }
  return `${n >= 100 || Number.isInteger(n) ? count(Math.round(n)) : n.toFixed(1)} ${unit}`.trim();
}

function bytes(n) {
  if (n === null) return "none";
  for (const [size, unit] of [[1e9, "GB"], [1e6, "MB"], [1e3, "KB"]]) {
    if (n >= size) return `${(n / size).toFixed(1)} ${unit}`;
  }
  return `${n} B`;
}

function duration(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms === 0) return "0";
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 60e3) return `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 1)} s`;
  const s = Math.round(ms / 1000);
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

function time(ms, withMillis = false) {
  const at = new Date(ms);
  const text = at.toLocaleTimeString("sv");
  return withMillis && ms % 1000 !== 0 ? `${text}.${String(at.getMilliseconds()).padStart(3, "0")}` : text;
}

// What would turn the direction of text, or cannot be seen, is shown as an escape, as on a terminal.
function visible(word) {
  return word.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

// ---- What is known.

let status = null;
let batches = []; // the oldest first
let awaySince = null;

const columns = [
  { name: "Batch time", value: (b) => b.end_ms, text: (b) => time(b.end_ms, true), when: true },
  { name: "Lines", value: (b) => b.lines, text: (b) => count(b.lines) },
  { name: "Words", value: (b) => b.words, text: (b) => count(b.words) },
  { name: "Distinct", value: (b) => b.distinct_words, text: (b) => count(b.distinct_words) },
  { name: "Bytes", value: (b) => b.bytes, text: (b) => count(b.bytes) },
  { name: "Scheduling delay", value: (b) => b.scheduling_delay_ms, text: (b) => duration(b.scheduling_delay_ms) },
  { name: "Processing time", value: (b) => b.processing_ms ?? Infinity, text: (b) => (b.processing_ms === null ? "processing" : duration(b.processing_ms)) },
  { name: "Total delay", value: (b) => b.total_delay_ms ?? Infinity, text: (b) => duration(b.total_delay_ms) },
];
let sortBy = 0;
let descending = true;
let rowsShown = kRowsStep;

// ---- Charts.

const rateOf = (b) => (b.lines * 1000) / status.job.batch_ms;
const charts = [
  { title: "Input rate", value: rateOf, text: (v) => `${short(v)}/s`, limited: false },
  { title: "Scheduling delay", value: (b) => b.scheduling_delay_ms, text: duration, limited: false },
  { title: "Processing time", value: (b) => b.processing_ms, text: duration, limited: true },
  { title: "Total delay", value: (b) => b.total_delay_ms, text: duration, limited: true },
];

// The next of 1, 2, 5, 10 … that is not below.
function ceiling(value) {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * size).find((n) => n >= value * 0.999);
}

class Chart {
  constructor(what) {
    this.what = what;
    this.cursor = null; // the batch that is looked at, by its end
    this.svg = shape("svg", { role: "img", tabindex: "0" });
    this.summary = element("output");
    const caption = element("figcaption", {}, element("b", { textContent: what.title }), this.summary);
    this.figure = element("figure", {}, caption, this.svg);
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerleave", () => this.look(null));
    this.svg.addEventListener("blur", () => this.look(null));
    this.svg.addEventListener("keydown", (event) => this.step(event));
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  points() {
    return batches.filter((b) => this.what.value(b) !== null);
  }

  look(end) {
    this.cursor = end;
    this.draw();
  }

  step(event) {
    const points = this.points();
    const moves = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -kBatchesMax, End: kBatchesMax };
    if (!(event.key in moves) || points.length === 0) return;
    event.preventDefault();
    const at = points.findIndex((b) => b.end_ms === this.cursor);
    const from = at < 0 ? points.length - 1 : at;
    this.look(points[Math.min(points.length - 1, Math.max(0, from + moves[event.key]))].end_ms);
  }

  point(event) {
    const points = this.points();
    if (points.length === 0) return;
    const box = this.svg.getBoundingClientRect();
    const share = (event.clientX - box.left - this.left) / (box.width - this.left);
    const first = points[0].end_ms;
    const wanted = first + share * (points[points.length - 1].end_ms - first);
    this.look(points.reduce((a, b) => (Math.abs(b.end_ms - wanted) < Math.abs(a.end_ms - wanted) ? b : a)).end_ms);
  }

  draw() {
    if (status === null) return;
    const { value, text, title, limited } = this.what;
    const points = this.points();
    const width = this.svg.clientWidth || 400;
    const height = this.svg.clientHeight || 144;
    this.left = 64;
    const base = height - 18;
    const values = points.map(value);
    const most = values.length === 0 ? 0 : Math.max(...values);
    const limit = limited && most > status.job.batch_ms / 20 ? status.job.batch_ms : 0;
    const top = ceiling(Math.max(most, limit, 1e-3));
    const first = points.length === 0 ? 0 : points[0].end_ms;
    const span = points.length < 2 ? 1 : points[points.length - 1].end_ms - first;
    const x = (b) => this.left + ((b.end_ms - first) / span) * (width - this.left - 4);
    const y = (v) => base - (v / top) * (base - 8);

    const parts = [];
    for (const share of [0, 0.5, 1]) {
      const at = y(share * top);
      parts.push(shape("line", { class: "grid", x1: this.left, x2: width, y1: at, y2: at }));
      const label = shape("text", { class: "axis", x: this.left - 6, y: at + 4, "text-anchor": "end" });
      label.textContent = text(share * top);
      parts.push(label);
    }
    if (points.length > 1) {
      for (const [b, anchor] of [[points[0], "start"], [points[points.length - 1], "end"]]) {
        const label = shape("text", { class: "axis", x: x(b), y: height - 3, "text-anchor": anchor });
        label.textContent = time(b.end_ms);
        parts.push(label);
      }
    }
    if (points.length > 0) {
      const path = points.map((b, i) => `${i === 0 ? "M" : "L"}${x(b).toFixed(1)} ${y(values[i]).toFixed(1)}`).join("");
      parts.push(shape("path", { class: "area", d: `${path}L${x(points[points.length - 1]).toFixed(1)} ${base}L${this.left} ${base}Z` }));
      parts.push(shape("path", { class: "curve", d: path }));
    }
    if (limit > 0) parts.push(shape("line", { class: "limit", x1: this.left, x2: width, y1: y(limit), y2: y(limit) }));
    const looked = points.find((b) => b.end_ms === this.cursor);
    if (looked !== undefined) {
      parts.push(shape("line", { class: "cursor", x1: x(looked), x2: x(looked), y1: 8, y2: base }));
      parts.push(shape("circle", { class: "dot", cx: x(looked), cy: y(value(looked)), r: 3.5 }));
    }
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren(...parts);

    const mean = values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
    const summary = values.length === 0 ? "no batch yet"
      : `last ${text(values[values.length - 1])}, mean ${text(mean)}, most ${text(most)}`;
    say(this.summary, looked === undefined ? summary : `${time(looked.end_ms, true)}: ${text(value(looked))}`);
    this.svg.setAttribute("aria-label", `${title} of ${values.length} batches: ${summary}`);
  }
}

const drawn = charts.map((what) => new Chart(what));

// ---- The rest of the page.

function tiles(list, entries) {
  if (list.children.length !== entries.length) {
    list.replaceChildren(...entries.map(() => element("div", {}, element("dt"), element("dd"))));
  }
  entries.forEach(([name, text], i) => {
    say(list.children[i].firstChild, name);
    say(list.children[i].lastChild, text);
  });
}

function rows(body, number, cells) {
  while (body.rows.length > number) body.deleteRow(-1);
  while (body.rows.length < number) {
    body.append(element("tr", {}, ...Array.from({ length: cells }, () => element("td"))));
  }
  return [...body.rows];
}

function showState() {
  const isWell = status.healthy && awaySince === null;
  $("state").className = `state ${isWell ? "well" : "ill"}`;
  say($("state-text"), awaySince !== null ? "no answer" : status.healthy ? "all is well" : "something is wrong");
  $("problems").hidden = status.problems.length === 0;
  if ($("problems").children.length !== status.problems.length) {
    $("problems").replaceChildren(...status.problems.map(() => element("li")));
  }
  status.problems.forEach((text, i) => say($("problems").children[i], text));
  document.title = `${isWell ? "" : "⚠ "}wordstream ${status.job.source}`;
  say($("source"), status.job.source);
}

function showNow() {
  const last = batches[batches.length - 1];
  const done = batches.filter((b) => b.total_delay_ms !== null).at(-1);
  tiles($("now"), [
    ["Input rate", last === undefined ? "–" : `${short(rateOf(last))} lines/s`],
    ["Total delay", done === undefined ? "–" : duration(done.total_delay_ms)],
    ["Lines", count(status.counters.lines)],
    ["Words", count(status.counters.words)],
    ["Words alive", count(status.words_alive)],
    ["Memory", bytes(status.memory_bytes)],
    ["Journal", bytes(status.journal_bytes)],
    ["Running for", duration(Math.floor(status.uptime_seconds) * 1000)],
  ]);
}

function shownWord(row) {
  if (row.word === "") return element("i", { textContent: "(empty)" });
  const word = element("bdi", { textContent: visible(row.word) });
  if (row.cut_from_bytes === undefined) return word;
  return element("span", {}, word, element("i", { textContent: ` … (${bytes(row.cut_from_bytes)})` }));
}

function showWords() {
  const words = status.words;
  const list = words === null ? [] : words.rows;
  $("words-none").hidden = list.length !== 0;
  say($("words-none"), words === null ? "Nothing is counted yet." : "No word is in it.");
  say($("words-span"), words === null ? "" :
    `${time(words.start_ms)} to ${time(words.end_ms)}${words.partial ? ", partial" : ""}${words.changed_only ? ", what changed of the totals" : ""}: ` +
    `${count(words.distinct)} different, ${count(words.total)} in all`);
  const most = list.length === 0 ? 1 : list[0].count;
  rows($("words").tBodies[0], list.length, 3).forEach((row, i) => {
    const { count: number } = list[i];
    const [word, bar, counted] = row.cells;
    word.className = "word";
    counted.className = "number count";
    const key = JSON.stringify(list[i]);
    if (row.dataset.key !== key) {
      row.dataset.key = key;
      word.replaceChildren(shownWord(list[i]));
      word.title = visible(list[i].word).slice(0, 300);
      const length = element("span", { className: "bar", "aria-hidden": "true" });
      bar.replaceChildren(length, element("span", { className: "unseen" }));
      say(counted, count(number));
    }
    bar.firstChild.style.width = `${(100 * number) / most}%`;
    say(bar.lastChild, `${((100 * number) / Math.max(1, words.total)).toFixed(1)} %`);
  });
}

function showSinks() {
  rows($("sinks").tBodies[0], status.sinks.length, 6).forEach((row, i) => {
    const sink = status.sinks[i];
    row.className = sink.connected ? "" : "ill";
    [2, 3].forEach((number) => (row.cells[number].className = "number"));
    row.cells[4].className = "when";
    say(row.cells[0], sink.name);
    say(row.cells[1], sink.connected ? (sink.lag_batches > 1 ? "behind" : "up to date") : `waiting: ${sink.why_not}`);
    say(row.cells[2], sink.lag_batches === 0 ? "none"
      : `${count(sink.lag_batches)} batch${sink.lag_batches === 1 ? "" : "es"}, ${duration(sink.lag_seconds * 1000)}`);
    say(row.cells[3], count(sink.last_batch));
    say(row.cells[4], sink.last_transaction_ms === null ? "none in this run" : time(sink.last_transaction_ms));
    say(row.cells[5], sink.promise);
  });
}

function showSource() {
  const { job, source, counters } = status;
  const kind = job.total ? "running totals"
    : job.window_ms !== null ? `window of ${duration(job.window_ms)} every ${duration(job.slide_ms)}` : "batch by batch";
  tiles($("source-facts"), [
    ["State", source.state],
    ["Batch interval", `${duration(job.batch_ms)}, ${kind}`],
    ["Connections so far", count(counters.connections)],
    ["Clients now", count(source.clients)],
    ["Messages behind the end", count(source.lag_records)],
    ["Mode", job.mode],
    ["Threads", `${status.threads}, of them counting ${job.counting_threads}`],
    ["Bytes", count(counters.received_bytes)],
  ]);
}

const lossNames = {
  cut_lines: "Lines cut", dropped_lines: "Unfinished lines dropped", grown_lines: "Lines counted as two",
  left_out_lines: "Lines left out (--grep, --skip)", lines_without_selection: "Lines that gave nothing",
  skipped_ticks: "Ticks skipped", uncounted_bytes: "Bytes not counted", failed_accepts: "Clients not let in at once",
  dropped_repeats: "Repeats dropped", gaps: "Gaps", gap_bytes: "Bytes in gaps", lines_without_key: "Lines without a key",
  bad_frames: "Frames not understood", new_generations: "Producers begun anew", mistaken_lines: "Lines taken for repeats",
  forgotten_producers: "Producers forgotten", truncated_files: "Files truncated", lost_files: "Files lost",
  repeated_files: "Files counted again", forgotten_files: "Files forgotten", skipped_zero_bytes: "Zeros skipped",
  lost_messages: "Messages lost", lost_rows: "Rows lost", truncated_words: "Words truncated",
};

function showLosses() {
  const found = Object.entries(lossNames).filter(([key]) => status.counters[key] !== 0);
  $("losses-none").hidden = found.length !== 0;
  tiles($("losses"), found.map(([key, name]) => [name, count(status.counters[key])]));
}

function showBatches() {
  const { value } = columns[sortBy];
  const sorted = [...batches].sort((a, b) => (descending ? value(b) - value(a) : value(a) - value(b)) || b.end_ms - a.end_ms);
  const list = sorted.slice(0, rowsShown);
  say($("batches-count"), `the last ${count(batches.length)} of ${count(status.counters.batches)}`);
  $("more").hidden = sorted.length <= rowsShown;
  rows($("batches").tBodies[0], list.length, columns.length).forEach((row, i) => {
    columns.forEach((column, at) => {
      row.cells[at].className = column.when ? "when" : "number";
      say(row.cells[at], column.text(list[i]));
    });
  });
}

function show() {
  if (status === null) return;
  showState();
  showNow();
  drawn.forEach((chart) => chart.draw());
  say($("charts-span"), batches.length === 0 ? "" : `since ${time(batches[0].end_ms)}`);
  showWords();
  showSinks();
  showSource();
  showLosses();
  showBatches();
  say($("about"), `wordstream ${status.version}, process ${status.pid} on ${status.host}, since ${new Date(status.started_ms).toLocaleString("sv")}`);
}

// ---- Asking.

async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(kPatience), cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

// From the first batch that was not processed when it was told last.
function knownUntil() {
  const open = batches.findIndex((b) => b.processing_ms === null);
  const known = open < 0 ? batches : batches.slice(0, open);
  return known.length === 0 ? 0 : known[known.length - 1].end_ms;
}

async function lookAtBatches() {
  const after = knownUntil();
  const fresh = (await ask(`api/v1/batches?limit=${kBatchesMax}&after=${after}`)).batches;
  batches = [...batches.filter((b) => b.end_ms <= after), ...fresh].slice(-kBatchesMax);
}

async function lookAtProducers() {
  if (!$("producers-box").open) return;
  const { count: all, producers } = await ask("api/v1/producers?limit=100");
  rows($("producers").tBodies[0], producers.length, 2).forEach((row, i) => {
    row.cells[1].className = "number";
    say(row.cells[0], visible(producers[i].name));
    say(row.cells[1], count(producers[i].offset));
  });
  say($("producers-more"), all === 0 ? "None are kept: that takes a checkpoint, and a source that can be read again."
    : all > producers.length ? `${count(producers.length)} of ${count(all)}` : "");
}

async function look() {
  try {
    const next = await ask("api/v1/status");
    // Another run answers here now: what was known is not of it.
    if (status !== null && next.started_ms !== status.started_ms) batches = [];
    status = next;
    await lookAtBatches();
    await lookAtProducers();
    awaySince = null;
  } catch {
    awaySince ??= Date.now();
  }
  $("away").hidden = awaySince === null;
  if (awaySince !== null) say($("away"), `No answer since ${time(awaySince)}: what stands here is old. Asking again until there is one.`);
  show();
}

async function run() {
  for (;;) {
    if (!document.hidden) await look();
    await new Promise((done) => setTimeout(done, kPeriod));
  }
}

columns.forEach((column, at) => {
  const button = element("button", { type: "button", textContent: column.name });
  const head = element("th", { scope: "col", className: column.when ? "" : "number" }, button);
  if (at === sortBy) head.setAttribute("aria-sort", "descending");
  button.addEventListener("click", () => {
    descending = sortBy === at ? !descending : true;
    sortBy = at;
    [...$("batches").tHead.rows[0].cells].forEach((cell) => cell.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    show();
  });
  $("batches").tHead.rows[0].append(head);
});
$("more").addEventListener("click", () => {
  rowsShown += 5 * kRowsStep;
  show();
});
$("producers-box").addEventListener("toggle", look);
document.addEventListener("visibilitychange", () => document.hidden || look());
$("charts").append(...drawn.map((chart) => chart.figure));
run();
