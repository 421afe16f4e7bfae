import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The integration tests run the built plugin, as its users do. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: 'ignore' });
}
