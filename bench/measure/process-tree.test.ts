import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { parseProcessStat, parseResidentMib, readTreeFigures, selectTree } from './process-tree.ts'

const STAT =
  '4321 (a (b) c) S 17 4321 4321 0 -1 4194304 100 200 0 0 250 50 7 3 20 0 11 0 999 1000 200'

describe('parseProcessStat', () => {
  it('reads ids and times, whatever the name is', () => {
    expect(parseProcessStat(STAT)).toEqual({
      pid: 4321,
      parentPid: 17,
      cpuMs: 3000,
      endedChildrenCpuMs: 100,
    })
  })
})

describe('parseResidentMib', () => {
  it('reads what is resident now and at the peak', () => {
    const status = 'Name:\tnode\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n'
    expect(parseResidentMib(status)).toEqual({ now: 100, peak: 200 })
  })

  it('counts nothing for a process that has just ended', () => {
    expect(parseResidentMib('')).toEqual({ now: 0, peak: 0 })
  })
})

describe('selectTree', () => {
  const process = (pid: number, parentPid: number) => ({
    pid,
    parentPid,
    cpuMs: 0,
    endedChildrenCpuMs: 0,
  })
  const all = [process(1, 0), process(5, 3), process(3, 2), process(2, 1), process(4, 1)]

  it('takes children and their children, and nobody else', () => {
    expect(selectTree(2, all).map(({ pid }) => pid)).toEqual([2, 3, 5])
  })

  it('is empty for a process that is not there', () => {
    expect(selectTree(9, all)).toEqual([])
  })
})

describe('readTreeFigures', () => {
  it('counts a child with its parent', async () => {
    const before = readTreeFigures(process.pid).processes
    const child = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] })
    child.stdin.write('x')
    await once(child.stdout, 'data')
    const figures = readTreeFigures(process.pid)
    child.stdin.end()
    await once(child, 'close')
    expect(figures.processes).toBe(before + 1)
    expect(figures.rssMib).toBeGreaterThan(0)
    expect(figures.peakRssMib).toBeGreaterThanOrEqual(figures.rssMib)
  })

  it('does not answer for a process that is gone', async () => {
    const child = spawn('true')
    const { pid = 0 } = child
    await once(child, 'close')
    expect(() => readTreeFigures(pid)).toThrow(`process ${pid} is gone`)
  })
})
