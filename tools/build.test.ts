import { describe, expect, it } from 'vitest'
import { rewriteManifest } from './build.ts'

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
      files: ['./page.html', 'src/x.ts'],
      dependencies: { y: '1.0.0' },
    })
  })

  it('names no dependency that was bundled', () => {
    const manifest = {
      exports: { './y': './src/y.ts' },
      dependencies: { y: '1.0.0', 'y-z': '1.0.0', '@y/y': '1.0.0' },
      optionalDependencies: { koffi: '3.0.0' },
    }
    expect(rewriteManifest(manifest, ['y', '@y/y'])).toEqual({
      exports: { './y': './y.js' },
      dependencies: { 'y-z': '1.0.0' },
      optionalDependencies: { koffi: '3.0.0' },
    })
  })
})
