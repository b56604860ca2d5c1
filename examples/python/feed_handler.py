#!/usr/bin/env python3
"""A subscriber to the market data feed: ITCH 5.0 in MoldUDP64 packets on two multicast lines.

It takes both lines into one sequence, asks for what both lost, fetches a snapshot where asking is no
use, keeps every book order by order and prints the best bid and ask as they change. Everything on the
wire is described in docs/protocols/itch-feed.md; examples/README.md says how to run this.

One thread and one loop: sockets in, messages in sequence to the books, one timer for what is missing.
Feed is the part to take along; it calls no socket except to ask for messages or a snapshot.
"""

import argparse
import bisect
import selectors
import socket
import struct
import sys
import time
import zlib

GAP_WAIT = 0.002  # seconds that the other line has to fill a hole
RETRY = 0.250  # seconds after which a request is repeated
ATTEMPTS_MAX = 4  # requests without an answer before a snapshot is fetched
REQUESTED_MAX = 20_000  # a hole of more messages is not asked for one packet at a time
PENDING_MAX = 65_536  # messages kept behind a hole
SNAPSHOT_RETRY = 1.0  # seconds after a snapshot that failed
SNAPSHOT_SILENCE = 5.0  # seconds; a living server says something every second
SNAPSHOT_BYTES_MAX = 256 << 20
RECEIVE_BUFFER = 4 << 20  # the default loses packets at full speed; the kernel may grant less
DATAGRAM_MAX = 65_536
DATAGRAMS_A_TURN = 256  # read from one socket before the others have their turn
LOOK_AT_LEAST = 0.1  # seconds between two looks at the clock
SEQUENCE_MAX = 2**53 - 1
END_OF_SESSION = 65_535  # as messageCount

MOLD_HEADER = struct.Struct('>10sQH')  # session, sequenceNumber, messageCount
U16 = struct.Struct('>H')
ADD = struct.Struct('>QcI8sI')  # reference, side, shares, stock, price; from offset 11, as below
REDUCE = struct.Struct('>QI')  # reference, shares; E, C and X begin alike
DELETE = struct.Struct('>Q')  # reference
REPLACE = struct.Struct('>QQII')  # original reference, new reference, shares, price

# Types that we read, and the length that each has at least: a later version may be longer.
LENGTHS = {b'R': 39, b'H': 25, b'A': 36, b'F': 40, b'E': 31, b'C': 36, b'X': 23, b'D': 19, b'U': 35}


def log(text):
    print(text, file=sys.stderr, flush=True)


# --- Books ------------------------------------------------------------------------------------------


class Order:
    __slots__ = ('book', 'price', 'reference', 'shares', 'side')

    def __init__(self, book, side, reference, shares, price):
        self.book = book
        self.side = side
        self.reference = reference
        self.shares = shares
        self.price = price  # 1/10,000


class Level:
    """All orders of one price. A dict keeps the order of insertion, which is the priority."""

    __slots__ = ('queue', 'shares')

    def __init__(self):
        self.queue = {}
        self.shares = 0


class Side:
    """Levels by a key that is smallest for the best price: the price of an ask, minus that of a bid."""

    def __init__(self, sign):
        self.sign = sign
        self.keys = []  # sorted
        self.levels = {}

    def add(self, order):
        key = self.sign * order.price
        if key not in self.levels:
            bisect.insort(self.keys, key)
            self.levels[key] = Level()
        level = self.levels[key]
        level.queue[order.reference] = order
        level.shares += order.shares

    def reduce(self, order, shares):
        """Takes off at most order.shares; the order keeps its place, and leaves at nothing left."""
        key = self.sign * order.price
        level = self.levels[key]
        order.shares -= shares
        level.shares -= shares
        if order.shares > 0:
            return
        del level.queue[order.reference]
        if not level.queue:
            del self.levels[key]
            del self.keys[bisect.bisect_left(self.keys, key)]

    def top(self):
        """(price, shares) of the best level, or None."""
        if not self.keys:
            return None
        return self.sign * self.keys[0], self.levels[self.keys[0]].shares

    def orders(self):
        for key in self.keys:
            yield from self.levels[key].queue.values()


