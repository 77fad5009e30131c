#pragma once

#include <fmt/format.h>
#include <soci/soci.h>

#include <chrono>
#include <string_view>
#include <thread>

namespace longmen::registry {

/// How long a writer waits for its turn, and others for one that hangs.
constexpr int kPatience_s = 10;

/// SQLite's word for somebody else writing.
inline bool is_busy(const soci::soci_error& e) {
  return std::string_view(e.what()).find("locked") != std::string_view::npos;
}

/// One writer at a time: whoever comes meanwhile waits here, and reads what the one before wrote.
/// Whoever only looks never waits. Undone unless committed, also where the turn never comes.
/// Throws what SOCI does.
class Writing {
 public:
  Writing(soci::session& sql, bool is_sqlite) : Writing(sql) {  // from here the destructor undoes
    if (is_sqlite) {
      take_turn();
      is_open_ = true;
    } else {
      sql_.begin();
      is_open_ = true;
      sql_ << "SELECT pg_advisory_xact_lock(" << kLock << ")";
    }
  }
  ~Writing() {
    try {
      if (is_open_) sql_.rollback();
    } catch (const std::exception&) {  // the connection is lost: the server undoes it
    }
  }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  void commit() {
    sql_.commit();
    is_open_ = false;
  }

 private:
  explicit Writing(soci::session& sql) : sql_(sql) {}

  /// SQLite's own patience sleeps up to 100 ms between two tries, while a turn lasts a few.
  void take_turn() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(kPatience_s);
    sql_ << "PRAGMA busy_timeout = 0";
    while (!begins(until)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    sql_ << fmt::format("PRAGMA busy_timeout = {}", 1000 * kPatience_s);
  }
  bool begins(std::chrono::steady_clock::time_point until) {
    try {
      sql_ << "BEGIN IMMEDIATE";
      return true;
    } catch (const soci::soci_error& e) {
      if (is_busy(e) && std::chrono::steady_clock::now() < until) return false;
      sql_ << fmt::format("PRAGMA busy_timeout = {}", 1000 * kPatience_s);
      throw;
    }
  }

  static constexpr int kLock = 0x10036;
  soci::session& sql_;
  bool is_open_ = false;
};

}  // namespace longmen::registry
