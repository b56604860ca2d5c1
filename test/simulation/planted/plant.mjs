// Loaded before everything else (`node --import`): the program that follows has one bug more than
// its sources, PLANTED_BUG as JSON. JavaScript, because nothing compiles TypeScript yet.
import { register } from 'node:module'

register('./plant-hooks.mjs', import.meta.url, { data: JSON.parse(process.env.PLANTED_BUG) })