class Book:
    def __init__(self, symbol):
        self.symbol = symbol
        self.trading_state = b'H'  # halted until the first T
        self.bids = Side(-1)
        self.asks = Side(1)

    def side(self, name):
        return self.bids if name == b'B' else self.asks

    def top(self):
        return self.bids.top(), self.asks.top()

    def is_crossed(self):
        bid, ask = self.top()
        return bid is not None and ask is not None and bid[0] >= ask[0]

    def orders(self):
        """Every order in priority order: bids, best first, then asks."""
        yield from self.bids.orders()
        yield from self.asks.orders()


class Market:
    """Every book of the feed. P, Q and B only concern the tape: a book that applies them is wrong."""

    def __init__(self):
        self.books = {}  # by stockLocate
        self.orders = {}  # by orderReferenceNumber

    def apply(self, message):
        """Returns what cannot be on a correct feed, or None."""
        kind = message[:1]
        if kind not in LENGTHS:
            return None
        if len(message) < LENGTHS[kind]:
            return 'is shorter than its type'

        if kind == b'R':
            return self.list_stock(message)
        if kind == b'H':
            return self.change_state(message)
        if kind in (b'A', b'F'):
            return self.add(message)

        order = self.orders.get(DELETE.unpack_from(message, 11)[0])
        if order is None:
            return 'is about an order that is not on the book'
        if kind == b'D':
            return self.reduce(order, order.shares)
        if kind == b'U':
            return self.replace(order, message)
        return self.reduce(order, REDUCE.unpack_from(message, 11)[1])

    def book_of(self, message):
        return self.books.get(U16.unpack_from(message, 1)[0]) if len(message) >= 3 else None

    def list_stock(self, message):
        locate = U16.unpack_from(message, 1)[0]
        if locate not in self.books:
            self.books[locate] = Book(message[11:19].decode('latin-1').rstrip())

    def change_state(self, message):
        book = self.book_of(message)
        if book is None:
            return 'is about an instrument that is not listed'
        book.trading_state = message[19:20]
        # While it did not trade it may have been crossed; an auction leaves none that is.
        return self.check(book)

    def add(self, message):
        book = self.book_of(message)
        if book is None:
            return 'is about an instrument that is not listed'
        reference, side, shares, _, price = ADD.unpack_from(message, 11)
        return self.enter(Order(book, side, reference, shares, price))

    def replace(self, original, message):
        _, reference, shares, price = REPLACE.unpack_from(message, 11)
        self.reduce(original, original.shares)
        return self.enter(Order(original.book, original.side, reference, shares, price))

    def enter(self, order):
        if order.reference in self.orders:
            return 'has the reference number of an order that is on the book'
        self.orders[order.reference] = order
        order.book.side(order.side).add(order)
        return self.check(order.book)

    def check(self, book):
        if book.trading_state == b'T' and book.is_crossed():
            return 'crosses the book'

    def reduce(self, order, shares):
        taken = min(shares, order.shares)
        order.book.side(order.side).reduce(order, taken)
        if order.shares == 0:
            del self.orders[order.reference]
        if shares > taken:
            return 'takes more shares than are left'


# --- Printing ---------------------------------------------------------------------------------------


def price_text(price):
    """1824500 is 182.45: at least two decimals, four where they are needed, and no floating point."""
    units, fraction = divmod(price, 10_000)
    decimals = f'{fraction:04d}'
    return f'{units}.{decimals[:2]}{decimals[2:].rstrip("0")}'


def side_text(top):
    return '-' if top is None else f'{price_text(top[0])} x {top[1]}'


def top_text(top):
    bid, ask = top
    return f'{side_text(bid)} | {side_text(ask)}'


class TopPrinter:
    def __init__(self, symbol):
        self.symbol = symbol
        self.printed = {}  # by symbol

    def look(self, book):
        if self.symbol not in (None, book.symbol):
            return
        top = book.top()
        if top == self.printed.get(book.symbol, (None, None)):
            return
        self.printed[book.symbol] = top
        print(f'{book.symbol} {top_text(top)}', flush=True)


def print_final(market):
    for locate in sorted(market.books):
        book = market.books[locate]
        checksum = count = 0
        for order in book.orders():
            line = f'{order.reference} {order.shares} {order.price}\n'
            checksum = zlib.crc32(line.encode(), checksum)
            count += 1
        print(f'final {book.symbol} {top_text(book.top())} orders {count} crc32 {checksum:08x}')


# --- The snapshot server ----------------------------------------------------------------------------


class SnapshotFailed(Exception):
    pass


