// npm run bench:scale -- DIR [--lines 10000,100000,…]
// What the recommended rules cost as the linted part of one repository grows: CPU time per 1000 lines, cold and warm (the
// second lint of the same files in the same process), against ESLint with no rules in the same process, and memory against a
// process of its own with no rules. Writes the table and a picture into bench/scale.md and bench/scale.svg.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

import { measure } from './overhead.mjs';

const args = process.argv.slice(2);
const [folder] = args;
if (folder === undefined || folder.startsWith('--')) {
  process.stderr.write('usage: npm run bench:scale -- DIR [--lines 10000,100000,…]\n');
  process.exit(2);
}
const at = args.indexOf('--lines');
const steps = (at === -1 ? '10000,30000,100000,300000,1000000' : args[at + 1]).split(',').map(Number);

const points = [];
for (const linesMax of steps) {
  const { files, lines, cpu, warm } = measure(folder, ['none', 'recommended'], linesMax, 2);
  const [alone, ruled] = ['none', 'recommended'].map((set) => ({ set, ...measure(folder, [set], linesMax) }));
  const per = (seconds) => (seconds * 1e6) / lines;
  points.push({
    files,
    lines,
    none: per(cpu.none),
    cold: per(cpu.recommended - cpu.none),
    warm: per(warm.recommended - warm.none),
    coldRatio: cpu.recommended / cpu.none,
    warmRatio: warm.recommended / warm.none,
    apartRatio: ruled.cpu.recommended / alone.cpu.none,
    memory: (ruled.memory - alone.memory) / 1e6,
  });
  process.stderr.write(`${JSON.stringify(points.at(-1))}\n`);
  if (lines < linesMax) break;
}

const row = (point) =>
  `| ${point.files} | ${point.lines} | ${point.none.toFixed(1)} | ${point.cold.toFixed(1)} | ${point.warm.toFixed(1)} | ${point.coldRatio.toFixed(3)} | ${point.warmRatio.toFixed(3)} | ${point.apartRatio.toFixed(3)} | ${point.memory.toFixed(0)} |`;
const table = [
  '| files | lines | no rules, ms per 1000 lines | rules add, cold | rules add, warm | × no rules, cold | × no rules, warm | × no rules, cold, processes apart | MB above no rules |',
  '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ...points.map(row),
].join('\n');
process.stdout.write(`${table}\n`);

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
writeFileSync(here('scale.svg'), draw(points));
const page = readFileSync(here('scale.md'), 'utf8');
writeFileSync(
  here('scale.md'),
  page.replace(
    /<!-- begin table -->[\s\S]*<!-- end table -->/,
    `<!-- begin table -->\n\nMeasured on ${basename(folder).replace('__', '/')}:\n\n${table}\n\n<!-- end table -->`,
  ),
);

/** Cost per 1000 lines over the number of lines, the latter on a logarithmic axis. */
function draw(points) {
  const [width, height, left, bottom, top] = [640, 360, 60, 50, 30];
  const decades = points.map(({ lines }) => Math.log10(lines));
  const [from, to] = [Math.min(...decades), Math.max(...decades)];
  const highest = Math.max(...points.flatMap(({ none, cold, warm }) => [none, cold, warm])) * 1.1;
  const x = (lines) => left + ((Math.log10(lines) - from) / (to - from || 1)) * (width - left - 20);
  const y = (value) => height - bottom - (Math.max(0, value) / highest) * (height - bottom - top);
  const series = [
    ['none', 'ESLint, no rules', '#888888'],
    ['cold', 'the rules add, cold', '#c0392b'],
    ['warm', 'the rules add, warm', '#2471a3'],
  ];
  const lines = series.map(([key, label, colour], index) => {
    const path = points.map((point) => `${x(point.lines).toFixed(1)},${y(point[key]).toFixed(1)}`).join(' ');
    const dots = points.map((point) => `<circle cx="${x(point.lines).toFixed(1)}" cy="${y(point[key]).toFixed(1)}" r="3" fill="${colour}"/>`).join('');
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}<text x="${left + 10 + index * 180}" y="18" fill="${colour}">${label}</text>`;
  });
  const ticks = points.map(
    ({ lines }) => `<text x="${x(lines).toFixed(1)}" y="${height - bottom + 18}" text-anchor="middle">${Math.round(lines / 1000)} k</text>`,
  );
  const scale = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const value = part * highest;
    return `<text x="${left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toFixed(0)}</text><line x1="${left}" x2="${width - 20}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#dddddd"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${scale.join('\n')}
${lines.join('\n')}
${ticks.join('\n')}
<text x="${(width + left) / 2}" y="${height - 10}" text-anchor="middle">lines linted</text>
<text x="14" y="${height / 2}" text-anchor="middle" transform="rotate(-90 14 ${height / 2})">ms of CPU per 1000 lines</text>
</svg>
`;
}
