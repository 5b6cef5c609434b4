// Puts what Vite built where the program embeds it, compressed beforehand, and beside it the
// documents that the console names by their hashes. It refuses a console that has grown too large,
// so the last good one stays.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(web, "dist");
const embedded = join(web, "../api/assets/console");
const LARGEST = 300 * 1024;
const IS_COMPRESSED = /\.(woff2|png)$/;

async function filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
  return (await Promise.all(found)).flat();
}

const files = await Promise.all(
  (await filesBelow(built)).map(async (path) => {
    const bytes = await readFile(path);
    const name = relative(built, path);
    if (IS_COMPRESSED.test(path)) return { name, bytes };
    return { name, bytes, br: brotliCompressSync(bytes), gz: gzipSync(bytes, { level: 9 }) };
  }),
);
const size = files.reduce((sum, { bytes, gz }) => sum + (gz ?? bytes).length, 0);
const told = `${(size / 1024).toFixed(1)} KiB compressed, of ${LARGEST / 1024} KiB allowed`;
if (size > LARGEST) {
  console.error(`the console is too large: ${told}`);
  process.exit(1);
}

// An image is built where nothing is embedded yet.
await mkdir(embedded, { recursive: true });
for (const entry of await readdir(embedded)) {
  if (entry !== ".gitignore") await rm(join(embedded, entry), { recursive: true });
}
for (const { name, bytes, br, gz } of files) {
  const path = join(embedded, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  if (br) await writeFile(`${path}.br`, br);
  if (gz) await writeFile(`${path}.gz`, gz);
}
await copyFile(join(web, "src/gql/persisted-documents.json"), join(embedded, "documents.json"));
console.log(`console: ${files.length} files, ${told}`);