class Snapshot:
    """One login at the snapshot server: GLIMPSE in SoupBinTCP packets, without ever blocking."""

    def __init__(self, address, user, password, now):
        # Session and number are padded in front: the running session, and its first message.
        login = f'L{user:<6.6}{password:<10.10}{"":>10}{1:>20}'.encode('ascii')
        self.login = U16.pack(len(login)) + login
        self.market = Market()
        self.session = None
        self.next = None  # first message of the feed that is not in it, once the snapshot is complete
        self.received = bytearray()
        self.bytes = 0
        self.connected = False
        self.heard = self.spoke = now
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex(address)

    def check(self, now):
        if now - self.heard > SNAPSHOT_SILENCE:
            raise SnapshotFailed('nothing is heard')
        if self.connected and now - self.spoke > 1:
            self.spoke = now
            self.socket.send(U16.pack(1) + b'R')

    def log_in(self):
        error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error != 0:
            raise SnapshotFailed(f'cannot connect, error {error}')
        self.connected = True
        self.socket.send(self.login)

    def read(self, now):
        """Returns True when the snapshot is complete."""
        chunk = self.socket.recv(DATAGRAM_MAX)
        if not chunk:
            raise SnapshotFailed('the server closed the connection')
        self.heard = now
        self.received += chunk
        self.bytes += len(chunk)
        if self.bytes > SNAPSHOT_BYTES_MAX:
            raise SnapshotFailed('it is too large')

        at = 0
        while self.next is None and len(self.received) - at >= 2:
            end = at + 2 + U16.unpack_from(self.received, at)[0]
            if end == at + 2:
                raise SnapshotFailed('a packet has no type')
            if end > len(self.received):
                break
            self.take(self.received[at + 2 : at + 3], bytes(self.received[at + 3 : end]))
            at = end
        del self.received[:at]
        return self.next is not None

    def take(self, kind, payload):
        if kind == b'J':
            raise SnapshotFailed(f'the login was rejected: {payload.decode("latin-1")}')
        if kind == b'Z':
            raise SnapshotFailed('it ended too early')
        if kind == b'A':
            self.session = payload[:10].decode('latin-1').strip(' \0')
        elif kind == b'S':
            self.take_message(payload)

    def take_message(self, message):
        if message[:1] == b'G':
            digits = message[1:21].strip(b' \0')
            if not digits.isdigit():
                raise SnapshotFailed('its end has no number')
            self.next = int(digits)
            return
        problem = self.market.apply(message)
        if problem is not None:
            raise SnapshotFailed(f'a message {problem}')


# --- The feed ---------------------------------------------------------------------------------------


def read_packet(datagram):
    """Returns (session, number, messages, is_end), or None when it is no MoldUDP64 packet."""
    if len(datagram) < MOLD_HEADER.size:
        return None
    session, number, count = MOLD_HEADER.unpack_from(datagram)
    if not 1 <= number <= SEQUENCE_MAX:
        return None
    is_end = count == END_OF_SESSION
    messages = []
    at = MOLD_HEADER.size
    for _ in range(0 if is_end else count):
        if at + 2 > len(datagram):
            return None
        end = at + 2 + U16.unpack_from(datagram, at)[0]
        if end > len(datagram):
            return None
        messages.append(datagram[at + 2 : end])
        at = end
    return session.decode('latin-1').strip(' \0'), number, messages, is_end


