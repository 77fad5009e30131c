#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longmen::record {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// Appends little-endian numbers and length-prefixed strings, as MCAP wants them.
class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value) { integer(value); }
  void u32(std::uint32_t value) { integer(value); }
  void u64(std::uint64_t value) { integer(value); }
  void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void string(std::string_view text) {
    u32(static_cast<std::uint32_t>(text.size()));
    raw({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  void bytes32(ByteView bytes) {
    u32(static_cast<std::uint32_t>(bytes.size()));
    raw(bytes);
  }

 private:
  template <typename T>
  void integer(T value) {
    std::uint8_t bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));  // x86-64 is little-endian, as the format is
    raw(bytes);
  }
  Bytes& out_;
};

/// Reads the same from bytes that nobody vouches for: past the end every read gives zero or empty
/// and `ok()` stays false, so that a parser checks once.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  std::uint8_t u8() { return integer<std::uint8_t>(); }
  std::uint16_t u16() { return integer<std::uint16_t>(); }
  std::uint32_t u32() { return integer<std::uint32_t>(); }
  std::uint64_t u64() { return integer<std::uint64_t>(); }
  ByteView raw(std::uint64_t count) {
    if (!ok_ || count > bytes_.size() - position_) {
      ok_ = false;
      return {};
    }
    const ByteView view = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += view.size();
    return view;
  }
  ByteView bytes32() { return raw(u32()); }
  std::string string() {
    const ByteView view = bytes32();
    return {reinterpret_cast<const char*>(view.data()), view.size()};
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - position_; }
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  template <typename T>
  T integer() {
    T value = 0;
    const ByteView view = raw(sizeof(T));
    if (ok_) std::memcpy(&value, view.data(), sizeof(T));
    return value;
  }
  ByteView bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace longmen::record
