/**
 * A bad network between an exchange and one subscriber: it listens on the real lines and sends what it
 * hears on groups of its own, and carries requests and their answers, dropping datagrams by the dice; or a slow one, which keeps everything back for a while.
 */
import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Dice } from '../support/dice.ts'
import { freeUdpPorts } from '../support/running-exchange.ts'

const HOST = '127.0.0.1'

interface Group {
  readonly group: string
  readonly port: number
}

export interface Losses {
  /** Chance that a line loses a packet, each line by itself. */
  readonly line: number
  /** Chance that an answer to a request is lost. */
  readonly answer: number
}

export class LossyRelay {
  /** Where a subscriber finds the lines. */
  readonly groups: Group[] = []
  /** What is kept back, while it is. */
  private held: (() => void)[] | undefined
  private readonly sockets: Socket[] = []
  private readonly dice: Dice
  private readonly losses: Losses

  private constructor(dice: Dice, losses: Losses) {
    this.dice = dice
    this.losses = losses
  }

  static async open(lines: readonly Group[], dice: Dice, losses: Losses): Promise<LossyRelay> {
    const relay = new LossyRelay(dice, losses)
    const ports = await freeUdpPorts(lines.length)
    for (const [i, line] of lines.entries()) {
      await relay.carry(line, { group: `239.192.45.${i + 1}`, port: ports[i]! })
    }
    return relay
  }

  /** @returns the port that stands for the server's */
  async carryRequests(server: number): Promise<number> {
    const [near, far] = [this.socket(), this.socket()]
    near.bind(0, HOST)
    far.connect(server, HOST)
    await Promise.all([once(near, 'listening'), once(far, 'connect')])
    let asker = 0
    near.on('message', (request, { port }) => {
      asker = port
      far.send(request)
    })
    far.on('message', (answer) => {
      if (this.dice.chance(this.losses.answer)) return
      near.send(answer, asker, HOST)
    })
    return near.address().port
  }

  /** Packets wait for `release`. */
  hold(): void {
    this.held = []
  }

  release(): void {
    for (const send of this.held ?? []) send()
    this.held = undefined
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) {
      socket.close()
      await once(socket, 'close')
    }
  }

  private async carry(from: Group, to: Group): Promise<void> {
    const [near, far] = [this.socket(), this.socket()]
    far.bind(from.port, from.group)
    near.bind(0, HOST)
    await Promise.all([once(near, 'listening'), once(far, 'listening')])
    far.addMembership(from.group, HOST)
    near.setMulticastInterface(HOST)
    near.setMulticastLoopback(true)
    far.on('message', (packet) => {
      if (this.dice.chance(this.losses.line)) return
      const send = () => near.send(packet, to.port, to.group)
      if (this.held === undefined) send()
      else this.held.push(send)
    })
    this.groups.push(to)
  }

  private socket(): Socket {
    const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: 4 << 20 })
    this.sockets.push(socket)
    return socket
  }
}