class Feed:
    """Packets of every line in, messages in sequence to the market: the first copy wins."""

    def __init__(self, ask, fetch, printer):
        self.ask = ask  # sends a MoldUDP64 request
        self.fetch = fetch  # begins to fetch a snapshot; it comes to on_snapshot or on_failure
        self.printer = printer
        self.market = Market()
        self.session = None
        self.previous = None  # a late packet of it must not bring it back
        self.next = 1  # of the next message to apply
        self.known = 1  # behind the last message known to exist
        self.pending = {}  # messages behind a hole, by number
        self.deadline = None  # when on_timer has something to do
        self.attempts = 0  # requests since the hole last became smaller
        self.hole_start = self.hole_end = 0  # the hole that deadline and attempts are about
        self.needs_snapshot = False
        self.ended = self.end_told = False
        self.quiet_since = 0.0
        self.confirmed_at = 0.0  # when a heartbeat last said that nothing is missing
        self.problems = 0

    def on_packet(self, datagram, now, from_line):
        packet = read_packet(datagram)
        if packet is None:
            return
        session, number, messages, is_end = packet
        if session == '':
            return  # a venue before its first day
        if session != self.session and not self.enter_session(session, number, now, from_line):
            return

        self.ended = self.ended or is_end
        self.known = max(self.known, number + len(messages))
        for at in range(max(0, self.next - number), len(messages)):
            if number + at == self.next and not self.needs_snapshot:
                self.apply(messages[at], now)
            else:
                self.keep(number + at, messages[at], now)
        if not messages and from_line and number == self.next:
            self.confirmed_at = now
        self.settle(now)

    def on_timer(self, now):
        if self.deadline is None or now < self.deadline:
            return
        if self.needs_snapshot:
            self.deadline = None
            self.fetch()
        elif self.attempts == ATTEMPTS_MAX or self.hole_end - self.next > REQUESTED_MAX:
            self.await_snapshot(now)
        else:
            if self.attempts == 0:
                log(f'gap: {self.next} to {self.hole_end - 1} missing on every line')
            self.request(now)

    def on_snapshot(self, snapshot, now):
        if snapshot.session != self.session or snapshot.next < self.next:
            self.on_failure('it is of another time', now)
            return
        self.needs_snapshot = False
        self.market = snapshot.market
        self.next = snapshot.next
        self.known = max(self.known, self.next)
        self.pending = {n: message for n, message in self.pending.items() if n >= self.next}
        self.quiet_since = now
        log(f'snapshot: {len(self.market.orders)} orders, the feed goes on at {self.next}')
        for book in self.market.books.values():
            self.printer.look(book)
        self.settle(now)

    def on_failure(self, why, now):
        log(f'no snapshot: {why}')
        if self.needs_snapshot:
            self.deadline = now + SNAPSHOT_RETRY

    def is_idle(self, seconds):
        """Nothing came for so long, and then a heartbeat confirmed that nothing is missing."""
        is_complete = self.next == self.known and not self.needs_snapshot
        return is_complete and self.confirmed_at - self.quiet_since >= seconds

    def enter_session(self, session, number, now, from_line):
        """Returns False for a packet of no session that is of interest."""
        if session == self.previous or not from_line:
            return False
        is_late = self.session is None and number > 1
        self.previous, self.session = self.session, session
        self.market = Market()
        self.printer.printed.clear()
        self.next = self.known = 1
        self.pending.clear()
        self.deadline = None
        self.needs_snapshot = self.ended = self.end_told = False
        self.quiet_since = now
        log(f'session {session}')
        if is_late:
            self.known = number
            self.await_snapshot(now)
        return True

    def apply(self, message, now):
        problem = self.market.apply(message)
        if problem is not None:
            self.problems += 1
            log(f'problem: message {self.next} {problem}')
        self.pending.pop(self.next, None)
        self.next += 1
        self.quiet_since = now
        book = self.market.book_of(message)
        if book is not None:
            self.printer.look(book)

    def keep(self, number, message, now):
        if len(self.pending) >= PENDING_MAX:
            # They can still be asked for behind the snapshot.
            self.pending.clear()
            self.await_snapshot(now)
        self.pending.setdefault(number, message)

    def settle(self, now):
        """Applies what no hole holds back any more, and sets the timer for the hole that is left."""
        if self.needs_snapshot:
            return
        while self.pending and self.next in self.pending:
            self.apply(self.pending[self.next], now)
        if self.next == self.known:
            self.deadline = None
            if self.ended and not self.end_told:
                self.end_told = True
                log(f'end of session {self.session}')
        elif self.deadline is None or self.next >= self.hole_end:
            self.hole_start, self.hole_end = self.next, min(self.pending, default=self.known)
            self.attempts = 0
            self.deadline = now + GAP_WAIT
        elif self.next > self.hole_start and self.attempts > 0:
            # An answer is one packet: ask for the rest at once.
            self.attempts = 0
            self.request(now)

    def request(self, now):
        self.attempts += 1
        self.hole_start = self.next
        self.deadline = now + RETRY
        count = self.hole_end - self.next
        self.ask(MOLD_HEADER.pack(self.session.ljust(10).encode('latin-1'), self.next, count))

    def await_snapshot(self, now):
        if self.needs_snapshot:
            return
        log(f'stale: messages from {self.next} on are missing, fetching a snapshot')
        self.needs_snapshot = True
        self.deadline = now


# --- Sockets and the loop ---------------------------------------------------------------------------


