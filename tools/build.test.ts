import { describe, expect, it } from 'vitest'
import { rewriteDeclaration, rewriteManifest } from './build.ts'

describe('rewriteManifest', () => {
  it('points at what was built, and drops what only a workspace needs', () => {
    const manifest = {
      name: '@credence/x',
      private: true,
      scripts: { test: 'x' },
      bin: { x: './src/main.ts', y: './src/launch.js' },
      exports: {
        '.': './src/index.ts',
        './a': { node: './src/a/node.ts', default: './src/a/web.ts' },
      },
      imports: { '#a': [{ node: './src/a.ts' }] },
      files: ['./src/page.html', 'src/x.ts'],
      dependencies: { y: '1.0.0' },
      devDependencies: { z: '1.0.0' },
    }
    expect(rewriteManifest(manifest)).toEqual({
      name: '@credence/x',
      bin: { x: './main.js', y: './launch.js' },
      exports: { '.': './index.js', './a': { node: './a/node.js', default: './a/web.js' } },
      imports: { '#a': [{ node: './a.js' }] },
      files: ['./src/page.html', 'src/x.ts'],
      dependencies: { y: '1.0.0' },
    })
  })
})

describe('rewriteDeclaration', () => {
  it.each([
    ["import type { A } from './a.ts';", "import type { A } from './a.js';"],
    ["import '../a.ts';\nimport './b.ts'", "import '../a.js';\nimport './b.js'"],
    ["export * from './a/b.ts';", "export * from './a/b.js';"],
    ["export { a, type B } from './a.ts';", "export { a, type B } from './a.js';"],
    ['import { a } from "./a.ts";', 'import { a } from "./a.js";'],
    ["import { a } from 'pkg/a.ts';", "import { a } from 'pkg/a.ts';"],
    [
      "/** './a.ts' */\nexport declare const a: './a.ts';",
      "/** './a.ts' */\nexport declare const a: './a.ts';",
    ],
    ['export declare const a: import("./a.ts").A;', 'export declare const a: import("./a.js").A;'],
    ['export {};', 'export {};'],
  ])('%s', (text, rewritten) => {
    expect(rewriteDeclaration('x.d.ts', text)).toBe(rewritten)
  })
})
