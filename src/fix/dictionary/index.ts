/** Data tag that a length tag announces. */
const dataTags: Record<number, number> = { 90: 91, 93: 89, 95: 96, 212: 213, 348: 349, 350: 351, 352: 353, 354: 355, 356: 357, 358: 359, 360: 361, 362: 363, 364: 365, 445: 446, 618: 619, 621: 622 }
const table = new Int16Array(8192).fill(-2)
for (const [length, data] of Object.entries(dataTags)) table[Number(length)] = data
export const dataTagOf = (lengthTag: number): number => table[lengthTag]!
