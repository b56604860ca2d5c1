/** Networks that somebody may come from, as configuration files name them: `10.1.0.0/16`, `::1`. */
import { BlockList, isIPv6 } from 'node:net'

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')

export function networksOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = familyOf(address)
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return list
}

export const isIn = (networks: BlockList, address: string): boolean =>
  networks.check(address, familyOf(address))
