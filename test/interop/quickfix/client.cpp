// A FIX client as a counterparty would write it with QuickFIX C++, told what to do line by line on
// standard input. Everything about the session is QuickFIX's: numbers and messages in its FileStore,
// its data dictionary, its resends, its schedule.
//
//   client SETTINGS.cfg
//
// Commands, one a line; ids are ClOrdID(11):
//
//   connect                                start QuickFIX, which connects and goes on doing so
//   logout · logon                         stay away, come back
//   buy ID SYMBOL QTY PRICE · sell …       NewOrderSingle(D), limit
//   replace ID ORIGID buy|sell SYMBOL QTY PRICE
//   cancel ID ORIGID buy|sell SYMBOL · status ID buy|sell SYMBOL · news TEXT
//   mass-cancel ID · mass-status MASSSTATUSREQID
//   list SECURITYREQID · security SECURITYSTATUSREQID · day TRADSESREQID · doubt ORDERID
//   test TESTREQID                         TestRequest(1)
//   next-sender N · next-target N          MsgSeqNum(34) of our next message, of theirs
//   expects N                              wait until QuickFIX is done with theirs before N
//   reset                                  ResetSeqNumFlag(141)=Y until the next Logon(A) succeeds
//
// What happens, one line each, | for the delimiter:
//
//   > sent   < came in   = given to the application   ! what QuickFIX says about the session
//   + logged on          - logged off      # N: done with theirs before N

#include <quickfix/Application.h>
#include <quickfix/FileStore.h>
#include <quickfix/Log.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketInitiator.h>
#include <quickfix/fix44/DontKnowTrade.h>
#include <quickfix/fix44/MarketDataRequest.h>
#include <quickfix/fix44/NewOrderSingle.h>
#include <quickfix/fix44/OrderCancelReplaceRequest.h>
#include <quickfix/fix44/News.h>
#include <quickfix/fix44/OrderCancelRequest.h>
#include <quickfix/fix44/OrderMassCancelRequest.h>
#include <quickfix/fix44/OrderMassStatusRequest.h>
#include <quickfix/fix44/OrderStatusRequest.h>
#include <quickfix/fix44/SecurityListRequest.h>
#include <quickfix/fix44/SecurityStatusRequest.h>
#include <quickfix/fix44/TestRequest.h>
#include <quickfix/fix44/TradingSessionStatusRequest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

static void print(char kind, std::string text) {
  static std::mutex one_at_a_time;
  std::lock_guard<std::mutex> lock(one_at_a_time);
  std::replace(text.begin(), text.end(), '\001', '|');
  std::cout << kind << ' ' << text << std::endl;
}

class LineLog : public FIX::Log {
  void clear() override {}
  void backup() override {}
  void onIncoming(const std::string& message) override { print('<', message); }
  void onOutgoing(const std::string& message) override { print('>', message); }
  void onEvent(const std::string& text) override { print('!', text); }
};

class LineLogFactory : public FIX::LogFactory {
  FIX::Log* create() override { return new LineLog; }
  FIX::Log* create(const FIX::SessionID&) override { return new LineLog; }
  void destroy(FIX::Log* log) override { delete log; }
};

class Trader : public FIX::Application {
 public:
  explicit Trader(const FIX::SessionSettings& settings) : settings(settings) {}
  std::atomic<bool> resets{false};

 private:
  const FIX::SessionSettings& settings;

  void toAdmin(FIX::Message& message, const FIX::SessionID& session) override {
    if (message.getHeader().getField(FIX::FIELD::MsgType) != FIX::MsgType_Logon) return;
    const FIX::Dictionary& own = settings.get(session);
    message.setField(FIX::Username(own.getString("Username")));
    message.setField(FIX::Password(own.getString("Password")));
    if (resets) message.setField(FIX::ResetSeqNumFlag(true));
  }

  void fromApp(const FIX::Message& message, const FIX::SessionID&) throw(
      FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue,
      FIX::UnsupportedMessageType) override {
    print('=', message.toString());
  }

  void onLogon(const FIX::SessionID& session) override {
    resets = false;
    print('+', session.toString());
  }

