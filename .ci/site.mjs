// Builds the site that the server embeds: WASM, its glue, the style sheet, the public files, each beside its
// compressed forms, into server/site. `release` optimises for size, `gate` for the time that it takes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import esbuild from 'esbuild';
import { bundle } from 'lightningcss';

const profile = process.argv[2] === 'release' ? 'wasm-release' : 'gate';
const isRelease = profile === 'wasm-release';
const target = process.env.CARGO_TARGET_DIR;
const work = join(target, 'site', profile);
const site = 'server/site';
const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' });

// The compiler: rustup's with its WASM target, or Debian's with the standard library that .ci/setup built.
const debian = process.env.WASM_RUSTC;
const home = process.env.CARGO_HOME ?? join(process.env.HOME, '.cargo');
const registries = join(home, 'registry', 'src');
const crates = existsSync(registries) ? readdirSync(registries).map((name) => join(registries, name)) : [];
const shortened = [home, ...crates].map((path) => `--remap-path-prefix=${path}/=`);
const env = {
  ...process.env,
  // As in .cargo/config.toml; and no path of this machine in what browsers get.
  CARGO_ENCODED_RUSTFLAGS: ['--cfg', 'erase_components', ...shortened, ...(process.env.WASM_RUSTFLAGS?.split(' ') ?? [])].join('\x1f'),
  ...(debian && { RUSTC: debian, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: 'wasm-ld-19' }),
};
const cargo = process.env.WASM_CARGO ?? 'cargo';
execFileSync(cargo, ['rustc', '--locked', '-p', 'keyturn-app', '--lib', '--crate-type', 'cdylib', '--features', 'hydrate',
  '--target', 'wasm32-unknown-unknown', '--profile', profile, '--', '-Clink-arg=--emit-relocs'], { stdio: 'inherit', env });

// Lazy routes become files of their own.
rmSync(work, { recursive: true, force: true });
mkdirSync(join(work, 'split'), { recursive: true });
run('wasm-split-cli', '--target', 'web', '--out-name', 'keyturn',
  join(target, 'wasm32-unknown-unknown', profile, 'keyturn_app.wasm'), join(work, 'split'));
run('wasm-bindgen', '--target', 'web', '--keep-lld-exports', '--no-typescript', '--out-name', 'keyturn',
  '--out-dir', join(work, 'pkg'), join(work, 'split', 'keyturn.wasm'));
for (const file of readdirSync(join(work, 'split'))) {
  if (/^split_.*\.wasm$|^chunk_.*\.wasm$|^__wasm_split.*\.js$/.test(file)) {
    cpSync(join(work, 'split', file), join(work, 'pkg', file));
  }
}
renameSync(join(work, 'pkg', 'keyturn_bg.wasm'), join(work, 'pkg', 'keyturn.wasm'));
if (isRelease) {
  // Named one by one: with all features wasm-opt emits what browsers refuse.
  const features = ['bulk-memory', 'nontrapping-float-to-int', 'sign-ext', 'mutable-globals', 'reference-types', 'multivalue']
    .map((feature) => `--enable-${feature}`);
  for (const file of readdirSync(join(work, 'pkg')).filter((name) => name.endsWith('.wasm'))) {
    const path = join(work, 'pkg', file);
    // The linker puts nothing into the first kilobyte, so that addresses can be folded. Sorted by name, functions of a kind
    // lie side by side, which brotli likes.
    run('node_modules/.bin/wasm-opt', '-O2', '--low-memory-unused', '--gufa-optimizing', '-Os', '--one-caller-inline-max-function-size=30', '--reorder-functions-by-name', ...features, path, '-o', path);
  }
}
const css = bundle({ filename: 'style/main.css', minify: true, targets: { chrome: 123 << 16, firefox: 120 << 16, safari: (17 << 16) | (5 << 8) } });
writeFileSync(join(work, 'pkg', 'keyturn.css'), css.code);
esbuild.buildSync({ entryPoints: ['app/src/shell/page.js'], bundle: true, minify: true, format: 'esm', outfile: join(work, 'pkg', 'page.js') });

// One folder, named by the hash of all that is in it: names inside the files stay as they are.
const files = readdirSync(join(work, 'pkg')).sort();
const hash = createHash('sha256');
for (const file of files) {
  const content = readFileSync(join(work, 'pkg', file));
  hash.update(`${file}\0${content.length}\0`).update(content);
}
// The server reckons it anew (`server/src/builds.rs`).
const build = hash.digest('hex').slice(0, 32);
const integrity = (file) => 'sha384-' + createHash('sha384').update(readFileSync(join(work, 'pkg', file))).digest('base64');
const described = JSON.stringify({ build, style_integrity: integrity('keyturn.css'), script_integrity: integrity('keyturn.js'), profile });

// Untouched where nothing changed, so that the server is not compiled again.
const isSame = existsSync(join(site, 'build.json')) && readFileSync(join(site, 'build.json'), 'utf8') === described;
if (!isSame) {
  rmSync(site, { recursive: true, force: true });
  mkdirSync(join(site, 'pkg', build), { recursive: true });
  for (const file of files) put(join(work, 'pkg', file), join(site, 'pkg', build, file));
}
for (const file of readdirSync('public')) {
  const to = join(site, 'public', file);
  const isUnchanged = existsSync(to) && readFileSync(to).equals(readFileSync(join('public', file)));
  if (!isUnchanged) put(join('public', file), to);
}
if (!isSame) writeFileSync(join(site, 'build.json'), described);
const wire = (file) => (readFileSync(join(site, 'pkg', build, `${file}.br`)).length / 1000).toFixed(1) + ' kB';
console.log(`site ${build} (${profile}), brotli: ` + files.map((file) => `${file} ${wire(file)}`).join(', '));

function put(from, to) {
  const bytes = readFileSync(from);
  mkdirSync(join(to, '..'), { recursive: true });
  writeFileSync(to, bytes);
  const quality = isRelease ? 11 : 4;
  writeFileSync(`${to}.br`, brotliCompressSync(bytes, {
    // One direct distance: of all settings that were tried, the smallest WASM.
    params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_NDIRECT]: 1 },
  }));
  writeFileSync(`${to}.gz`, gzipSync(bytes, { level: isRelease ? 9 : 4 }));
}
