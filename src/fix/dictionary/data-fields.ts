/**
 * Fields of type data may hold any byte, the delimiter too; the length field in front of each says
 * how many. FIX 4.4 volume 1, "data": the length field must come immediately before.
 */
import { Tag, tagsByType } from './generated/fix44.ts'

const TAGS = 1024
const NONE = -2

const dataTags = new Int16Array(TAGS).fill(NONE)
const lengthTags = new Int16Array(TAGS).fill(NONE)

const tagsByName = new Map<string, number>(Object.entries(Tag))
const nameByTag = new Map<number, string>(Object.entries(Tag).map(([name, tag]) => [tag, name]))

for (const dataTag of tagsByType.DATA) {
  const name = nameByTag.get(dataTag)!
  const lengthTag = tagsByName.get(`${name}Len`) ?? tagsByName.get(`${name}Length`)!
  dataTags[lengthTag] = dataTag
  lengthTags[dataTag] = lengthTag
}

/** The data field that must follow this length field: 95 gives 96; -2 when it is none. */
export const dataTagOf = (lengthTag: number): number => dataTags[lengthTag] ?? NONE

/** The length field that must come before this data field: 96 gives 95; -2 when it is none. */
export const lengthTagOf = (dataTag: number): number => lengthTags[dataTag] ?? NONE
