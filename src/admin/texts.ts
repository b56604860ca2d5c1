/** Texts of a body. */
import { z } from 'zod'

const WHY_CHARACTERS_MAX = 200

export const printable = (max: number) =>
  z.string().regex(new RegExp(`^[ -~]{1,${max}}$`), `use 1 to ${max} printable ASCII characters`)

export const withoutSpace = (max: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[!-~]{1,${max}}$`),
      `use 1 to ${max} printable ASCII characters without space`,
    )

export const why = printable(WHY_CHARACTERS_MAX).describe('Stands in the journal for ever.')
