// A subscriber to the market data feed: ITCH 5.0 in MoldUDP64 packets on two multicast lines.
//
// It takes both lines into one sequence, asks for what both lost, fetches a snapshot where asking is no
// use, keeps every book order by order and prints the best bid and ask as they change. Everything on the
// wire is described in docs/protocols/itch-feed.md; examples/README.md says how to build and run this.
//
// One thread and one loop: sockets in, messages in sequence to the books, one timer for what is missing.
// Feed is the part to take along; it calls no socket except to ask for messages or a snapshot.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using std::chrono::milliseconds;

constexpr auto GAP_WAIT = milliseconds(2);            // the other line may fill a hole
constexpr auto RETRY = milliseconds(250);             // then a request is repeated
constexpr int ATTEMPTS_MAX = 4;                       // then a snapshot is fetched
constexpr std::uint64_t REQUESTED_MAX = 20'000;       // a larger hole is not asked for by packets
constexpr std::size_t PENDING_MAX = 65'536;           // messages kept behind a hole
constexpr auto SNAPSHOT_RETRY = milliseconds(1'000);  // after a snapshot that failed
constexpr auto SNAPSHOT_SILENCE = milliseconds(5'000);  // a living server says something every second
constexpr auto SNAPSHOT_HEARTBEAT = milliseconds(1'000);
constexpr std::size_t SNAPSHOT_BYTES_MAX = 256u << 20;
constexpr int RECEIVE_BUFFER = 4 << 20;  // the default loses packets; the kernel may grant less
constexpr std::size_t DATAGRAM_MAX = 65'536;
constexpr int DATAGRAMS_A_TURN = 256;  // read from one socket before the others have their turn
constexpr auto LOOK_AT_LEAST = milliseconds(100);  // between two looks at the clock
constexpr std::uint64_t SEQUENCE_MAX = (std::uint64_t{1} << 53) - 1;
constexpr std::uint16_t END_OF_SESSION = 65'535;  // as messageCount
constexpr std::size_t MOLD_HEADER = 20;

// --- Bytes ------------------------------------------------------------------------------------------

// Big-endian fields at an offset. Whoever reads has compared the length before.
struct Bytes {
  const std::uint8_t* data;
  std::size_t size;

  Bytes part(std::size_t at, std::size_t length) const { return {data + at, length}; }
  char letter(std::size_t at) const { return static_cast<char>(data[at]); }
  std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t u32(std::size_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
  std::uint64_t u64(std::size_t at) const { return number(at, 8); }

  // Text without the spaces and NULs around it.
  std::string text(std::size_t at, std::size_t length) const {
    const std::string_view padding(" \0", 2);
    std::string_view field(reinterpret_cast<const char*>(data + at), length);
    const auto first = field.find_first_not_of(padding);
    if (first == field.npos) return "";
    return std::string(field.substr(first, field.find_last_not_of(padding) - first + 1));
  }

 private:
  std::uint64_t number(std::size_t at, std::size_t length) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < length; i++) value = value << 8 | data[at + i];
    return value;
  }
};

void put_number(std::string& bytes, std::uint64_t value, int length) {
  for (int shift = 8 * (length - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
}

std::string padded_behind(std::string text, std::size_t length) {
  text.resize(length, ' ');
  return text;
}

// --- Books ------------------------------------------------------------------------------------------

struct Book;

struct Order {
  Book* book;
  char side;
  std::uint64_t reference;
  std::uint32_t shares;
  std::uint32_t price;  // 1/10,000

  // Smallest for the best price: the price of an ask, minus that of a bid.
  std::int64_t key() const { return side == 'B' ? -std::int64_t{price} : std::int64_t{price}; }
};

// All orders of one price, first in priority first.
struct Level {
  std::list<Order> queue;
  std::uint64_t shares = 0;
};

using Levels = std::map<std::int64_t, Level>;
using OrderPlace = std::list<Order>::iterator;

struct Top {
  std::int64_t price = 0;
  std::uint64_t shares = 0;  // 0: nobody

  bool operator==(const Top& other) const { return price == other.price && shares == other.shares; }
};
using Tops = std::pair<Top, Top>;

struct Book {
  std::string symbol;
  char trading_state = 'H';  // halted until the first T
  Levels bids, asks;

  Levels& side(char name) { return name == 'B' ? bids : asks; }
  Tops tops() const { return {top(bids), top(asks)}; }
  bool is_crossed() const {
    return !bids.empty() && !asks.empty() && -bids.begin()->first >= asks.begin()->first;
  }

 private:
  static Top top(const Levels& levels) {
    if (levels.empty()) return {};
    return {std::abs(levels.begin()->first), levels.begin()->second.shares};
  }
};

// Every book of the feed. P, Q and B only concern the tape: a book that applies them is wrong.
class Market {
 public:
  std::map<std::uint16_t, Book> books;  // by stockLocate; a book never moves

  // Returns what cannot be on a correct feed, or nullptr.
  const char* apply(Bytes message) {
    const char type = message.size == 0 ? '\0' : message.letter(0);
    const std::size_t length = length_of(type);
    if (length == 0) return nullptr;
    if (message.size < length) return "is shorter than its type";

    if (type == 'R') return list_stock(message);
    if (type == 'H') return change_state(message);
    if (type == 'A' || type == 'F') return add(message);

    const auto found = orders_.find(message.u64(11));
    if (found == orders_.end()) return "is about an order that is not on the book";
    const OrderPlace order = found->second;
    if (type == 'D') return reduce(order, order->shares);
    if (type == 'U') return replace(order, message);
    return reduce(order, message.u32(19));  // E, C and X begin alike
  }

  Book* book_of(Bytes message) {
    if (message.size < 3) return nullptr;
    const auto found = books.find(message.u16(1));
    return found == books.end() ? nullptr : &found->second;
  }

  std::size_t order_count() const { return orders_.size(); }

 private:
  std::unordered_map<std::uint64_t, OrderPlace> orders_;  // by orderReferenceNumber

  // The length that a type has at least, a later version may be longer; 0 for those that we skip.
  static std::size_t length_of(char type) {
    switch (type) {
      case 'R': return 39;
      case 'H': return 25;
      case 'A': return 36;
      case 'F': return 40;
      case 'E': return 31;
      case 'C': return 36;
      case 'X': return 23;
      case 'D': return 19;
      case 'U': return 35;
      default: return 0;
    }
  }

  const char* list_stock(Bytes message) {
    Book& book = books[message.u16(1)];
    if (book.symbol.empty()) book.symbol = message.text(11, 8);
    return nullptr;
  }

  const char* change_state(Bytes message) {
    Book* book = book_of(message);
    if (book == nullptr) return "is about an instrument that is not listed";
    book->trading_state = message.letter(19);
    // While it did not trade it may have been crossed; an auction leaves none that is.
    return check(*book);
  }

  const char* add(Bytes message) {
    Book* book = book_of(message);
    if (book == nullptr) return "is about an instrument that is not listed";
    return enter({book, message.letter(19), message.u64(11), message.u32(20), message.u32(32)});
  }

  const char* replace(OrderPlace original, Bytes message) {
    const Order order{original->book, original->side, message.u64(19), message.u32(27),
                      message.u32(31)};
    reduce(original, original->shares);
    return enter(order);
  }

  const char* enter(const Order& order) {
    if (orders_.count(order.reference) > 0)
      return "has the reference number of an order that is on the book";
    Level& level = order.book->side(order.side)[order.key()];
    orders_[order.reference] = level.queue.insert(level.queue.end(), order);
    level.shares += order.shares;
    return check(*order.book);
  }

  static const char* check(const Book& book) {
    return book.trading_state == 'T' && book.is_crossed() ? "crosses the book" : nullptr;
  }

  // The order keeps its place, and leaves at nothing left.
  const char* reduce(OrderPlace order, std::uint32_t shares) {
    const std::uint32_t taken = std::min(shares, order->shares);
    Levels& levels = order->book->side(order->side);
    const auto level = levels.find(order->key());
    order->shares -= taken;
    level->second.shares -= taken;
    if (order->shares == 0) {
      orders_.erase(order->reference);
      level->second.queue.erase(order);
      if (level->second.queue.empty()) levels.erase(level);
    }
    return shares > taken ? "takes more shares than are left" : nullptr;
  }
};

// --- Printing ---------------------------------------------------------------------------------------

// 1824500 is 182.45: at least two decimals, four where they are needed, and no floating point.
std::string price_text(std::int64_t price) {
  std::string decimals = std::to_string(10'000 + price % 10'000).substr(1);
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return std::to_string(price / 10'000) + "." + decimals;
}

std::string top_text(const Top& top) {
  return top.shares == 0 ? "-" : price_text(top.price) + " x " + std::to_string(top.shares);
}

std::string tops_text(const Tops& tops) {
  return top_text(tops.first) + " | " + top_text(tops.second);
}

class TopPrinter {
 public:
  explicit TopPrinter(std::string symbol) : symbol_(std::move(symbol)) {}

  void forget() { printed_.clear(); }

  void look(const Book& book) {
    if (!symbol_.empty() && symbol_ != book.symbol) return;
    const Tops tops = book.tops();
    Tops& printed = printed_[book.symbol];
    if (tops == printed) return;
    printed = tops;
    std::cout << book.symbol << ' ' << tops_text(tops) << '\n';
  }

 private:
  std::string symbol_;  // empty: all
  std::unordered_map<std::string, Tops> printed_;
};

// CRC-32 as zip files have it: polynomial 0x04C11DB7, bits reflected.
class Crc32 {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) {
      state_ ^= static_cast<std::uint8_t>(byte);
      for (int bit = 0; bit < 8; bit++) state_ = state_ >> 1 ^ ((state_ & 1) != 0 ? 0xEDB88320u : 0u);
    }
  }
  std::uint32_t value() const { return ~state_; }

 private:
  std::uint32_t state_ = ~0u;
};

void print_final(const Market& market) {
  for (const auto& [locate, book] : market.books) {
    Crc32 checksum;
    std::size_t count = 0;
    for (const Levels* side : {&book.bids, &book.asks}) {
      for (const auto& [key, level] : *side) {
        for (const Order& order : level.queue) {
          checksum.add(std::to_string(order.reference) + " " + std::to_string(order.shares) + " " +
                       std::to_string(order.price) + "\n");
          count++;
        }
      }
    }
    char hex[9];
    std::snprintf(hex, sizeof hex, "%08x", static_cast<unsigned>(checksum.value()));
    std::cout << "final " << book.symbol << ' ' << tops_text(book.tops()) << " orders " << count
              << " crc32 " << hex << '\n';
  }
}

// --- Sockets ----------------------------------------------------------------------------------------

class Socket {
 public:
  explicit Socket(int type) : descriptor_(::socket(AF_INET, type, 0)) {
    if (descriptor_ < 0) fail("socket");
    ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
  }
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int descriptor() const { return descriptor_; }
  template <typename Value>
  void set(int level, int option, const Value& value) {
    if (::setsockopt(descriptor_, level, option, &value, sizeof value) != 0) fail("setsockopt");
  }
  void bind(const sockaddr_in& to) {
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fail("bind");
  }
  // TCP goes on connecting: what becomes of it, `error` says once the socket can be written.
  void connect(const sockaddr_in& to) {
    const int result = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    if (result != 0 && errno != EINPROGRESS) fail("connect");
  }
  int error() const {
    int value = 0;
    socklen_t size = sizeof value;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &value, &size);
    return value;
  }
  bool send(const std::string& bytes) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(bytes.size());
  }
  // Bytes received, 0 at the end of a connection, less than 0 when there is nothing.
  ssize_t receive(std::uint8_t* to, std::size_t size) { return ::recv(descriptor_, to, size, 0); }

 private:
  int descriptor_;

  [[noreturn]] static void fail(const char* what) {
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
  }
};

// --- The snapshot server ----------------------------------------------------------------------------

// One login at the snapshot server: GLIMPSE in SoupBinTCP packets, without ever blocking. Throws
// std::runtime_error with the reason why there is no snapshot.
class Snapshot {
 public:
  Market market;
  std::string session;
  std::uint64_t next = 0;  // first message of the feed that is not in it, once it is complete

  Snapshot(const sockaddr_in& server, const std::string& user, const std::string& password, Time now)
      : socket_(SOCK_STREAM), heard_(now), spoke_(now) {
    // Session and number are padded in front: the running session, and its first message.
    login_ = packet("L" + padded_behind(user, 6) + padded_behind(password, 10) + std::string(10, ' ') +
                    std::string(19, ' ') + "1");
    socket_.connect(server);
  }

  int descriptor() const { return socket_.descriptor(); }
  short awaited() const { return is_connected_ ? POLLIN : POLLOUT; }

  void check(Time now) {
    if (now - heard_ > SNAPSHOT_SILENCE) throw std::runtime_error("nothing is heard");
    if (!is_connected_ || now - spoke_ <= SNAPSHOT_HEARTBEAT) return;
    spoke_ = now;
    socket_.send(packet("R"));
  }

  // The socket is ready. Returns true when the snapshot is complete.
  bool advance(Time now) {
    if (is_connected_) return read(now);
    if (const int error = socket_.error(); error != 0) throw std::runtime_error(std::strerror(error));
    is_connected_ = true;
    if (!socket_.send(login_)) throw std::runtime_error("the login cannot be sent");
    return false;
  }

 private:
  Socket socket_;
  std::string login_;
  bool is_connected_ = false;
  Time heard_, spoke_;
  std::vector<std::uint8_t> received_;
  std::size_t bytes_ = 0;

  static std::string packet(const std::string& content) {
    std::string bytes;
    put_number(bytes, content.size(), 2);
    return bytes + content;
  }

  bool read(Time now) {
    std::array<std::uint8_t, DATAGRAM_MAX> chunk;
    const ssize_t size = socket_.receive(chunk.data(), chunk.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (size < 0) throw std::runtime_error(std::strerror(errno));
    if (size == 0) throw std::runtime_error("the server closed the connection");
    heard_ = now;
    bytes_ += static_cast<std::size_t>(size);
    if (bytes_ > SNAPSHOT_BYTES_MAX) throw std::runtime_error("it is too large");
    received_.insert(received_.end(), chunk.begin(), chunk.begin() + size);

    const Bytes all{received_.data(), received_.size()};
    std::size_t at = 0;
    while (next == 0 && all.size - at >= 2) {
      const std::size_t length = all.u16(at);
      if (length == 0) throw std::runtime_error("a packet has no type");
      if (all.size - at - 2 < length) break;
      take(all.letter(at + 2), all.part(at + 3, length - 1));
      at += 2 + length;
    }
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(at));
    return next != 0;
  }

  void take(char type, Bytes payload) {
    if (type == 'J') throw std::runtime_error("login rejected: " + payload.text(0, payload.size));
    if (type == 'Z') throw std::runtime_error("it ended too early");
    if (type == 'A' && payload.size >= 10) session = payload.text(0, 10);
    if (type == 'S') take_message(payload);
  }

  void take_message(Bytes message) {
    if (message.size >= 21 && message.letter(0) == 'G') {
      const std::string digits = message.text(1, 20);
      if (digits.empty() || digits.size() > 16 ||
          digits.find_first_not_of("0123456789") != digits.npos || (next = std::stoull(digits)) == 0)
        throw std::runtime_error("its end has no number");
      return;
    }
    if (const char* problem = market.apply(message))
      throw std::runtime_error(std::string("a message ") + problem);
  }
};

// --- The feed ---------------------------------------------------------------------------------------

struct Packet {
  std::string session;
  std::uint64_t number;
  std::vector<Bytes> messages;  // in the datagram
  bool is_end;
};

// Nothing when it is no MoldUDP64 packet: then none of its messages is used.
std::optional<Packet> read_packet(Bytes datagram) {
  if (datagram.size < MOLD_HEADER) return std::nullopt;
  Packet packet{datagram.text(0, 10), datagram.u64(10), {}, datagram.u16(18) == END_OF_SESSION};
  if (packet.number == 0 || packet.number > SEQUENCE_MAX) return std::nullopt;
  const std::size_t count = packet.is_end ? 0 : datagram.u16(18);
  std::size_t at = MOLD_HEADER;
  for (std::size_t i = 0; i < count; i++) {
    if (datagram.size - at < 2) return std::nullopt;
    const std::size_t length = datagram.u16(at);
    if (datagram.size - at - 2 < length) return std::nullopt;
    packet.messages.push_back(datagram.part(at + 2, length));
    at += 2 + length;
  }
  return packet;
}

// Packets of every line in, messages in sequence to the market: the first copy wins.
class Feed {
 public:
  // Sends a MoldUDP64 request, and begins to fetch a snapshot: it comes to on_snapshot or on_failure.
  std::function<void(const std::string&)> ask;
  std::function<void()> fetch;

  explicit Feed(std::string symbol) : printer_(std::move(symbol)) {}

  Time deadline() const { return deadline_; }
  const Market& market() const { return market_; }
  std::uint64_t next() const { return next_; }
  std::uint64_t problems() const { return problems_; }

  void on_packet(Bytes datagram, Time now, bool from_line) {
    const std::optional<Packet> packet = read_packet(datagram);
    if (!packet || packet->session.empty()) return;  // blank: a venue before its first day
    if (packet->session != session_ && !enter_session(*packet, now, from_line)) return;

    is_ended_ = is_ended_ || packet->is_end;
    known_ = std::max(known_, packet->number + packet->messages.size());
    std::uint64_t number = packet->number;
    for (const Bytes& message : packet->messages) {
      if (number == next_ && !needs_snapshot_) apply(message, now);
      else if (number >= next_) keep(number, message, now);
      number++;
    }
    if (packet->messages.empty() && from_line && packet->number == next_) confirmed_at_ = now;
    settle(now);
  }

  void on_timer(Time now) {
    if (now < deadline_) return;
    if (needs_snapshot_) {
      deadline_ = Time::max();
      fetch();
    } else if (attempts_ == ATTEMPTS_MAX || hole_end_ - next_ > REQUESTED_MAX) {
      await_snapshot(now);
    } else {
      if (attempts_ == 0)
        std::cerr << "gap: " << next_ << " to " << hole_end_ - 1 << " missing on every line\n";
      request(now);
    }
  }

  void on_snapshot(Snapshot& snapshot, Time now) {
    if (snapshot.session != session_ || snapshot.next < next_)
      return on_failure("it is of another time", now);
    needs_snapshot_ = false;
    market_ = std::move(snapshot.market);
    next_ = snapshot.next;
    known_ = std::max(known_, next_);
    pending_.erase(pending_.begin(), pending_.lower_bound(next_));
    quiet_since_ = now;
    std::cerr << "snapshot: " << market_.order_count() << " orders, the feed goes on at " << next_
              << '\n';
    for (const auto& [locate, book] : market_.books) printer_.look(book);
    settle(now);
  }

  void on_failure(const std::string& why, Time now) {
    std::cerr << "no snapshot: " << why << '\n';
    if (needs_snapshot_) deadline_ = now + SNAPSHOT_RETRY;
  }

  // Nothing came for so long, and then a heartbeat confirmed that nothing is missing.
  bool is_idle(milliseconds silence) const {
    const bool is_complete = next_ == known_ && !needs_snapshot_;
    return is_complete && confirmed_at_ - quiet_since_ >= silence;
  }

 private:
  TopPrinter printer_;
  Market market_;
  std::string session_, previous_;  // a late packet of the previous one must not bring it back
  std::uint64_t next_ = 1;          // of the next message to apply
  std::uint64_t known_ = 1;         // behind the last message known to exist
  std::map<std::uint64_t, std::vector<std::uint8_t>> pending_;  // messages behind a hole
  Time deadline_ = Time::max();                                 // of on_timer
  int attempts_ = 0;                              // requests since the hole last became smaller
  std::uint64_t hole_start_ = 0, hole_end_ = 0;  // the hole that deadline and attempts are about
  bool needs_snapshot_ = false;
  bool is_ended_ = false, is_end_told_ = false;
  Time quiet_since_{};
  Time confirmed_at_{};  // when a heartbeat last said that nothing is missing
  std::uint64_t problems_ = 0;

  // Returns false for a packet of no session that is of interest.
  bool enter_session(const Packet& packet, Time now, bool from_line) {
    if (packet.session == previous_ || !from_line) return false;
    const bool is_late = session_.empty() && packet.number > 1;
    previous_ = std::exchange(session_, packet.session);
    market_ = Market();
    printer_.forget();
    next_ = known_ = 1;
    pending_.clear();
    deadline_ = Time::max();
    needs_snapshot_ = is_ended_ = is_end_told_ = false;
    quiet_since_ = now;
    std::cerr << "session " << session_ << '\n';
    if (is_late) {
      known_ = packet.number;
      await_snapshot(now);
    }
    return true;
  }

  void apply(Bytes message, Time now) {
    if (const char* problem = market_.apply(message)) {
      problems_++;
      std::cerr << "problem: message " << next_ << ' ' << problem << '\n';
    }
    next_++;
    quiet_since_ = now;
    if (const Book* book = market_.book_of(message)) printer_.look(*book);
  }

  void keep(std::uint64_t number, Bytes message, Time now) {
    if (pending_.size() >= PENDING_MAX) {
      // They can still be asked for behind the snapshot.
      pending_.clear();
      await_snapshot(now);
    }
    pending_.try_emplace(number, message.data, message.data + message.size);
  }

  // Applies what no hole holds back any more, and sets the timer for the hole that is left.
  void settle(Time now) {
    if (needs_snapshot_) return;
    // Those below `next_` came again while they were waiting here.
    pending_.erase(pending_.begin(), pending_.lower_bound(next_));
    while (!pending_.empty() && pending_.begin()->first == next_) {
      const auto message = pending_.extract(pending_.begin());
      apply({message.mapped().data(), message.mapped().size()}, now);
    }
    if (next_ == known_) {
      deadline_ = Time::max();
      if (is_ended_ && !std::exchange(is_end_told_, true))
        std::cerr << "end of session " << session_ << '\n';
    } else if (deadline_ == Time::max() || next_ >= hole_end_) {
      hole_start_ = next_;
      hole_end_ = pending_.empty() ? known_ : pending_.begin()->first;
      attempts_ = 0;
      deadline_ = now + GAP_WAIT;
    } else if (next_ > hole_start_ && attempts_ > 0) {
      // An answer is one packet: ask for the rest at once.
      attempts_ = 0;
      request(now);
    }
  }

  void request(Time now) {
    attempts_++;
    hole_start_ = next_;
    deadline_ = now + RETRY;
    std::string bytes = padded_behind(session_, 10);
    put_number(bytes, next_, 8);
    put_number(bytes, hole_end_ - next_, 2);
    ask(bytes);
  }

  void await_snapshot(Time now) {
    if (needs_snapshot_) return;
    std::cerr << "stale: messages from " << next_ << " on are missing, fetching a snapshot\n";
    needs_snapshot_ = true;
    deadline_ = now;
  }
};

// --- The loop ---------------------------------------------------------------------------------------

struct Options {
  in_addr interface{};
  std::vector<sockaddr_in> groups;
  sockaddr_in request{}, snapshot{};
  std::string user = "demo", password = "demo";
  std::string symbol;                   // empty: all
  std::optional<milliseconds> until_idle;  // nothing: until a signal
};

volatile std::sig_atomic_t is_stopping = 0;

class Handler {
 public:
  Feed feed;

  explicit Handler(const Options& options)
      : feed(options.symbol), options_(options), requests_(SOCK_DGRAM) {
    feed.ask = [this](const std::string& request) { requests_.send(request); };
    feed.fetch = [this] { fetch(); };
    requests_.connect(options.request);  // only answers of this server come in
    for (const sockaddr_in& group : options.groups) join(group);
    std::cerr << "joined " << lines_.size() << " lines\n";
  }

  void run() {
    while (is_stopping == 0) {
      if (options_.until_idle && feed.is_idle(*options_.until_idle)) return;
      std::cout.flush();
      std::vector<pollfd> polled;
      for (const auto& line : lines_) polled.push_back({line->descriptor(), POLLIN, 0});
      polled.push_back({requests_.descriptor(), POLLIN, 0});
      if (snapshot_) polled.push_back({snapshot_->descriptor(), snapshot_->awaited(), 0});
      if (::poll(polled.data(), polled.size(), wait_ms()) < 0) continue;

      for (std::size_t i = 0; i < lines_.size(); i++)
        if (polled[i].revents != 0) drain(*lines_[i], true);
      if (polled[lines_.size()].revents != 0) drain(requests_, false);
      if (snapshot_) advance_snapshot(polled.back().revents != 0);
      // Only now, when every socket was read: what fills the hole may have been waiting there.
      feed.on_timer(Clock::now());
    }
  }

 private:
  const Options& options_;
  std::vector<std::unique_ptr<Socket>> lines_;
  Socket requests_;
  std::unique_ptr<Snapshot> snapshot_;
  std::array<std::uint8_t, DATAGRAM_MAX> datagram_;

  void join(const sockaddr_in& group) {
    auto line = std::make_unique<Socket>(SOCK_DGRAM);
    line->set(SOL_SOCKET, SO_REUSEADDR, 1);
    line->set(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    // Bound to the group: any address would take other groups on the same port as well.
    line->bind(group);
    line->set(IPPROTO_IP, IP_ADD_MEMBERSHIP, ip_mreq{group.sin_addr, options_.interface});
    lines_.push_back(std::move(line));
  }

  int wait_ms() const {
    const Time deadline = std::min(feed.deadline(), Clock::now() + LOOK_AT_LEAST);
    const auto wait = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::max(milliseconds::zero(), wait).count());
  }

  void drain(Socket& socket, bool from_line) {
    for (int i = 0; i < DATAGRAMS_A_TURN; i++) {
      const ssize_t size = socket.receive(datagram_.data(), datagram_.size());
      // Nothing more, or nobody listens where we asked: that is no answer.
      if (size < 0) return;
      feed.on_packet({datagram_.data(), static_cast<std::size_t>(size)}, Clock::now(), from_line);
    }
  }

  void fetch() {
    try {
      snapshot_ = std::make_unique<Snapshot>(options_.snapshot, options_.user, options_.password,
                                             Clock::now());
    } catch (const std::runtime_error& error) {
      feed.on_failure(error.what(), Clock::now());
    }
  }

  void advance_snapshot(bool is_ready) {
    const Time now = Clock::now();
    try {
      snapshot_->check(now);
      if (!is_ready || !snapshot_->advance(now)) return;
    } catch (const std::runtime_error& error) {
      snapshot_.reset();
      return feed.on_failure(error.what(), now);
    }
    const std::unique_ptr<Snapshot> complete = std::move(snapshot_);
    feed.on_snapshot(*complete, now);
  }
};

// --- The command line -------------------------------------------------------------------------------

constexpr const char* USAGE =
    "Usage: feed_handler [--interface ADDRESS] [--group ADDRESS:PORT]... [--request ADDRESS:PORT]\n"
    "         [--snapshot ADDRESS:PORT] [--user NAME] [--password WORD] [--symbol SYMBOL]\n"
    "         [--until-idle SECONDS]\n";

in_addr parse_host(const std::string& text) {
  in_addr host{};
  if (::inet_pton(AF_INET, text.c_str(), &host) != 1) throw std::invalid_argument(text);
  return host;
}

sockaddr_in parse_address(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) throw std::invalid_argument(text);
  const int port = std::stoi(text.substr(colon + 1));
  if (port < 1 || port > 65'535) throw std::invalid_argument(text);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = parse_host(text.substr(0, colon));
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  options.interface = parse_host("127.0.0.1");
  options.request = parse_address("127.0.0.1:26410");
  options.snapshot = parse_address("127.0.0.1:26420");
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string& name = arguments[i];
    const std::string& value = arguments.at(i + 1);
    if (name == "--interface") options.interface = parse_host(value);
    else if (name == "--group") options.groups.push_back(parse_address(value));
    else if (name == "--request") options.request = parse_address(value);
    else if (name == "--snapshot") options.snapshot = parse_address(value);
    else if (name == "--user") options.user = value;
    else if (name == "--password") options.password = value;
    else if (name == "--symbol") options.symbol = value;
    else if (name == "--until-idle") options.until_idle = milliseconds(1'000 * std::stoi(value));
    else throw std::invalid_argument(name);
  }
  if (options.groups.empty())
    options.groups = {parse_address("239.192.44.1:26401"), parse_address("239.192.44.2:26402")};
  return options;
}

int run(const Options& options) {
  std::signal(SIGINT, [](int) { is_stopping = 1; });
  Handler handler(options);
  handler.run();
  print_final(handler.feed.market());
  std::cerr << "stopped before message " << handler.feed.next() << ", " << handler.feed.problems()
            << " problems\n";
  return handler.feed.problems() == 0 ? 0 : 1;
}

int main(int count, char** values) {
  Options options;
  try {
    options = parse_options({values + 1, values + count});
  } catch (const std::logic_error& error) {
    std::cerr << "not understood: " << error.what() << '\n' << USAGE;
    return 2;
  }
  try {
    return run(options);
  } catch (const std::runtime_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
