/** Gives the stream of a session, from the message that a login asks for on. */
import type { SoupLogin } from '../wire/index.ts'
import { LoginReject } from '../wire/index.ts'
import type { FeedStream } from './feed-stream.ts'
import type { MessageArchive } from './message-archive.ts'
import { StreamSource } from './stream-source.ts'

export class StreamDesk {
  private readonly stream: FeedStream
  private readonly archive: MessageArchive

  constructor(stream: FeedStream, archive: MessageArchive) {
    this.stream = stream
    this.archive = archive
  }

  /**
   * Number 0 asks for what is still to come; the session is the running one, or one of those before it.
   * @returns the code of the rejection when there is no such session or no such message yet
   */
  onLogin({ session: name, sequence }: SoupLogin): StreamSource | string {
    const { running } = this.stream
    const session = name === '' ? running : this.stream.findSession(name)
    if (session === undefined || session.name === '' || sequence > session.next) {
      return LoginReject.SessionNotAvailable
    }
    const first = sequence === 0 ? session.next : sequence
    return new StreamSource(session, first, this.stream, this.archive)
  }
}