  void onLogout(const FIX::SessionID& session) override { print('-', session.toString()); }
  void onCreate(const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
  void fromAdmin(const FIX::Message&, const FIX::SessionID&) throw(
      FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue,
      FIX::RejectLogon) override {}
};

// Side and instrument, and the terms, as the command says them.
static void side_and_symbol(std::istream& command, const std::string& side, FIX::Message& order) {
  std::string symbol;
  command >> symbol;
  order.setField(FIX::Side(side == "buy" ? FIX::Side_BUY : FIX::Side_SELL));
  order.setField(FIX::Symbol(symbol));
  order.setField(FIX::TransactTime(3));
}

static void terms(std::istream& command, FIX::Message& order) {
  std::string quantity, price;
  command >> quantity >> price;
  order.setField(FIX::OrdType(FIX::OrdType_LIMIT));
  order.setField(FIX::FIELD::OrderQty, quantity);
  order.setField(FIX::FIELD::Price, price);
}

// The message of a command; none when it is no message's.
static bool message_of(const std::string& verb, std::istream& command, FIX::Message& message) {
  std::string id, orig, side;
  command >> id;
  if (verb == "test") {
    message = FIX44::TestRequest(FIX::TestReqID(id));
    return true;
  }
  if (verb == "mass-status") {
    message = FIX44::OrderMassStatusRequest(FIX::MassStatusReqID(id), FIX::MassStatusReqType(7));
    return true;
  }
  if (verb == "mass-cancel") {
    message = FIX44::OrderMassCancelRequest(
        FIX::ClOrdID(id), FIX::MassCancelRequestType('7'), FIX::TransactTime(3));
    return true;
  }
  if (verb == "list") {
    message = FIX44::SecurityListRequest(
        FIX::SecurityReqID(id), FIX::SecurityListRequestType(FIX::SecurityListRequestType_ALL_SECURITIES));
    return true;
  }
  if (verb == "security") {
    message = FIX44::SecurityStatusRequest(
        FIX::SecurityStatusReqID(id), FIX::SubscriptionRequestType('0'));
    message.setField(FIX::Symbol("AAPL"));
    return true;
  }
  if (verb == "watch") {
    message = FIX44::MarketDataRequest(
        FIX::MDReqID(id), FIX::SubscriptionRequestType('1'), FIX::MarketDepth(5));
    message.setField(FIX::MDUpdateType(FIX::MDUpdateType_INCREMENTAL_REFRESH));
    for (const char type : {'0', '1', '2'}) {
      FIX44::MarketDataRequest::NoMDEntryTypes types;
      types.set(FIX::MDEntryType(type));
      message.addGroup(types);
    }
    for (std::string symbol; command >> symbol;) {
      FIX44::MarketDataRequest::NoRelatedSym symbols;
      symbols.set(FIX::Symbol(symbol));
      message.addGroup(symbols);
    }
    return true;
  }
  if (verb == "day") {
    message = FIX44::TradingSessionStatusRequest(
        FIX::TradSesReqID(id), FIX::SubscriptionRequestType('0'));
    return true;
  }
  if (verb == "doubt") {
    message = FIX44::DontKnowTrade(
        FIX::OrderID(id), FIX::ExecID("1"), FIX::DKReason('A'), FIX::Side('1'));
    message.setField(FIX::Symbol("AAPL"));
    message.setField(FIX::OrderQty(1));
    return true;
  }
  if (verb == "buy" || verb == "sell") {
    message = FIX44::NewOrderSingle();
    side_and_symbol(command, verb, message);
    terms(command, message);
  } else if (verb == "replace") {
    message = FIX44::OrderCancelReplaceRequest();
    command >> orig >> side;
    side_and_symbol(command, side, message);
    terms(command, message);
  } else if (verb == "cancel") {
    message = FIX44::OrderCancelRequest();
    command >> orig >> side;
    side_and_symbol(command, side, message);
  } else if (verb == "status") {
    message = FIX44::OrderStatusRequest();
    command >> side;
    side_and_symbol(command, side, message);
    message.removeField(FIX::FIELD::TransactTime);
  } else if (verb == "news") {
    message = FIX44::News();
    message.setField(FIX::Headline(id));
    return true;
  } else {
    return false;
  }
  message.setField(FIX::ClOrdID(id));
  if (!orig.empty()) message.setField(FIX::OrigClOrdID(orig));
  return true;
}

// A message is logged before QuickFIX, on its own thread, counts it: only its count tells the end.
static void wait_until_done(FIX::Session& session, int next) {
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (session.getExpectedTargetNum() < next) {
    if (std::chrono::steady_clock::now() > patience) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  print('#', std::to_string(next));
}

static void obey(const std::string& line, Trader& trader, FIX::Initiator& initiator) {
  const FIX::SessionID id = *initiator.getSessions().begin();
  FIX::Session& session = *FIX::Session::lookupSession(id);
  std::istringstream command(line);
  std::string verb;
  int number = 0;
  command >> verb;
  FIX::Message message;
  if (verb == "connect") initiator.start();
  else if (verb == "logout") session.logout();
  else if (verb == "logon") session.logon();
  else if (verb == "reset") trader.resets = true;
  else if (verb == "next-sender" && command >> number) session.setNextSenderMsgSeqNum(number);
  else if (verb == "next-target" && command >> number) session.setNextTargetMsgSeqNum(number);
  else if (verb == "expects" && command >> number) wait_until_done(session, number);
  else if (message_of(verb, command, message)) FIX::Session::sendToTarget(message, id);
  else throw std::runtime_error("no such command: " + line);
}

int main(int, char** arguments) try {
  FIX::SessionSettings settings(arguments[1]);
  Trader trader(settings);
  FIX::FileStoreFactory store(settings);
  LineLogFactory log;
  FIX::SocketInitiator initiator(trader, store, settings, log);
  for (std::string line; std::getline(std::cin, line);) obey(line, trader, initiator);
  initiator.stop(true);
} catch (const std::exception& error) {
  std::cerr << error.what() << std::endl;
  return 1;
}
