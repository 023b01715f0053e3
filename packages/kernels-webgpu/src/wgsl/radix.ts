import { type BufferBinding, type KernelText, kernelText } from './kernel.ts'
import { threadLines } from './map.ts'
import { prefixLines, sharedText, type Team } from './team.ts'

/**
 * One digit of a stable radix sort: rows are cut into blocks, `counts` are laid out [row, digit, block], so that their
 * running sums say where each block's keys of a digit end.
 */
const fields = ['length: i32', 'blocks: i32', 'block: i32', 'shift: u32', 'mask: u32'] as const

/** Threads of a workgroup where each has a block of its own. */
export const ALONE_WORKGROUP = 8
/** Of a block that a workgroup has: threads, keys a thread, digits. */
const TEAM: Team = { workgroup: 64, size: 64, across: false, subgroup: 0 }
const KEYS_EACH = 16
const DIGITS = 16
export const TEAM_BLOCK: number = TEAM.workgroup * KEYS_EACH

const eachKey = (lines: (k: number) => string[]): string[] =>
  Array.from({ length: KEYS_EACH }, (_, k) => k).flatMap(lines)

/** Memory that kernels of a sort hand on. */
export const working = (name: string, type: 'u32' | 'i32', writes: boolean): BufferBinding => ({ name, type, writes })
const countBindings = [working('keys', 'u32', false), working('counts', 'i32', true)]
const placeBindings = (writes: boolean): BufferBinding[] => [
  working('keys', 'u32', false),
  working('places', 'i32', false),
  working('counts', 'i32', writes),
  working('sortedKeys', 'u32', true),
  working('sortedPlaces', 'i32', true),
]

const digitOf = (key: string): string => `i32((${key} >> p.shift) & p.mask)`
const blockLines = (source: string): string[] => [
  `let row = ${source} / p.blocks;`,
  `let block = ${source} - row * p.blocks;`,
  'let base = row * p.length;',
  'let countBase = row * i32(p.mask + 1u) * p.blocks + block;',
]
const aloneLines = [
  ...threadLines(ALONE_WORKGROUP),
  ...blockLines('thread'),
  'let first = base + block * p.block;',
  'let end = min(first + p.block, base + p.length);',
]

/** How many keys of each digit a thread's block has. */
export const countAloneText = (): KernelText =>
  kernelText({
    width: 1,
    bindings: countBindings,
    fields,
    workgroup: [ALONE_WORKGROUP, 1],
    body: [
      ...aloneLines,
      'for (var digit = 0; digit <= i32(p.mask); digit += 1) {',
      'counts[countBase + digit * p.blocks] = 0;',
      '}',
      'for (var i = first; i < end; i += 1) {',
      `counts[countBase + ${digitOf('keys[i]')} * p.blocks] += 1;`,
      '}',
    ],
  })

/** Each key to its place: from the last on, so that equal digits keep their order. Each place taken is counted off. */
export const placeAloneText = (): KernelText =>
  kernelText({
    width: 1,
    bindings: placeBindings(true),
    fields,
    workgroup: [ALONE_WORKGROUP, 1],
    body: [
      ...aloneLines,
      'for (var i = end - 1; i >= first; i -= 1) {',
      'let key = keys[i];',
      `let count = countBase + ${digitOf('key')} * p.blocks;`,
      'let to = counts[count] - 1;',
      'counts[count] = to;',
      'sortedKeys[base + to] = key;',
      'sortedPlaces[base + to] = places[i];',
      '}',
    ],
  })

const teamBlockLines = [
  ...blockLines('i32(workgroup)'),
  `let first = base + block * ${TEAM_BLOCK};`,
  'let end = base + p.length;',
]
/** Workgroups beyond the last do nothing, all together. */
const present = ['if (i32(workgroup) >= p.threads) {', 'return;', '}']

/** The same by a workgroup, in its memory: integers added in any order are the same. */
export const countTogetherText = (): KernelText =>
  kernelText({
    width: 1,
    bindings: countBindings,
    fields,
    workgroup: [TEAM.workgroup, 1],
    functions: `var<workgroup> histogram: array<atomic<i32>, ${DIGITS}>;`,
    body: [
      ...present,
      ...teamBlockLines,
      `if (local < ${DIGITS}u) {`,
      'atomicStore(&histogram[local], 0);',
      '}',
      'workgroupBarrier();',
      `for (var i = first + i32(local); i < min(first + ${TEAM_BLOCK}, end); i += ${TEAM.workgroup}) {`,
      `atomicAdd(&histogram[${digitOf('keys[i]')}], 1);`,
      '}',
      'workgroupBarrier();',
      `if (local < ${DIGITS}u) {`,
      'counts[countBase + i32(local) * p.blocks] = atomicLoad(&histogram[local]);',
      '}',
    ],
  })

/**
 * A thread ranks its neighbouring keys among themselves; running sums over [digit, thread] rank them in the block; where
 * the block's keys of the digit begin, the counts say.
 */
export const placeTogetherText = (): KernelText =>
  kernelText({
    width: 1,
    bindings: placeBindings(false),
    fields,
    workgroup: [TEAM.workgroup, 1],
    functions: [
      `var<workgroup> ranks: array<i32, ${DIGITS * TEAM.workgroup}>;`,
      `var<workgroup> starts: array<i32, ${DIGITS}>;`,
      sharedText('shared0', 'Int', TEAM),
    ].join('\n'),
    body: [
      ...present,
      ...teamBlockLines,
      'let lane = i32(local);',
      `let own = first + lane * ${KEYS_EACH};`,
      `for (var digit = 0; digit < ${DIGITS}; digit += 1) {`,
      `ranks[digit * ${TEAM.workgroup} + lane] = 0;`,
      '}',
      ...eachKey((k) => [
        `let at${k} = own + ${k};`,
        `let key${k} = keys[min(at${k}, end - 1)];`,
        `let digit${k} = ${digitOf(`key${k}`)};`,
        `let slot${k} = digit${k} * ${TEAM.workgroup} + lane;`,
        `let rank${k} = ranks[slot${k}];`,
        `ranks[slot${k}] = rank${k} + select(0, 1, at${k} < end);`,
      ]),
      'workgroupBarrier();',
      'var sum = 0;',
      `for (var k = 0; k < ${DIGITS}; k += 1) {`,
      `sum += ranks[lane * ${DIGITS} + k];`,
      '}',
      ...prefixLines(TEAM, 'sum', '0', (a, b) => `${a} + ${b}`),
      'var next = before;',
      `for (var k = 0; k < ${DIGITS}; k += 1) {`,
      `let slot = lane * ${DIGITS} + k;`,
      'let count = ranks[slot];',
      'ranks[slot] = next;',
      'next += count;',
      '}',
      'workgroupBarrier();',
      `if (lane < ${DIGITS}) {`,
      // Running sums hold where the keys before this block's end.
      `let begins = lane * p.blocks + block;`,
      `let earlier = select(0, counts[row * ${DIGITS} * p.blocks + max(begins - 1, 0)], begins > 0);`,
      `starts[lane] = earlier - ranks[lane * ${TEAM.workgroup}];`,
      '}',
      'workgroupBarrier();',
      ...eachKey((k) => [
        `if (at${k} < end) {`,
        `let to = base + starts[digit${k}] + ranks[slot${k}] + rank${k};`,
        `sortedKeys[to] = key${k};`,
        `sortedPlaces[to] = places[at${k}];`,
        '}',
      ]),
    ],
  })