def join(group, interface):
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    # Bound to the group: any address would take other groups on the same port as well.
    line.bind(group)
    membership = socket.inet_aton(group[0]) + socket.inet_aton(interface)
    line.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    line.setblocking(False)
    return line


class Handler:
    def __init__(self, options):
        self.options = options
        self.selector = selectors.DefaultSelector()
        self.requests = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.requests.connect(options.request)  # only answers of this server come in
        self.requests.setblocking(False)
        self.feed = Feed(self.ask, self.fetch, TopPrinter(options.symbol))
        self.snapshot = None
        for group in options.group:
            self.watch(join(group, options.interface), from_line=True)
        self.watch(self.requests, from_line=False)
        log(f'joined {len(options.group)} lines')

    def run(self):
        while True:
            now = time.monotonic()
            if self.options.until_idle and self.feed.is_idle(self.options.until_idle):
                return
            wait = LOOK_AT_LEAST
            if self.feed.deadline is not None:
                wait = max(0.0, min(wait, self.feed.deadline - now))
            for key, events in self.selector.select(wait):
                key.data(events)
            # Only now, when every socket was read: what fills the hole may have been waiting there.
            self.guard_snapshot(lambda: self.snapshot.check(time.monotonic()))
            self.feed.on_timer(time.monotonic())

    def watch(self, datagrams, from_line):
        def on_readable(_):
            for _ in range(DATAGRAMS_A_TURN):
                try:
                    datagram = datagrams.recv(DATAGRAM_MAX)
                except OSError:
                    return  # nothing more, or nobody listens where we asked: that is no answer
                self.feed.on_packet(datagram, time.monotonic(), from_line)

        self.selector.register(datagrams, selectors.EVENT_READ, on_readable)

    def ask(self, request):
        try:
            self.requests.send(request)
        except OSError:
            pass  # it counts as not answered

    def fetch(self):
        self.close_snapshot()
        options = self.options
        now = time.monotonic()
        self.snapshot = Snapshot(options.snapshot, options.user, options.password, now)
        self.selector.register(self.snapshot.socket, selectors.EVENT_WRITE, self.on_snapshot_event)

    def on_snapshot_event(self, events):
        self.guard_snapshot(lambda: self.advance_snapshot(events))

    def advance_snapshot(self, events):
        if events & selectors.EVENT_WRITE:
            self.snapshot.log_in()
            self.selector.modify(
                self.snapshot.socket, selectors.EVENT_READ, self.on_snapshot_event
            )
        elif self.snapshot.read(time.monotonic()):
            snapshot = self.snapshot
            self.close_snapshot()
            self.feed.on_snapshot(snapshot, time.monotonic())

    def guard_snapshot(self, step):
        if self.snapshot is None:
            return
        try:
            step()
        except (SnapshotFailed, OSError) as error:
            self.close_snapshot()
            self.feed.on_failure(str(error), time.monotonic())

    def close_snapshot(self):
        if self.snapshot is not None:
            self.selector.unregister(self.snapshot.socket)
            self.snapshot.socket.close()
            self.snapshot = None


def address(text):
    host, colon, port = text.rpartition(':')
    if not colon or not port.isdigit() or not 0 < int(port) < 65_536:
        raise argparse.ArgumentTypeError(f'{text}: use host:port')
    return host, int(port)


def read_options():
    parser = argparse.ArgumentParser(description='Prints the top of the book from the feed.')
    parser.add_argument('--interface', default='127.0.0.1', help='address that receives the groups')
    parser.add_argument('--group', type=address, action='append', help='a line; give each')
    parser.add_argument('--request', type=address, default=('127.0.0.1', 26410))
    parser.add_argument('--snapshot', type=address, default=('127.0.0.1', 26420))
    parser.add_argument('--user', default='demo')
    parser.add_argument('--password', default='demo')
    parser.add_argument('--symbol', help='print only this instrument')
    parser.add_argument('--until-idle', type=float, metavar='SECONDS', help='end after a silence')
    options = parser.parse_args()
    options.group = options.group or [('239.192.44.1', 26401), ('239.192.44.2', 26402)]
    return options


def main():
    handler = Handler(read_options())
    try:
        handler.run()
    except KeyboardInterrupt:
        pass
    feed = handler.feed
    print_final(feed.market)
    log(f'stopped before message {feed.next}, {feed.problems} problems')
    return 0 if feed.problems == 0 else 1


if __name__ == '__main__':
    sys.exit(main())
