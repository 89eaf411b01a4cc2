// Runs the specs named, or all, one file after the other. Fails if a spec does, and if a file ran none.
import { readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

function everySpec() {
  const names = readdirSync(HERE).filter((name) => name.endsWith('.spec.mjs'));
  return names.sort().map((name) => join(HERE, name));
}

const named = process.argv.slice(2).map((path) => resolve(path));
const files = named.length > 0 ? named : everySpec();
const without = new Set(files);

/** Node reports a file without specs as a test that has the file's name and passes. */
function passed({ name, file, skip }) {
  if (name !== file && skip === undefined) {
    without.delete(file);
  }
}

function failed({ file }) {
  without.delete(file);
  process.exitCode = 1;
}

// At the very end, whatever became of the run.
process.on('exit', () => {
  const silent = [...without].map((file) => relative(process.cwd(), file));
  if (files.length === 0 || silent.length > 0) {
    process.stderr.write(`no spec ran in ${silent.join(', ') || 'e2e'}\n`);
    process.exitCode = 1;
  }
});

run({ files, concurrency: false }).on('test:pass', passed).on('test:fail', failed).compose(spec).pipe(process.stdout);
