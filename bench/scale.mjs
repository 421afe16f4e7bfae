// npm run bench:scale -- DIR
// CPU time of the recommended rules per 1000 lines as the linted part of a folder grows, as a ratio to ESLint with no rules
// within one run. Flat means that the cost of a file does not depend on how many other files there are.
import { measure } from './overhead.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: npm run bench:scale -- DIR\n');
  process.exit(2);
}
process.stdout.write('| files | lines | ms per 1000 lines, no rules | recommended adds | × no rules | MB |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n');
for (let limit = 60, lines = 0; ; limit *= 4) {
  const result = measure(folder, ['none', 'recommended'], limit);
  if (result.lines === lines) break;
  lines = result.lines;
  const per = (seconds) => ((seconds * 1e6) / lines).toFixed(1);
  const { none, recommended } = result.cpu;
  process.stdout.write(
    `| ${result.files} | ${lines} | ${per(none)} | ${per(recommended - none)} | ${(recommended / none).toFixed(3)} | ${(result.memory / 1e6).toFixed(0)} |\n`,
  );
}
